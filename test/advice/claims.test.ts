import { describe, expect, it } from 'vitest';
import { sumParts } from '../../src/advice/parts.ts';
import type { Candidate } from '../../src/advice/types.ts';
import type { Machine } from '../../src/machine/types.ts';
import { ask, candidate, codes, finding, rtx4090 } from './case.ts';
import { gib, gpu, mac, machine, ram } from './machines.ts';

/** Bytes on the device but for the vision encoder, which a build in one file always loads. */
const languageBytes = ({ need }: Candidate): number => sumParts({ ...need.device, projectorBytes: 0 });
const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);

describe('what people want to know', () => {
  it.each([
    [24, 'split'],
    [32, 'split'],
    [48, 'gpu'],
  ])('31b Q4_K_M at 262144 on %s GiB: %s', (size, verdict) => {
    expect(candidate(card(size), '31b-it-q4_K_M', { contextTokensTotal: 262_144 }).verdict).toBe(verdict);
  });

  it('26b Q4_K_M at 131072 needs 20.1 GB on the device, and 1.2 GB for its encoder', () => {
    const needs = candidate(card(24), '26b-a4b-it-q4_K_M', { contextTokensTotal: 131_072, microBatch: 512 });
    expect(languageBytes(needs) / 1e9).toBeCloseTo(20.06, 2);
    expect(sumParts(needs.need.device) / 1e9).toBeCloseTo(21.26, 2);
  });

  it('e2b Q4_K_M at 131072 needs 2.55 GB there, though its library build is 7.2 GB', () => {
    const needs = candidate(card(24), 'e2b-it-q4_K_M', { contextTokensTotal: 131_072, microBatch: 512 });
    const { downloadBytes } = needs;
    expect(languageBytes(needs) / 1e9).toBeCloseTo(2.55, 2);
    expect((downloadBytes ?? 0) / 1e9).toBeCloseTo(7.16, 2);
  });

  it('e2b-it-qat at 131072 fits a 4 GiB card under the text margin, and not under the margin for a build with a projector', () => {
    const request = { contextTokensTotal: 131_072, microBatch: 512 };
    expect(candidate(card(4), 'e2b-it-qat', { ...request, vision: false }).verdict).toBe('gpu');
    const seeing = candidate(card(4), 'e2b-it-qat', request);
    expect(seeing.verdict).not.toBe('gpu');
    expect(finding(seeing.reasons, 'projector-margin')).toMatchObject({ textMarginBytes: gib });
  });

  it('a 4090 holds 31b Q4_K_M to about 34K, text alone or not: its encoder is in the file', () => {
    const request = { useCase: 'code' as const, contextTokensTotal: 16_384 };
    for (const vision of [null, false]) {
      const { ceilingTokens } = candidate(rtx4090(), '31b-it-q4_K_M', { ...request, vision });
      expect((ceilingTokens ?? 0) / 1024).toBeCloseTo(33.75, 0);
    }
  });

  it('a 4090 holds 31b-it-qat to about 46K, and to about 60K as text alone: check says both', () => {
    const request = { useCase: 'code' as const, contextTokensTotal: 16_384 };
    const plain = candidate(rtx4090(), '31b-it-qat', request);
    const text = candidate(rtx4090(), '31b-it-qat', { ...request, vision: false });
    expect((plain.ceilingTokens ?? 0) / 1024).toBeCloseTo(45.75, 0);
    expect((text.ceilingTokens ?? 0) / 1024).toBeCloseTo(60, 0);
    const told = finding(ask(rtx4090(), request).recommendation?.because ?? [], 'ceiling');
    expect(told.textCeilingTokens).toBeGreaterThan(told.ceilingTokens ?? 0);
  });

  it('the same memory ends at about 18K where the projector is counted twice, as on a Mac', () => {
    const free = 24_107 * 2 ** 20;
    const { ceilingTokens } = candidate(mac(free, 64 * gib), '31b-it-q4_K_M', {
      ollamaVersion: '0.33.0',
    });
    expect((ceilingTokens ?? 0) / 1024).toBeCloseTo(18, 0);
  });

  it('26b Q4_K_M at 32K needs 18 GB and wants more than 20 GB free', () => {
    const need = 17.9e9 + 2178 * 2 ** 20;
    const at = (freeBytes: number) =>
      candidate(machine([gpu({ freeBytes })]), '26b-a4b-it-q4_K_M', { contextTokensTotal: 32_768, microBatch: 512 })
        .verdict;
    expect(at(need + 0.05e9)).toBe('gpu');
    expect(at(need - 0.05e9)).toBe('split');
  });
});

