import { describe, expect, it } from 'vitest';
import type { Engine, KvType } from '../../../src/data/ids.ts';
import { completeLoad } from '../../../src/model/memory/load.ts';
import { refusalOf } from '../../refusal.ts';

const load = { contextTokensTotal: 4096 };

describe('a load that llama.cpp would not take', () => {
  it.each([
    ['a KV cache type that there is none of', { kvType: 'q5_9' as KvType }, 'usage', '"q5_9" is not a KV cache type.'],
    [
      'a generation of llama.cpp that is not known',
      { engine: 'b1' as Engine },
      'usage',
      '"b1" is not a known generation of llama.cpp.',
    ],
    ['a build without its b', { llamaCpp: '10864' }, 'usage', '"10864" is not a build of llama.cpp.'],
  ])('%s', (_, change, code, message) => {
    expect(refusalOf(() => completeLoad({ ...load, ...change }))).toMatchObject({ code, message });
  });
});
