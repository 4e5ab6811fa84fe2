import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { transcripts } from './commands.ts';
import { record } from './record.ts';

/** What the tool says, word for word, for a reviewer to read. After a wanted change: `npx vitest run test/cli/transcripts -u`. */
describe('transcripts', () => {
  it.each(transcripts)('$name: gemma-fit $command', async (transcript) => {
    await expect(await record(transcript)).toMatchFileSnapshot(`../transcripts/${transcript.name}.md`);
  });

  it('the folder of transcripts has no file that no command wrote', () => {
    const files = readdirSync(new URL('../transcripts/', import.meta.url)).filter((name) => name.endsWith('.md'));
    expect(files.map((name) => name.slice(0, -3)).sort()).toEqual(transcripts.map(({ name }) => name).sort());
  });
});
