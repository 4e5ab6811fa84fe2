import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type LocalOllama, unreachable } from '../../src/ollama/api/unreachable.ts';
import { parseOllamaHost } from '../../src/ollama/http/host.ts';
import { ConnectionError } from '../../src/ollama/http/http.ts';
import { usageHints } from '../../src/ollama/pull/usage.ts';
import { cleanLine } from '../../src/text.ts';

const local = parseOllamaHost(undefined);
const remote = parseOllamaHost('gpu.example');

describe('a server that does not answer', () => {
  const refused = new ConnectionError('ECONNREFUSED', 'connect ECONNREFUSED');
  const told = (host: typeof local, here?: LocalOllama, cause = refused) =>
    unreachable(cause, host, here) as { message: string; hint: string };
  const hint = (platform: string, isInstalled: boolean | null) => told(local, { platform, isInstalled }).hint;

  it('a server that does not answer is installed in the official way of each platform', () => {
    expect(hint('linux', false)).toBe('Install it: curl -fsSL https://ollama.com/install.sh | sh');
    expect(hint('win32', false)).toContain('winget install --id Ollama.Ollama');
    expect(hint('darwin', false)).toContain('Ollama.dmg');
    expect(hint('sunos', false)).toContain('ollama.com/download');
  });

  it('a server that does not answer is started when the program is there, installed when it is not, and both are told when nobody knows', () => {
    expect(hint('linux', true)).toMatch(/^Start it: (?!.*Install)/);
    expect(hint('linux', false)).toMatch(/^Install it: (?!.*Start)/);
    expect(hint('linux', null)).toMatch(/^Start it: .*Not installed\? Install it: /);
    expect(told(local).hint).toBe('Start it: ollama serve. Not installed? Install it: https://ollama.com/download');
  });

  it('a server that does not answer on another computer is neither started nor installed here', () => {
    for (const here of [undefined, { platform: 'linux', isInstalled: false }])
      expect(told(remote, here).hint).toBe(
        'Is OLLAMA_HOST right, and is that server started with OLLAMA_HOST=0.0.0.0?',
      );
  });

  it('a server that does not answer is told with its reason, and what listens there in its place is not restarted as Ollama', () => {
    expect(told(local).message).toBe('Ollama does not answer at http://127.0.0.1:11434: nothing listens there.');
    const tls = new ConnectionError('EPROTO', 'wrong version number');
    expect(told(local, undefined, tls).hint).toMatch(/^It does not speak https/);
    expect(unreachable(new TypeError('x'), local)).toBeInstanceOf(TypeError);
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

  it('how to use a tag in the terminal and through the OpenAI-compatible address', () => {
    expect(linesOf('Chat')).toEqual(['ollama run gemma4-fit:12b']);
    expect(linesOf('OpenAI client')).toEqual([
      'base URL  http://127.0.0.1:11434/v1',
      'model     gemma4-fit:12b',
      'API key   ollama (any text)',
    ]);
  });

  it('how to use a tag in Continue: YAML with the model, its address and its context', () => {
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

  it('how to use a tag in Zed and in VS Code: JSON for settings.json', () => {
    expect(JSON.parse(linesOf('Zed').join('\n'))).toMatchObject({
      language_models: { ollama: { available_models: [{ name: 'gemma4-fit:12b', max_tokens: 65_536 }] } },
    });
    expect(JSON.parse(linesOf('VS Code').join('\n'))).toEqual({
      'github.copilot.chat.byok.ollamaEndpoint': 'http://127.0.0.1:11434',
    });
  });

  it('how to use a tag in aider: with the context that aider would else set itself', () => {
    const [command, ...settings] = linesOf('aider');
    expect(command).toBe('OLLAMA_API_BASE=http://127.0.0.1:11434 aider --model ollama_chat/gemma4-fit:12b');
    expect(parse(settings.join('\n'))).toEqual([
      { name: 'ollama_chat/gemma4-fit:12b', extra_params: { num_ctx: 65_536 } },
    ]);
  });

  it('how to use a tag on another server with its address, in the variable that each program reads', () => {
    expect(linesOf('Chat', remote)).toEqual(['OLLAMA_HOST=http://gpu.example:11434 ollama run gemma4-fit:12b']);
    expect(linesOf('Codex', remote)).toEqual([
      'CODEX_OSS_BASE_URL=http://gpu.example:11434/v1 codex --oss -m gemma4-fit:12b',
    ]);
    expect(linesOf('Codex')).toEqual(['codex --oss -m gemma4-fit:12b']);
  });

  it('how to use a tag says when the context is too small for agents, with the command for the same model', () => {
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

  it('foreign text is not endless', () => {
    expect(cleanLine('x'.repeat(5000))).toHaveLength(600);
  });
});