describe('rules of thumb that go round', () => {
  const device = (build: string, contextTokens: number) =>
    languageBytes(candidate(card(96), build, { contextTokensTotal: contextTokens, microBatch: 512 })) / 1e9;

  it('"E4B at Q8 needs 6 GB": 5.2 GB at 4K on the device, 7.4 at 128K', () => {
    expect(device('e4b-it-q8_0', 4096)).toBeCloseTo(5.18, 1);
    expect(device('e4b-it-q8_0', 131_072)).toBeCloseTo(7.39, 1);
  });

  it('"26B at Q4 fits in 12 to 14 GB": 17.3 GB at 4K; the QAT build 15.2', () => {
    expect(device('26b-a4b-it-q4_K_M', 4096)).toBeCloseTo(17.29, 1);
    expect(device('26b-a4b-it-qat', 4096)).toBeLessThan(15.3);
  });
});

describe('a verdict', () => {
  it('a verdict is gpu, split, cpu or no by what is free', () => {
    const at = (freeBytes: number, ramBytes = 60 * gib) =>
      candidate(machine([gpu({ freeBytes })], { memory: ram(ramBytes) }), '31b-it-q4_K_M', {
        contextTokensTotal: 8192,
      });
    expect(at(24 * gib).verdict).toBe('gpu');
    expect(at(16 * gib).verdict).toBe('split');
    expect(at(0.3 * gib).verdict).toBe('cpu');
    expect(at(16 * gib, 4 * gib).verdict).toBe('no');
  });

  it('a verdict tells the layers that spill and how much is missing', () => {
    const { reasons, placement } = candidate(card(16), '31b-it-q4_K_M', { contextTokensTotal: 8192 });
    const spill = finding(reasons, 'spills');
    expect(spill.gpuLayers).toBe(placement.gpuLayers);
    expect(spill.totalLayers).toBe(61);
    expect(spill.missingBytes).toBeGreaterThan(4 * gib);
  });

  it('a verdict is unknown when free memory was not read, with the name of the card', () => {
    const on = machine([gpu({ freeBytes: null, totalBytes: null, name: 'NVIDIA GB10' })]);
    const { verdict, reasons } = candidate(on, '12b-it-qat', { contextTokensTotal: 8192 });
    expect(verdict).toBe('unknown');
    expect(reasons).toContainEqual({ code: 'device-memory-unknown', device: 'NVIDIA GB10' });
  });

  it('a verdict stands when one card alone holds the model and another could not be read', () => {
    const on = machine([gpu({ freeBytes: 24 * gib }), gpu({ id: 'nvidia:1', freeBytes: null })]);
    expect(candidate(on, '12b-it-qat', { contextTokensTotal: 8192 }).verdict).toBe('gpu');
  });

  it('a verdict is unknown without a device when RAM could not be read', () => {
    const { verdict, reasons } = candidate(machine([], { memory: ram(null) }), 'e2b-it-qat');
    expect(verdict).toBe('unknown');
    expect(codes(reasons)).toContain('host-memory-unknown');
  });

  it('a verdict counts the pool of a Mac once: 31b at 32K needs more than 24 GB of 26', () => {
    expect(candidate(mac(36 * gib, 40 * gib), '31b-it-q4_K_M', { contextTokensTotal: 32_768 }).verdict).toBe('gpu');
    const short = candidate(mac(36 * gib, 20 * gib), '31b-it-q4_K_M', { contextTokensTotal: 32_768 });
    expect(short.verdict).toBe('no');
    expect(codes(short.reasons)).toContain('pool-too-small');
  });

  it('a verdict warns when the prompt cache and the checkpoints have no room in RAM', () => {
    const on = machine([gpu({ freeBytes: 24 * gib })], { memory: ram(9 * gib) });
    const { verdict, reasons } = candidate(on, '26b-a4b-it-qat', { contextTokensTotal: 8192 });
    expect(verdict).toBe('gpu');
    expect(finding(reasons, 'prompt-cache-tight').cacheBytes).toBe(8 * gib);
  });
});

