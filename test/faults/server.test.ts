import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectDead, runBounded } from './bounded.ts';
import { type Built, buildProgram, type Ended, run } from './run.ts';

let built: Built;
beforeAll(async () => {
  built = await buildProgram();
});
afterAll(() => built.remove());

type Answer = (response: ServerResponse) => void | Promise<void>;
let server: Server;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const name = 'mine:latest';
const usual: Record<string, Answer> = {
  '/api/version': (response) => void response.end('{"version":"0.33.0"}'),
  '/api/tags': (response) =>
    void response.end(JSON.stringify({ models: ['gemma4:e2b', name].map((model) => tag(model)) })),
  '/api/ps': (response) => void response.end('{"models":[]}'),
  '/api/show': (response) => void response.end('{"details":{"format":"gguf"},"tensors":[]}'),
};
const tag = (model: string) => ({
  name: model,
  size: 1,
  digest: 'ab'.repeat(32),
  details: { family: 'gemma4', format: 'gguf' },
});

/** A server with the usual answers except for these paths; `asked` is called for each request. */
async function serving(odd: Record<string, Answer>, asked: (path: string) => void = () => {}): Promise<string> {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    response.on('error', () => {});
    request.resume();
    const answer = odd[path] ?? odd.all ?? usual[path] ?? ((r) => void r.writeHead(404).end('{"error":"no"}'));
    void answer(response);
    asked(path);
  });
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Resolves when more can be written, or the reader has gone; a listener that stayed for each wait would be a thousand of them. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

/** Writes a piece again and again, until the reader has gone or so many bytes are out; then the tail. */
const endless =
  (piece: string, mostBytes = Number.POSITIVE_INFINITY, [head, tail] = ['', '']): Answer =>
  async (response) => {
    const many = piece.repeat(Math.ceil(65_536 / piece.length));
    response.write(head);
    for (let sent = 0; sent < mostBytes && !response.destroyed; sent += many.length) {
      if (!response.write(many)) await drained(response);
    }
    response.end(tail);
  };

const commands = [['check', '--model', name], ['doctor'], ['pull', 'e2b', '--yes', '--dry-run'], ['verify', name]];
const bounded = (args: readonly string[], host: string) => runBounded(built, args, { env: { OLLAMA_HOST: host } });

describe('an answer without end', () => {
  it.each(commands)('an answer without end of spaces, from every question, costs little: %s', async (...args) => {
    await bounded(args, await serving({ all: endless(' ') }));
  });

  it.each(commands)('an answer without end of models costs little: %s', async (...args) => {
    const model = `${JSON.stringify(tag('gemma4:x'))},`;
    await bounded(args, await serving({ '/api/tags': endless(model, 250e6, ['{"models":[', '{}]}']) }));
  });

  it.each(commands)('an answer without end of lists in lists costs little: %s', async (...args) => {
    await bounded(args, await serving({ '/api/tags': endless('[', 6e6), '/api/show': endless('{"a":', 20e6) }));
  });

  // What a model may have of text counts by bytes; what it may have of items ends long before, so that a smaller answer is read whole.
  const texts = [31e6];
  const items = [3e6, 31e6];
  it.each([
    ['stop words', texts, `{"parameters":"`, 'stop \\"x\\"\\n', `","details":{}}`],
    ['a modelfile', texts, '{"modelfile":"', 'FROM x ', '"}'],
    [
      'tensors',
      items,
      '{"tensors":[',
      '{"name":"t","type":"F32","shape":[1]},',
      '{"name":"t","type":"F32","shape":[1]}]}',
    ],
    ['small objects', items, '{"model_info":{"a":[', '{},', '{}]}}'],
    ['numbers', items, '{"model_info":{"a":[', '0,', '0]}}'],
    // Beyond the bytes that are read, it does not matter of what.
    ['anything', [250e6], '{"modelfile":"', 'FROM x ', '"}'],
  ])(
    'an answer without end of %s about a model costs little',
    async (_what, sizes, head, piece, tail) => {
      for (const size of sizes) {
        const host = await serving({ '/api/show': endless(piece, size, [head, tail]) });
        for (const args of [commands[0] ?? [], commands[3] ?? []]) await bounded(args, host);
        server.closeAllConnections();
        server.close();
      }
    },
    120_000,
  );

  it.each([
    ['files', (i: number) => `{"status":"pulling","digest":"sha256:${i}","total":9,"completed":1}`, 'more files'],
    ['nesting', () => `{"status":"x","a":${'['.repeat(50)}${']'.repeat(50)}}`, 'more than expected'],
  ])('an answer without end of %s in a download is given up', async (_what, line, said) => {
    const pull: Answer = async (response) => {
      for (let i = 0; i < 300_000 && !response.destroyed; i++) {
        if (!response.write(`${line(i)}\n`)) await drained(response);
      }
      response.end();
    };
    const ended = await bounded(['pull', 'e2b', '--yes', '--force'], await serving({ '/api/pull': pull }));
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain(said);
  });
});

