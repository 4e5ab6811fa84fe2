import type { ChildProcess } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeOllama, startFakeOllama } from '../fake-ollama/index.ts';
import { type Built, buildProgram, run } from './run.ts';

let built: Built;
beforeAll(async () => {
  built = await buildProgram();
});
afterAll(() => built.remove());

const posix = process.platform !== 'win32';
const e2b = { digest: `sha256:${'e2'.repeat(32)}`, sizeBytes: 4096 };
const model = { name: 'gemma4:e2b', digest: 'e2'.repeat(32), sizeBytes: 4096, capabilities: ['completion'] };

describe.runIf(posix)('an interrupt', () => {
  let silent: Server;
  afterEach(() => silent?.close());

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while check still asks ends it without half an answer',
    async (signal) => {
      let child: ChildProcess | undefined;
      silent = createServer((socket) => {
        socket.on('error', () => {});
        child?.kill(signal);
      });
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      const ended = await run(built, ['check'], {
        env: { OLLAMA_HOST: `127.0.0.1:${port}` },
        during: (started) => {
          child = started;
        },
      });
      expect(ended).toEqual({ code: null, signal, stdout: '', stderr: '' });
    },
  );
});

describe.runIf(posix)('an interrupted pull', () => {
  let fake: FakeOllama;
  afterEach(() => fake?.close());

  /** Runs a pull that hangs in `verifying`, and sends the signals when it is there. */
  async function interrupted(signals: NodeJS.Signals[], more: string[] = []) {
    let go = () => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    fake = await startFakeOllama({
      version: '0.41.0',
      registry: Object.fromEntries(['gemma4:e2b', 'gemma4:e2b-it-qat'].map((tag) => [tag, { layers: [e2b], model }])),
      pullFaults: [{ kind: 'silent-verify', until }],
    });
    const ended = await run(built, ['pull', 'e2b', '--force', '--no-verify', ...more], {
      env: { OLLAMA_HOST: fake.host },
      during: (child) => {
        const kill = () => {
          for (const signal of signals) child.kill(signal);
        };
        const stream = more.includes('--json') ? child.stdout : child.stderr;
        stream?.on('data', (text) => /verif|checking/i.test(String(text)) && kill());
      },
    });
    go();
    return ended;
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('%s: says what stays and how to go on, exit 130', async (signal) => {
    const ended = await interrupted([signal]);
    expect(ended).toMatchObject({ code: 130, signal: null, stdout: '' });
    expect(ended.stderr).toContain('Stopped.');
    expect(ended.stderr).toContain('run the same command again');
    expect(fake.state.requests.some(({ path }) => path === '/api/create')).toBe(false);
  });

  it('an interrupted pull as JSON ends with one error event', async () => {
    const ended = await interrupted(['SIGINT'], ['--json']);
    expect(ended).toMatchObject({ code: 130, signal: null });
    const events = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'interrupted' });
  });
});
