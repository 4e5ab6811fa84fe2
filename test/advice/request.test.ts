import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { settledRequest } from '../../src/advice/request.ts';
import { candidateNamed } from '../../src/advice/select.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import type { Machine } from '../../src/machine/types.ts';
import { ask } from './case.ts';
import { gib, gpu, machine } from './machines.ts';

const setting = { code: 'server-setting', source: 'ollama.service' } as const;
const on: Machine = machine([gpu({ freeBytes: 15 * gib })], {
  warnings: [
    { ...setting, setting: 'cache-type', variable: 'OLLAMA_KV_CACHE_TYPE', value: 'q8_0' },
    { ...setting, setting: 'parallel', variable: 'OLLAMA_NUM_PARALLEL', value: '2' },
    { ...setting, setting: 'context-length', variable: 'OLLAMA_CONTEXT_LENGTH', value: '16384' },
  ],
});
const open: CheckRequest = { ...openRequest, leftOpen: ['kvType', 'sequences'] };

describe('settings of the Ollama service', () => {
  it('settings of the Ollama service count where nothing was asked, each sequence with the context that was asked', () => {
    expect(settledRequest(on, { ...open, contextTokensTotal: 8192 })).toEqual({
      ...openRequest,
      kvType: 'q8_0',
      sequences: 2,
      contextTokensTotal: 16_384,
    });
    expect(settledRequest(on, { ...open, contextTokensTotal: 'max' }).contextTokensTotal).toBe('max');
  });

  it('settings of the Ollama service do not count where something was asked, on a machine without them, nor for llama-server', () => {
    const asked = { ...openRequest, kvType: 'f16' as const, sequences: 4, contextTokensTotal: 32_768 };
    expect(settledRequest(on, asked)).toEqual(asked);
    expect(settledRequest(machine(), open)).toEqual(openRequest);
    expect(settledRequest(on, { ...open, runtime: 'llama.cpp' })).toMatchObject({ kvType: 'f16', sequences: 1 });
  });

  it('settings of the Ollama service are in the answer of check and of pull alike, as if they had been asked', () => {
    const result = ask(on, { leftOpen: ['kvType', 'sequences'] });
    expect(result.request).toEqual({ ...openRequest, kvType: 'q8_0', sequences: 2 });
    expect(result.candidates).toEqual(ask(on, { kvType: 'q8_0', sequences: 2 }).candidates);
    const named = candidateNamed(on, { ...open, contextTokensTotal: 4096 }, '12b');
    expect(named.workload).toMatchObject({ kvType: 'q8_0', sequences: 2, contextTokensPerSequence: 4096 });
  });

  it('settings of the Ollama service tell what a plain ollama run would do', () => {
    expect(ask(on).plainRun?.contextTokens).toBe(16_384);
    expect(ask(machine(on.accelerators)).plainRun?.contextTokens).toBe(4096);
  });
});
