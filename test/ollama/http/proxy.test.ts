import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/ollama/api/client.ts';
import { type OllamaHost, parseOllamaHost } from '../../../src/ollama/http/host.ts';
import { call } from '../../../src/ollama/http/http.ts';

const proxied = (host: string, env: Record<string, string>) => parseOllamaHost(host, env).proxy !== null;
const http = { HTTP_PROXY: 'http://proxy:3128' };

describe('a proxy', () => {
  it.each(['', 'localhost', '127.0.0.1:1', '[::1]', '0.0.0.0', 'http://localhost:80'])(
    'a proxy is never used for this computer (%j)',
    (host) => {
      expect(proxied(host, { ...http, HTTPS_PROXY: 'http://proxy' })).toBe(false);
    },
  );

  it('a proxy is chosen by the scheme, in either case of its name', () => {
    expect(proxied('gpu', http)).toBe(true);
    expect(proxied('https://gpu', http)).toBe(false);
    expect(proxied('https://gpu', { https_proxy: 'proxy:3128' })).toBe(true);
    expect(proxied('gpu', {})).toBe(false);
  });

  it.each([
    ['*', true],
    ['gpu.lan', true],
    ['.lan', true],
    ['*.lan', true],
    ['lan', true],
    ['gpu.lan:11434', true],
    ['gpu.lan:80', false],
    ['u.lan', false],
    ['other, gpu.lan', true],
  ])('a proxy is not used for what NO_PROXY %s names: %s', (noProxy, excluded) => {
    expect(proxied('gpu.lan', { ...http, NO_PROXY: noProxy })).toBe(!excluded);
  });

  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['fd00::/8', '[fd00::1]', true],
    ['10.0.0.0/99', '10.1.2.3', false],
  ])('NO_PROXY %s and %s: %s', (noProxy, host, excluded) => {
    expect(proxied(host, { ...http, NO_PROXY: noProxy })).toBe(!excluded);
  });

  it('a proxy gets the whole address and its own credentials', async () => {
    const seen: IncomingMessage[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request);
      response.setHeader('content-type', 'application/json').end('{"version":"0.40.2"}');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const env = { HTTP_PROXY: `http://me:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    expect(await createClient(parseOllamaHost('gpu.example', env)).version()).toBe('0.40.2');
    expect(seen[0]?.url).toBe('http://gpu.example:11434/api/version');
    expect(seen[0]?.headers.host).toBe('gpu.example:11434');
    expect(seen[0]?.headers['proxy-authorization']).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('a proxy is asked for a tunnel for https, and its refusal is told', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const env = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const version = createClient(parseOllamaHost('https://gpu.example', env)).version();
    await expect(version).rejects.toMatchObject({
      code: 'ollama-unreachable',
      message: expect.stringContaining('refused'),
    });
    expect(asked).toEqual(['gpu.example:443']);
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('a proxy may have a % in its password that nobody escaped', () => {
    const { proxy } = parseOllamaHost('https://gpu.example', { HTTPS_PROXY: 'http://me:50%off@proxy:3128' });
    expect(proxy?.authorization).toBe(`Basic ${Buffer.from('me:50%off').toString('base64')}`);
  });
});

describe('a proxy that falls silent', () => {
  const gone: Promise<unknown>[] = [];
  const listener = createTcpServer((socket) => {
    gone.push(new Promise((resolve) => socket.on('close', resolve).on('error', () => {})));
    if (accepts) socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    socket.resume();
  });
  let accepts = false;
  let host: OllamaHost;
  beforeAll(async () => {
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    host = parseOllamaHost('https://gpu.example', { HTTPS_PROXY: `http://127.0.0.1:${port}` });
  });
  afterAll(() => new Promise((resolve) => listener.close(resolve)));

  it.each([
    ['before it opens the tunnel', false],
    ['after it has opened the tunnel', true],
  ])('%s is given up at the time limit and at an abort, and hung up on', async (_, opens) => {
    accepts = opens;
    gone.length = 0;
    await expect(call(host, '/', { timeoutMs: 200 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await expect(call(host, '/', { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(gone).toHaveLength(2);
    await Promise.all(gone);
  });
});
