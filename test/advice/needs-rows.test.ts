import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { type Hardware, needsOf } from '../../src/advice/needs.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { deviceSpecs } from '../../src/data/tables.ts';
import type { Machine } from '../../src/machine/types.ts';
import { estimateMemory } from '../../src/model/memory/estimate.ts';
import type { Parts } from '../../src/model/types.ts';
import { candidate } from './case.ts';
import { gib, gpu, mac, machine, mib } from './machines.ts';

const pattern = deviceSpecs.find(({ id }) => id === 'nvidia-geforce-rtx-4090');
if (pattern === undefined) throw new Error('no RTX 4090');
const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);

/** A row of the table under some name, in one size, with the computer around it. */
function unit(size: number, row: Partial<Hardware['device']> = {}, on: Machine = card(size)): Hardware {
  return { device: { ...(pattern as Hardware['device']), ...row }, memoryBytes: size * gib, machine: on };
}
const needs = (hardware: Hardware[], build: string | null, request: Partial<CheckRequest> = {}) =>
  needsOf('12b', build, { ...openRequest, contextTokensTotal: 8192, ...request }, hardware);
const idsOf = (...hardware: Hardware[]) => needs(hardware, 'q4_k_m').rows.map(({ id }) => id);

describe('the devices that run a model', () => {
  it('the devices that run a model come by size, then cards before chips that share the RAM, then by name, then by id', () => {
    const sorted = [
      unit(16, { id: 'i', name: 'Z', kind: 'integrated' }),
      unit(24, { id: 'h', name: 'A', kind: 'discrete' }),
      unit(24, { id: 'c', name: 'B', kind: 'discrete' }),
      unit(24, { id: 'd', name: 'B', kind: 'discrete' }),
      unit(24, { id: 'b', name: 'C', kind: 'discrete' }),
      unit(24, { id: 'g', name: 'A', kind: 'unified' }),
      unit(24, { id: 'a', name: 'A', kind: 'integrated' }),
      unit(32, { id: 'f', name: 'A', kind: 'discrete' }),
    ];
    const ids = sorted.map(({ device }) => device.id);
    expect(idsOf(...sorted)).toEqual(ids);
    expect(idsOf(...sorted.toReversed())).toEqual(ids);
  });

  it('the devices that run a model are told with what runs there, as check says it for that computer', () => {
    const checked = candidate(card(16), '12b-it-q4_K_M', { contextTokensTotal: 8192 });
    const row = { id: 'x', name: 'X', vendor: 'intel', kind: 'discrete', class: 'workstation' } as const;
    expect(needs([unit(16, row)], '12b-it-q4_K_M').rows).toEqual([
      {
        ...row,
        memoryBytes: 16 * gib,
        build: '12b-it-q4_K_M',
        tag: 'gemma4:12b-it-q4_K_M',
        quantization: 'Q4_K_M',
        workload: {
          contextTokensTotal: 8192,
          contextTokensPerSequence: 8192,
          kvType: 'f16',
          sequences: 1,
          vision: true,
          microBatch: 1024,
        },
        headroomBytes: checked.placement.devices[0]?.remainingBytes,
        ceilingTokens: checked.ceilingTokens,
        speed: checked.speed,
      },
    ]);
  });

  it('the devices that run a model are counted apart from those that are too small and those that Ollama would not use', () => {
    const unused = unit(48, { id: 'u' }, machine([gpu({ freeBytes: 48 * gib, usable: false })]));
    const all = [unit(4, { id: 's' }), unit(24, { id: 'ok' }), unused, unit(6, { id: 't' }), unused];
    const { rows, tooSmall, unusable } = needs(all, 'q4_k_m');
    expect({ ids: rows.map(({ id }) => id), tooSmall, unusable }).toEqual({ ids: ['ok'], tooSmall: 2, unusable: 2 });
  });

  it('the devices that run a model are none for a server that does not know the model', () => {
    const tooOld = { code: 'server-too-old', version: '0.30.2', minimumVersion: '0.30.5' };
    expect(needs([unit(24)], 'q4_k_m', { ollamaVersion: '0.30.2' })).toMatchObject({
      rows: [],
      because: [tooOld],
      tooSmall: 0,
    });
  });

  it('the devices that run a model are asked at 4,096 tokens when no context was', () => {
    expect(needs([unit(24)], 'q4_k_m', { contextTokensTotal: null })).toMatchObject({
      variant: '12b',
      contextTokens: 4096,
    });
  });
});

describe('what a build asks for', () => {
  const all = ({ weightsBytes, kvCacheBytes, computeBytes }: Parts) => weightsBytes + kvCacheBytes + computeBytes;
  const estimate = (more: { microBatch?: number; flashAttention?: boolean } = {}) =>
    estimateMemory({ variant: '12b', quantization: 'Q4_K_M', contextTokens: 8192, ...more });
  const projectorBytes = 175_115_584;
  const of = (hardware: Hardware[], request: Partial<CheckRequest> = {}) =>
    needs(hardware, '12b-it-q4_K_M', request).builds;
  const text = all(estimate().device);
  const expected = {
    build: '12b-it-q4_K_M',
    tag: 'gemma4:12b-it-q4_K_M',
    quantization: 'Q4_K_M',
    input: ['text', 'image', 'audio'],
    deviceBytes: text + projectorBytes,
    hostBytes: all(estimate().host),
    // the projector and 1 GiB in whole MiB, and the CPU's share of 14,753,464 bytes
    freeBytes: text + 1192 * mib + 14_753_464,
    textFreeBytes: text + gib,
  };

  it('what a build asks for is its bytes with the smallest batch, and what must be free with either margin', () => {
    expect(of([unit(24)])).toEqual([expected]);
  });

  it('what a build asks for takes the batch that was asked for', () => {
    expect(of([unit(24)], { microBatch: 2048 })[0]?.textFreeBytes).toBe(
      all(estimate({ microBatch: 2048 }).device) + gib,
    );
  });

  it('what a build asks for is the same with either margin where no images are wanted', () => {
    const [build] = of([unit(24)], { vision: false });
    expect(build).toMatchObject({ deviceBytes: text, freeBytes: text + gib, textFreeBytes: text + gib });
  });

  it('what a build asks for is read off the largest device, whatever the order: a small one would have the projector in RAM', () => {
    const small = unit(1, { id: 'small' });
    expect(of([small, unit(24)])).toEqual([expected]);
    expect(of([unit(24), small])).toEqual([expected]);
    expect(of([small])[0]?.deviceBytes).toBe(text);
  });

  it('what a build asks for is read off the first by id of equally large ones', () => {
    const old = (id: string) => unit(24, { id }, machine([gpu({ architecture: '5.2' })]));
    const without = all(estimate({ flashAttention: false }).device);
    expect(without).toBeGreaterThan(text);
    for (const [a, b] of [
      [unit(24, { id: 'a' }), old('b')],
      [old('b'), unit(24, { id: 'a' })],
    ] as const) {
      expect(of([a, b])[0]?.textFreeBytes).toBe(text + gib);
    }
    expect(of([unit(24, { id: 'b' }), old('a')])[0]?.textFreeBytes).toBe(without + gib);
  });

  it('what a build asks for is read off no Mac, which keeps another margin, and off none that Ollama would not use', () => {
    const apple = unit(128, { id: 'apple' }, mac(96 * gib, 120 * gib));
    const unused = unit(48, { id: 'unused' }, machine([gpu({ freeBytes: 48 * gib, usable: false })]));
    expect(of([apple, unused, unit(24)])).toEqual([expected]);
    expect(of([apple, unused])).toEqual([]);
  });
});
