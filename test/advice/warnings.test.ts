import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { withProofs } from '../../src/advice/recommendation/proven-speed.ts';
import type { Candidate, CheckRequest } from '../../src/advice/types.ts';
import { checkWarnings } from '../../src/advice/warnings.ts';
import type { Machine, OllamaServer } from '../../src/machine/types.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { ask, codes } from './case.ts';
import { gib, gpu, machine } from './machines.ts';
import { laid, left, made } from './made.ts';

const card = machine([gpu()]);
const asked = { contextTokensTotal: 8192 };
const warned = (
  on: Machine,
  request: Partial<CheckRequest> = asked,
  chosen: Candidate | null = null,
  tier = 24 * gib,
) => checkWarnings(on, toSchedulerTarget(on), { ...openRequest, ...request }, chosen, tier);

describe('warnings', () => {
  it('warnings are none where nothing is odd', () => expect(warned(card)).toEqual([]));

  it('warnings begin with those of the machine', () => {
    const own = { code: 'probe-failed', probe: 'nvidia-smi' } as unknown as Machine['warnings'][number];
    const on = machine([gpu({ freeBytes: null, totalBytes: null, name: 'Dark' })], { warnings: [own] });
    expect(warned(on)).toEqual([own, { code: 'device-memory-unknown', device: 'Dark' }]);
  });

  it('warnings name a device whose use cannot be told', () => {
    const odd = machine([gpu({ usable: null, name: 'Odd' })]);
    expect(warned(odd)).toEqual([{ code: 'device-usability-unknown', device: 'Odd' }]);
  });
});

describe('warnings about the server', () => {
  const held = (name: string, deviceGiB: number) => {
    const deviceBytes = deviceGiB * gib;
    return { name, sizeBytes: deviceBytes + gib, deviceBytes, contextTokens: 32_768 };
  };
  const beside = (change: Partial<OllamaServer>) => {
    const ollama = { host: 'http://10.0.0.2:11434', remote: false, version: '0.40.2', installed: [], loaded: [] };
    return warned({ ...card, ollama: { ...ollama, ...change } });
  };

  it('warnings about the server are none while it is here and holds nothing of a device', () => {
    expect(beside({})).toEqual([]);
    expect(beside({ loaded: [held('gemma4:e2b', 0)] })).toEqual([]);
  });

  it('warnings about the server name what it holds', () => {
    const loaded = [held('gemma4:e2b', 2), held('gemma4:12b', 8)];
    const heldBytes = 10 * gib;
    expect(beside({ loaded })).toEqual([{ code: 'held-by-ollama', models: ['gemma4:e2b', 'gemma4:12b'], heldBytes }]);
  });

  it('warnings about the server name where it is when that is elsewhere, and nothing that it holds there', () => {
    const elsewhere = [{ code: 'server-elsewhere', host: 'http://10.0.0.2:11434' }];
    expect(beside({ remote: true, loaded: [held('gemma4:e2b', 2)] })).toEqual(elsewhere);
  });
});

describe('warnings about the context', () => {
  it("warnings about the context name the known problems of the server's default when nobody asked for one", () => {
    expect(warned(card, {}, null, 22 * gib)).toMatchObject([{ code: 'known-problem', id: 'silent-truncation' }]);
  });

  it('warnings about the context name a loaded model that has less than the use wants, and no other program’s', () => {
    const loaded = ['gemma4-fit:26b', 'llama3:8b', 'gemma4:e2b'].map((name, index) => ({
      ...{ name, sizeBytes: gib, deviceBytes: 0 },
      contextTokens: index === 2 ? 65_536 : 4096,
    }));
    const ollama = { host: 'http://127.0.0.1:11434', remote: false, version: '0.40.2', installed: [], loaded };
    const short = { code: 'loaded-context-short', model: 'gemma4-fit:26b', contextTokens: 4096, minimumTokens: 65_536 };
    expect(warned({ ...card, ollama }, { useCase: 'agent' })).toEqual([short]);
    const elsewhere = { ...ollama, remote: true };
    expect(codes(warned({ ...card, ollama: elsewhere }, { useCase: 'agent' }))).toEqual(['server-elsewhere']);
  });

  it('warnings about the context say nothing of the default when a context was asked for', () => {
    expect(warned(card, asked, null, 22 * gib)).toEqual([]);
  });

  it('warnings about the context say nothing of training when nobody asked for that much', () => {
    expect(codes(warned(card, {}, made('e2b-it-qat'), 64 * gib))).toEqual([]);
  });

  it('warnings about the context leave the default out when a use is named, but not its problems', () => {
    expect(warned(card, { useCase: 'agent' })).toEqual([]);
    expect(codes(warned(card, { useCase: 'agent' }, null, 22 * gib))).toEqual(['known-problem']);
  });

  it('warnings about the context say when it is shorter than the use wants', () => {
    const short = { code: 'context-too-short', contextTokens: 32_767, minimumTokens: 32_768 };
    expect(warned(card, { useCase: 'code', contextTokensTotal: 32_767 })).toEqual([short]);
    expect(warned(card, { useCase: 'code', contextTokensTotal: 32_768 })).toEqual([]);
    expect(warned(card, { contextTokensTotal: 1 })).toEqual([]);
  });

  it.each<[string, string | null, Partial<CheckRequest>, number | null]>([
    ['one token too many', 'e2b-it-qat', { contextTokensTotal: 131_073 }, 131_072],
    ['as many as it was trained for', 'e2b-it-qat', { contextTokensTotal: 131_072 }, null],
    ['too many for each of two', 'e2b-it-qat', { contextTokensTotal: 262_145, sequences: 2 }, 262_144],
    ['enough for each of two', 'e2b-it-qat', { contextTokensTotal: 262_144, sequences: 2 }, null],
    ['many for a model that was trained for them', '12b-it-qat', { contextTokensTotal: 131_073 }, null],
    ['many for no model', null, { contextTokensTotal: 999_999 }, null],
    ['what the use wants, though it is more', 'e2b-it-qat', { useCase: 'long', sequences: 1 }, null],
  ])(
    'warnings about the context say when the chosen model was not trained for it: %s',
    (_what, id, request, contextTokens) => {
      const told = contextTokens && { code: 'context-clamped', askedTokens: request.contextTokensTotal, contextTokens };
      expect(warned(card, request, id === null ? null : made(id))).toEqual(told ? [told] : []);
    },
  );
});

describe('a proof of a model that is partly on the processor', () => {
  const split = made('31b-it-qat', 'split', { placement: laid('split', [left(1)]) });
  const workload = { ...split.workload, contextTokensTotal: 16_385, contextTokensPerSequence: 8192, sequences: 2 };
  const result = { ...ask(machine([]), asked), candidates: [{ ...split, workload }], recommendation: null };

  it.each([
    [8191, 'formula'],
    [8192, 'proof'],
    [8193, 'proof'],
  ])(
    'a proof of a model that is partly on the processor counts at the context of one conversation or more: %s of 8192 tokens, %s',
    (contextTokens, basis) => {
      const proof = { tag: split.tag, base: null, contextTokens, tokensPerSecond: 100, passed: true };
      expect(withProofs(result, [proof]).candidates[0]?.speed?.basis).toBe(basis);
    },
  );
});
