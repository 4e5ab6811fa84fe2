import type { OllamaHost } from '../http/host.ts';

/** How to use a tag: text for a person, in order. `label` names the program, `lines` are what to type or set. */
export interface UsageHint {
  label: string;
  lines: string[];
}

/** What a hint is about: the tag that was made, and the model that `pull` takes to make it again. */
export interface UsedTag {
  tag: string;
  model: string;
  contextTokensPerSequence: number;
}

/** Smallest context with which coding agents work, tokens (Ollama documentation, docs/context-length.mdx). */
export const agentContextTokens = 65_536;

/** Ways to use the model now: the terminal, any OpenAI client, and common editors and agents. */
export function usageHints(host: OllamaHost, used: UsedTag): UsageHint[] {
  const { tag, contextTokensPerSequence } = used;
  const { url } = host;
  const elsewhere = host.remote || host.port !== 11434;
  return [
    { label: 'Chat', lines: [`${elsewhere ? `OLLAMA_HOST=${url} ` : ''}ollama run ${tag}`] },
    { label: 'OpenAI client', lines: [`base URL  ${url}/v1`, `model     ${tag}`, 'API key   ollama (any text)'] },
    { label: 'Continue (config.yaml)', lines: continueConfig(url, tag, contextTokensPerSequence) },
    { label: 'Zed (settings.json)', lines: [zedSettings(url, tag, contextTokensPerSequence)] },
    {
      label: 'VS Code (settings.json; then Chat: Manage Language Models > Ollama)',
      lines: [JSON.stringify({ 'github.copilot.chat.byok.ollamaEndpoint': url })],
    },
    {
      label: 'aider (sets its own context unless .aider.model.settings.yml says so)',
      lines: [
        `OLLAMA_API_BASE=${url} aider --model ollama_chat/${tag}`,
        `- name: ollama_chat/${tag}`,
        `  extra_params: { num_ctx: ${contextTokensPerSequence} }`,
      ],
    },
    { label: 'Codex', lines: [`${elsewhere ? `CODEX_OSS_BASE_URL=${url}/v1 ` : ''}codex --oss -m ${tag}`] },
    ...agentNote(used),
    { label: 'Note', lines: [`Use ${tag} in all apps; using the base tag too makes Ollama reload the model.`] },
  ];
}

/** Format: Continue reference, config.yaml (schema v1). */
function continueConfig(url: string, tag: string, contextTokens: number): string[] {
  return [
    'name: gemma-fit',
    'version: 1.0.0',
    'schema: v1',
    'models:',
    `  - name: ${tag}`,
    '    provider: ollama',
    `    model: ${tag}`,
    `    apiBase: ${url}`,
    '    roles: [chat, edit, apply]',
    `    defaultCompletionOptions: { contextLength: ${contextTokens} }`,
  ];
}

/** Format: Zed documentation, Use a Local Model. */
function zedSettings(url: string, tag: string, contextTokens: number): string {
  const model = { name: tag, max_tokens: contextTokens, supports_tools: true };
  return JSON.stringify({ language_models: { ollama: { api_url: url, available_models: [model] } } });
}

/** Agents read whole files: with less context they lose the beginning without an error. */
function agentNote({ model, contextTokensPerSequence: tokens }: UsedTag): UsageHint[] {
  if (tokens >= agentContextTokens) return [];
  const has = `Coding agents need a 64K context; this tag has ${Math.floor(tokens / 1024)}K.`;
  return [{ label: 'Agents', lines: [`${has} To change it: gemma-fit pull ${model} --context 64k`] }];
}
