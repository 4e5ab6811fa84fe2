import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { checkModel } from '../../src/commands/check-model.ts';
import type { Io } from '../../src/commands/io.ts';
import { rtx4090 } from '../advice/case.ts';

const io = { env: {} } as unknown as Io;
const warned = async (model: string, contextTokens: number) => {
  const context = { version: '0', dataAgeDays: 0 };
  const { warnings } = await checkModel(
    model,
    rtx4090(),
    { ...openRequest, contextTokensTotal: contextTokens },
    context,
    io,
  );
  return warnings.filter(({ code }) => code === 'context-clamped');
};

describe('check --model warns of that model', () => {
  it.each([
    ['e2b', 131_072],
    ['12b', 262_144],
  ])('%s is cut at its own trained context, %i', async (model, contextTokens) => {
    expect(await warned(model, 1_000_000)).toEqual([
      { code: 'context-clamped', askedTokens: 1_000_000, contextTokens },
    ]);
  });

  it('check --model warns of that model and not of the one that check would recommend', async () => {
    expect(await warned('12b', 262_144)).toEqual([]);
    expect(await warned('e2b', 262_144)).toEqual([
      { code: 'context-clamped', askedTokens: 262_144, contextTokens: 131_072 },
    ]);
  });
});
