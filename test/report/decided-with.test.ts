import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { decidedWith } from '../../src/report/decided-with.ts';
import { renderers } from '../../src/report/index.ts';
import { createOptions } from './result.ts';

const result = checkMachine(
  hypotheticalMachine({ gpu: 'RTX 3060 12GB', ramBytes: 2 ** 35 }),
  { ...openRequest, requirements: ['26b:gpu', '12b', 'e2b@128k'].map(parseRequirement) },
  { version: '0', dataAgeDays: 0 },
);
const { requirements } = result;

describe('what decided a requirement', () => {
  it('what decided a requirement is a build and the context of one conversation, also where the requirement names none', () => {
    expect(requirements.flatMap(decidedWith)).toEqual(
      requirements.map(
        ({ tag, contextTokensPerSequence }) => `${tag}, ${(contextTokensPerSequence ?? 0) / 1024}K context.`,
      ),
    );
    expect(decidedWith(requirements[2] as never)).toEqual([expect.stringMatching(/^gemma4:e2b\S*, 128K context\.$/)]);
  });

  it('what decided a requirement is left out where nothing could be tried', () => {
    expect(requirements.map((one) => decidedWith({ ...one, tag: null }))).toEqual([[], [], []]);
  });

  it.each(['github', 'junit', 'markdown', 'html'] as const)('what decided a requirement is told in %s', (format) => {
    // Markdown keeps an underscore from being read as emphasis.
    const text = renderers[format](result, createOptions()).replaceAll('\\_', '_').replaceAll('\\.', '.');
    for (const one of requirements) expect(text).toContain(decidedWith(one)[0]);
  });

  it('what decided a requirement that is met is told on the screen', () => {
    const text = renderers.human(result, createOptions({ columns: 200 }));
    expect(text).toContain(`12b passed: ${decidedWith(requirements[1] as never)[0]}`);
  });
});
