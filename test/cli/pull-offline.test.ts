import { describe, expect, it } from 'vitest';
import { record } from './record.ts';

const run = (command: string) => record({ command, machine: 'linux-rtx-4090' } as Parameters<typeof record>[0]);

describe('pull where no server answers', () => {
  it.each(['gemma3', '26b:q9_9', 'llama3:8b'])(
    'pull where no server answers refuses a name that nobody knows first: %s',
    async (model) => {
      const shown = await run(`pull ${model}`);
      expect(shown).toContain(`There is no Gemma 4 model "${model}".`);
      expect(shown).toContain('Exit code: 2');
    },
  );

  it('pull where no server answers says that Ollama does not answer for a model that there is', async () => {
    expect(await run('pull 26b')).toContain('Exit code: 5');
  });

  it('pull where no server answers still plans with --dry-run, and says for what', async () => {
    const shown = await run('pull 26b-a4b-it-qat --context 32k --dry-run');
    expect(shown).toContain('Ollama does not answer; this plan is for Ollama');
    expect(shown).toContain('/api/pull');
    expect(shown).toContain('"num_ctx":32768');
    expect(shown).toContain('Exit code: 0');
  });
});
