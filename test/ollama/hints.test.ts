import { describe, expect, it } from 'vitest';
import { installHint, missingServer } from '../../src/ollama/api/install.ts';
import { parseOllamaHost } from '../../src/ollama/http/host.ts';
import { usageHints } from '../../src/ollama/pull/usage.ts';
import { cleanLine } from '../../src/text.ts';

const local = parseOllamaHost(undefined);
const remote = parseOllamaHost('gpu.example');

describe('a missing server', () => {
  it('is installed in the official way of each platform', () => {
    expect(installHint('linux')).toBe('curl -fsSL https://ollama.com/install.sh | sh');
    expect(installHint('win32')).toContain('winget install --id Ollama.Ollama');
    expect(installHint('darwin')).toContain('Ollama.dmg');
    expect(installHint('sunos')).toContain('ollama.com/download');
  });

  it('is started when the program is there, installed when it is not, and both are told when nobody knows', () => {
    expect(missingServer(local, 'linux', true).hint).not.toContain('Install it');
    expect(missingServer(local, 'linux', false).hint).toMatch(/^Install it/);
    expect(missingServer(local, 'linux', null).hint).toMatch(/Start it.*Install it/);
    expect(missingServer(remote, 'linux', null).hint).toContain('OLLAMA_HOST');
  });
});

describe('how to use a tag', () => {
  const lines = (host = local, tokens = 65_536) =>
    usageHints(host, 'gemma4-fit:12b', tokens)
      .flatMap((h) => h.lines)
      .join('\n');

  it('in the terminal, through the OpenAI-compatible address, and in editors', () => {
    for (const part of [
      'ollama run gemma4-fit:12b',
      'http://127.0.0.1:11434/v1',
      'provider: ollama',
      'ollama_chat/gemma4-fit:12b',
    ]) {
      expect(lines()).toContain(part);
    }
    const zed = usageHints(local, 'gemma4-fit:12b', 1).find((h) => h.label.startsWith('Zed'))?.lines[0];
    expect(() => JSON.parse(zed ?? '')).not.toThrow();
  });

  it('on another server with its address', () => {
    expect(lines(remote)).toContain('OLLAMA_HOST=http://gpu.example:11434 ollama run');
  });

  it('says when the context is too small for agents', () => {
    expect(lines(local, 32_768)).toContain('Coding agents want 64K of context; this tag has 32K');
    expect(lines(local, 65_536)).not.toContain('Coding agents');
  });
});

describe('foreign text', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['a\r\nb\tc', 'a b c'],
    ['x\u202etxt\u2066', 'xtxt'],
    ['\u0000\u0007', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(cleanLine(text)).toBe(shown);
  });

  it('is not endless', () => {
    expect(cleanLine('x'.repeat(5000))).toHaveLength(600);
  });
});