describe('several devices', () => {
  const two = (first: number, second: number) =>
    machine([gpu({ freeBytes: first * gib }), gpu({ id: 'nvidia:1', freeBytes: second * gib })]);

  it('several devices share a model in proportion to what is free', () => {
    const { placement, verdict } = candidate(two(22, 11), '31b-it-q4_K_M', { contextTokensTotal: 16_384 });
    expect(verdict).toBe('gpu');
    const [first, second] = placement.devices.map(({ layers }) => layers);
    expect((first ?? 0) / (second ?? 1)).toBeCloseTo(2, 0);
  });

  it('several devices are not used for e2b and e4b, which fail there', () => {
    const { placement } = candidate(two(8, 8), 'e4b-it-q8_0', { contextTokensTotal: 32_768, ollamaVersion: '0.32.0' });
    expect(placement.devices).toHaveLength(1);
  });

  it('several devices need OLLAMA_SCHED_SPREAD where Ollama would crowd one of them', () => {
    const { verdict, reasons } = candidate(two(8.9, 8.9), '12b-it-q4_K_M', {
      contextTokensTotal: 4096,
      microBatch: 2048,
    });
    expect(verdict).toBe('gpu');
    expect(codes(reasons)).toContain('needs-spread');
  });

  it('several devices of another library are left out and named', () => {
    const on = machine([
      gpu({ freeBytes: 24 * gib }),
      gpu({ id: 'intel:0', vendor: 'intel', backend: 'vulkan', name: 'Arc A770', freeBytes: 15 * gib }),
    ]);
    const { reasons } = candidate(on, '31b-it-q4_K_M', { contextTokensTotal: 65_536 });
    expect(finding(reasons, 'device-left-out')).toMatchObject({ device: 'Arc A770', usedBackend: 'cuda' });
  });
});

describe('a fixed number of layers', () => {
  it('a fixed number of layers keeps the projector in RAM and puts more of a dense model on the device than Ollama would', () => {
    const pinned = candidate(rtx4090(), '31b-it-q4_K_M', { contextTokensTotal: 49_152 });
    const seeing = candidate(rtx4090(), '31b-it-q4_K_M', { contextTokensTotal: 49_152, vision: true });
    expect(finding(pinned.reasons, 'pinned-layers').gpuLayers).toBe(pinned.placement.gpuLayers);
    expect(pinned.placement.gpuLayers).toBeGreaterThan(seeing.placement.gpuLayers);
    expect(pinned.placement.host.projectorBytes).toBeGreaterThan(1e9);
    expect(codes(seeing.reasons)).not.toContain('pinned-layers');
  });

  it('a fixed number of layers keeps the margin for text on every device', () => {
    for (const { marginBytes, remainingBytes } of candidate(rtx4090(), '31b-it-q8_0').placement.devices) {
      expect(marginBytes).toBe(gib);
      expect(remainingBytes).toBeGreaterThanOrEqual(gib);
    }
  });

  it('a fixed number of layers is not used for e2b and e4b on servers that fail when they are divided', () => {
    const old = candidate(card(6), 'e4b-it-bf16', { ollamaVersion: '0.32.5' });
    expect(old.verdict).toBe('no');
    expect(finding(old.reasons, 'known-problem')).toMatchObject({ id: 'split-inputs-assert', severity: 'blocker' });
    expect(candidate(card(6), 'e4b-it-bf16', { ollamaVersion: '0.32.6' }).verdict).toBe('split');
  });
});

describe('models that Ollama holds now', () => {
  const holding = (freeGiB: number): Machine => ({
    ...machine([gpu({ totalBytes: 24 * gib, freeBytes: freeGiB * gib })]),
    ollama: {
      host: 'http://127.0.0.1:11434',
      remote: false,
      version: '0.40.2',
      installed: [],
      loaded: [{ name: 'gemma4:26b', sizeBytes: 18 * gib, deviceBytes: 18 * gib, contextTokens: 4096 }],
    },
  });

  it('models that Ollama holds now are counted as free, because it unloads them to make room, and named', () => {
    const result = ask(holding(5), { contextTokensTotal: 8192 });
    expect(result.recommendation).toMatchObject({ variant: '31b', verdict: 'gpu' });
    expect(finding(result.warnings, 'held-by-ollama')).toMatchObject({ models: ['gemma4:26b'], heldBytes: 18 * gib });
  });

  it('models that Ollama holds now never make more free than the card has', () => {
    const { placement } = candidate(holding(20), '26b-a4b-it-qat', { contextTokensTotal: 8192 });
    expect(placement.devices[0]?.freeBytes).toBe(24 * gib);
  });

  it('models that Ollama holds now of a server elsewhere say nothing about this computer', () => {
    const on = holding(5);
    const elsewhere = { ...on, ollama: on.ollama && { ...on.ollama, remote: true, host: 'http://10.0.0.2:11434' } };
    const result = ask(elsewhere, { contextTokensTotal: 8192 });
    expect(codes(result.warnings)).toContain('server-elsewhere');
    expect(result.recommendation?.variant).not.toBe('31b');
  });
});