const posix = process.platform !== 'win32';

describe.runIf(posix)('an interrupt is heard', () => {
  /** Sends the signal when a question to that path has come in; what hangs, hangs for longer than a test may take. */
  async function interruptedAt(path: string, args: string[], odd: Record<string, Answer> = {}): Promise<Ended> {
    let interrupt = () => {};
    const host = await serving({ [path]: () => {}, ...odd }, (asked) => {
      if (asked === path) setTimeout(() => interrupt(), 50);
    });
    const started = performance.now();
    const ended = await run(built, args, {
      env: { OLLAMA_HOST: host, HTTPS_PROXY: undefined },
      during: (child) => {
        interrupt = () => child.kill('SIGINT');
      },
    });
    expect(performance.now() - started).toBeLessThan(15_000);
    return ended;
  }

  const pull = ['pull', 'e2b', '--yes', '--force'];
  it.each([
    ['/api/version', pull],
    ['/api/tags', pull],
    ['/api/show', pull],
    ['/api/pull', pull],
    ['/api/version', ['verify', name]],
    ['/api/show', ['verify', name]],
    ['/api/ps', ['verify', name]],
  ])('an interrupt is heard while %s is waited for by %s', async (path, args) => {
    const show = path === '/api/ps' ? {} : { '/api/ps': usual['/api/ps'] as Answer };
    const ended = await interruptedAt(path, args, path === '/api/ps' ? {} : show);
    expect(ended).toMatchObject({ code: 130, signal: null, stdout: '' });
    expect(ended.stderr).toContain('Stopped.');
    expect(ended.stderr).not.toMatch(/bug|aborted/i);
  });

  it('an interrupt is heard while a download floods the stream', async () => {
    const flood = endless('{"status":"pulling manifest"}\n');
    const host = await serving({ '/api/pull': flood });
    const ended = await run(built, [...pull, '--no-verify'], {
      env: { OLLAMA_HOST: host },
      during: (child) => {
        const interrupt = () => void setTimeout(() => child.kill('SIGINT'), 200);
        child.stderr?.on('data', (text) => /Contacting/.test(String(text)) && interrupt());
      },
    });
    expect(ended).toMatchObject({ code: 130, signal: null });
    expect(ended.stderr).toContain('Stopped.');
  });

  it('an interrupt is heard while the programs of a probe hang: none of them is left, and no other is started', async () => {
    const bin = await mkdtemp(join(built.home, 'hang-'));
    const notes = join(bin, 'notes');
    for (const program of ['nvidia-smi', 'vulkaninfo', 'rocm-smi', 'journalctl']) {
      await writeFile(join(bin, program), `#!/bin/sh\necho ${program} $$ >> '${notes}'\nexec /bin/sleep 1000\n`);
      await chmod(join(bin, program), 0o755);
    }
    const started = () =>
      readFileSync(notes, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(' '));
    const host = await serving({});
    for (const more of [[], ['--json']]) {
      await writeFile(notes, '');
      const ended = await run(built, [...pull, ...more], {
        env: { OLLAMA_HOST: host, PATH: bin },
        during: (child) => {
          const wait = setInterval(() => {
            if (started().length < 2 || !started().some(([program]) => program === 'rocm-smi')) return;
            clearInterval(wait);
            child.kill('SIGINT');
          }, 20);
        },
      });
      expect(ended).toMatchObject({ code: 130, signal: null });
      if (more.length === 0) expect(ended.stderr).toContain('Stopped.');
      else expect(JSON.parse(ended.stdout)).toMatchObject({ type: 'error', code: 'interrupted' });
      // Where its first question fails, rocm-smi is asked another.
      expect(started().filter(([program]) => program === 'rocm-smi')).toHaveLength(1);
      await expectDead(started().map(([, pid]) => Number(pid)));
    }
  }, 20_000);

  it.each([[], ['--json']])('an interrupt is heard in the pause between two tries %s', async (...more) => {
    const failing: Answer = (response) => void response.end('{"error":"max retries exceeded: EOF"}\n');
    const host = await serving({ '/api/pull': failing });
    const ended = await run(built, [...pull, ...more], {
      env: { OLLAMA_HOST: host },
      during: (child) => {
        const stream = more.length > 0 ? child.stdout : child.stderr;
        stream?.on('data', (text) => /Trying again|"retry"/.test(String(text)) && child.kill('SIGINT'));
      },
    });
    expect(ended).toMatchObject({ code: 130, signal: null });
    if (more.length === 0) expect(ended.stderr).toContain('Stopped.');
    else {
      const lines = ended.stdout.trimEnd().split('\n');
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'error', code: 'interrupted' });
      for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    }
  });
});
