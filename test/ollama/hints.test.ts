import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
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
  const used = { tag: 'gemma4-fit:12b', model: '12b-it-qat', contextTokensPerSequence: 65_536 };
  const hints = (host = local, more: Partial<typeof used> = {}) => usageHints(host, { ...used, ...more });
  const lines = (host = local, more: Partial<typeof used> = {}) =>
    hints(host, more)
      .flatMap((h) => h.lines)
      .join('\n');
  const linesOf = (label: string, host = local) => hints(host).find((h) => h.label.startsWith(label))?.lines ?? [];

  it('in the terminal and through the OpenAI-compatible address', () => {
    expect(linesOf('Chat')).toEqual(['ollama run gemma4-fit:12b']);
    expect(linesOf('OpenAI client')).toEqual([
      'base URL  http://127.0.0.1:11434/v1',
      'model     gemma4-fit:12b',
      'API key   ollama (any text)',
    ]);
  });

  it('in Continue: YAML with the model, its address and its context', () => {
    expect(parse(linesOf('Continue').join('\n'))).toMatchObject({
      schema: 'v1',
      models: [
        {
          provider: 'ollama',
          model: 'gemma4-fit:12b',
          apiBase: 'http://127.0.0.1:11434',
          defaultCompletionOptions: { contextLength: 65_536 },
        },
      ],
    });
  });

  it('in Zed and in VS Code: JSON for settings.json', () => {
    expect(JSON.parse(linesOf('Zed').join('\n'))).toMatchObject({
      language_models: { ollama: { available_models: [{ name: 'gemma4-fit:12b', max_tokens: 65_536 }] } },
    });
    expect(JSON.parse(linesOf('VS Code').join('\n'))).toEqual({
      'github.copilot.chat.byok.ollamaEndpoint': 'http://127.0.0.1:11434',
    });
  });

  it('in aider: with the context that aider would else set itself', () => {
    const [command, ...settings] = linesOf('aider');
    expect(command).toBe('OLLAMA_API_BASE=http://127.0.0.1:11434 aider --model ollama_chat/gemma4-fit:12b');
    expect(parse(settings.join('\n'))).toEqual([
      { name: 'ollama_chat/gemma4-fit:12b', extra_params: { num_ctx: 65_536 } },
    ]);
  });

  it('on another server with its address, in the variable that each program reads', () => {
    expect(linesOf('Chat', remote)).toEqual(['OLLAMA_HOST=http://gpu.example:11434 ollama run gemma4-fit:12b']);
    expect(linesOf('Codex', remote)).toEqual([
      'CODEX_OSS_BASE_URL=http://gpu.example:11434/v1 codex --oss -m gemma4-fit:12b',
    ]);
    expect(linesOf('Codex')).toEqual(['codex --oss -m gemma4-fit:12b']);
  });

  it('says when the context is too small for agents, with the command for the same model', () => {
    const small = { contextTokensPerSequence: 32_768 };
    expect(lines(local, small)).toContain('Coding agents need a 64K context; this tag has 32K.');
    expect(lines(local, small)).toContain('gemma-fit pull 12b-it-qat --context 64k');
    expect(lines()).not.toContain('Coding agents');
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
