import { describe, expect, it } from 'vitest';
import { FitError } from '../../../src/errors.ts';
import { isLoopback, parseOllamaHost } from '../../../src/ollama/http/host.ts';

const rows: [string | undefined, string, boolean][] = [
  [undefined, 'http://127.0.0.1:11434', false],
  ['', 'http://127.0.0.1:11434', false],
  ['   ', 'http://127.0.0.1:11434', false],
  ['1.2.3.4', 'http://1.2.3.4:11434', true],
  ['host', 'http://host:11434', true],
  ['host:8080', 'http://host:8080', true],
  [':8080', 'http://127.0.0.1:8080', false],
  ['http://host', 'http://host:80', true],
  ['https://host', 'https://host:443', true],
  ['HTTPS://host', 'https://host:443', true],
  ['http://host:8080/path', 'http://host:8080/path', true],
  ['http://host:8080/a/b/', 'http://host:8080/a/b', true],
  ['::1', 'http://[::1]:11434', false],
  ['[::1]', 'http://[::1]:11434', false],
  ['[::1]:8080', 'http://[::1]:8080', false],
  ['host:text', 'http://host:11434', true],
  ['host:-1', 'http://host:11434', true],
  ['host:65536', 'http://host:11434', true],
  ['http://host:65536', 'http://host:80', true],
  ['https://host:x', 'https://host:443', true],
  ['0.0.0.0', 'http://127.0.0.1:11434', false],
  ['0.0.0.0:9000', 'http://127.0.0.1:9000', false],
  ['[::]', 'http://[::1]:11434', false],
  ['[::]:9000', 'http://[::1]:9000', false],
  ['ollama.com', 'https://ollama.com:443', true],
  [' "10.0.0.7:1" ', 'http://10.0.0.7:1', true],
  ["'localhost'", 'http://localhost:11434', false],
  ['127.8.8.8', 'http://127.8.8.8:11434', false],
  ['http://user:secret@host:1', 'http://host:1', true],
];

describe('OLLAMA_HOST, as Ollama reads it', () => {
  it.each(rows)('%j is %s', (value, url, remote) => {
    expect(parseOllamaHost(value)).toMatchObject({ url, remote });
  });

  it('OLLAMA_HOST, as Ollama reads it tells a bad port, and that the default stands in', () => {
    expect(parseOllamaHost('host:text')).toMatchObject({ badPort: 'text', port: 11434 });
    expect(parseOllamaHost('host:1').badPort).toBeNull();
  });

  it('OLLAMA_HOST, as Ollama reads it keeps credentials for the request and out of what is shown', () => {
    const host = parseOllamaHost('https://me:secret@gpu.example');
    expect(host.auth).toBe('me:secret');
    expect(host.url).not.toContain('secret');
  });

  it('OLLAMA_HOST, as Ollama reads it refuses another scheme', () => {
    expect(() => parseOllamaHost('ftp://host')).toThrow(FitError);
  });

  it.each(['http://localhost:11434/a b', 'http://localhost/\u0142', 'my host'])(
    'OLLAMA_HOST, as Ollama reads it refuses what no request can carry: %s',
    (value) => {
      expect(() => parseOllamaHost(value)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  it.each([
    ['localhost', true],
    ['::1', true],
    ['0:0:0:0:0:0:0:1', true],
    ['::ffff:127.0.0.1', true],
    ['192.168.0.1', false],
    ['fe80::1', false],
    ['localhost.example.com', false],
  ])('%s is loopback: %s', (name, expected) => {
    expect(isLoopback(name)).toBe(expected);
  });
});
