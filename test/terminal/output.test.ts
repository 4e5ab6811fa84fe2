import { execFile } from 'node:child_process';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { writeAll } from '../../src/terminal/output.ts';

const run = promisify(execFile);

describe('writing it all', () => {
  it('writing it all waits until a slow reader has taken everything', async () => {
    const chunks: Buffer[] = [];
    const slow = new Writable({
      highWaterMark: 16,
      write: (chunk, _, done) => {
        chunks.push(chunk);
        setImmediate(done);
      },
    });
    await writeAll(slow, 'x'.repeat(200_000));
    expect(Buffer.concat(chunks)).toHaveLength(200_000);
  });

  it('writing it all is content when the reader has gone away', async () => {
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
    });
    await expect(writeAll(gone, 'x')).resolves.toBeUndefined();
    await expect(writeAll(gone, 'x')).resolves.toBeUndefined();
  });

  it('writing it all passes other failures on', async () => {
    const full = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    });
    await expect(writeAll(full, 'x')).rejects.toThrow('full');
  });

  it('writing it all gets more than a pipe holds through a real pipe', async () => {
    const { outputFiles } = buildSync({ entryPoints: ['src/terminal/output.ts'], format: 'esm', write: false });
    const script = `${outputFiles[0]?.text}; await writeAll(process.stdout, 'x'.repeat(300000));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { maxBuffer: 1e6 });
    expect(stdout).toHaveLength(300_000);
  });
});
