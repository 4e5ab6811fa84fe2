import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectServer } from '../../src/commands/server.ts';
import { fakeSystem } from '../machine/replay.ts';

let server: Server | null = null;
afterEach(() => {
  server?.close();
  server = null;
});

const listen = (made: Server): Promise<number> => {
  server = made;
  return new Promise((resolve) => {
    made.listen(0, '127.0.0.1', () => resolve((made.address() as AddressInfo).port));
  });
};
const answering = (reply: (socket: Socket) => void) => listen(createServer(reply));
const web = (status: number, type: string, body: string) =>
  listen(createHttpServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body)));

const connect = (host: string) => {
  const env = { OLLAMA_HOST: host };
  return connectServer({ env, system: fakeSystem({ files: {}, env }) }, new AbortController().signal).catch(
    (error: unknown) => error,
  );
};

describe('what answers in place of Ollama', () => {
  it('what answers in place of Ollama is nothing: only then it is to be started or installed', async () => {
    const port = await answering(() => {});
    server?.close();
    expect(await connect(`127.0.0.1:${port}`)).toMatchObject({
      code: 'ollama-unreachable',
      hint: expect.stringMatching(/^(Start|Install) it/),
    });
  });

  it.each([
    ['ssh', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['TLS', (socket: Socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))],
    ['a cut connection', (socket: Socket) => socket.destroy()],
  ])(
    'what answers in place of Ollama is %s: said with its reason, and nobody is told to install anything',
    async (_what, reply) => {
      const port = await answering((socket) => {
        socket.on('error', () => {});
        reply(socket);
      });
      const error = await connect(`127.0.0.1:${port}`);
      expect(error).toMatchObject({ hint: expect.not.stringContaining('nstall') });
      expect(String((error as Error & { hint: string }).hint)).toContain('https');
    },
  );

  it('what answers in place of Ollama is a gate that wants a login, whatever page it shows', async () => {
    const port = await web(401, 'text/html', '<html><h1>401 Authorization Required</h1></html>');
    expect(await connect(`127.0.0.1:${port}`)).toMatchObject({
      code: 'ollama-error',
      hint: expect.stringContaining('user:password'),
    });
  });

  it('what answers in place of Ollama is llama-server', async () => {
    const body = '{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}';
    const port = await web(404, 'application/json', body);
    expect(await connect(`127.0.0.1:${port}`)).toMatchObject({ message: expect.stringContaining('llama-server') });
  });
});
