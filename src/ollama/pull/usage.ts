import type { OllamaHost } from '../http/host.ts';

/** How to use a tag: text for a person, in order. `label` names the tool, `lines` are what to type or set. */
export interface UsageHint {
  label: string;
  lines: string[];
}

/** Smallest context with which coding agents work, tokens (Ollama's own advice). */
export const agentContextTokens = 65_536;

/** Ways to use the model now: the terminal, any OpenAI-compatible program, and common editors and agents. */
export function usageHints(host: OllamaHost, tag: string, contextTokens: number): UsageHint[] {
  const api = `${host.url}/v1`;
  const prefix = host.remote || host.port !== 11434 ? `OLLAMA_HOST=${host.url} ` : '';
  return [
    { label: 'Chat', lines: [`${prefix}ollama run ${tag}`] },
    { label: 'OpenAI-compatible', lines: [`base URL ${api}`, `model    ${tag}`, 'API key  any text'] },
    {
      label: 'Continue (config.yaml)',
      lines: [
        'models:',
        `  - name: ${tag}`,
        '    provider: ollama',
        `    model: ${tag}`,
        `    apiBase: ${host.url}`,
        `    defaultCompletionOptions: { contextLength: ${contextTokens} }`,
      ],
    },
    { label: 'Zed (settings.json)', lines: [zed(host.url, tag, contextTokens)] },
    { label: 'Aider', lines: [`OLLAMA_API_BASE=${host.url} aider --model ollama_chat/${tag}`] },
    { label: 'Codex', lines: [`${prefix}codex --oss -m ${tag}`] },
    {
      label: 'Everywhere',
      lines: [
        `Give every program ${tag}: the model it is made from has other settings, and the two reload each other.`,
      ],
    },
    ...agentNote(contextTokens),
  ];
}

/** Agents read whole files: with less context they lose the thread without a word. */
function agentNote(contextTokens: number): UsageHint[] {
  if (contextTokens >= agentContextTokens) return [];
  const said = `Coding agents want 64K of context; this tag has ${Math.floor(contextTokens / 1024)}K: gemma-fit pull --context 64k`;
  return [{ label: 'Agents', lines: [said] }];
}

function zed(url: string, tag: string, contextTokens: number): string {
  const model = { name: tag, max_tokens: contextTokens, supports_tools: true };
  return JSON.stringify({ language_models: { ollama: { api_url: url, available_models: [model] } } });
}
