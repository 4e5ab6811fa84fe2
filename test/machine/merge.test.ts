import { describe, expect, it } from 'vitest';
import { mergeAccelerators } from '../../src/machine/merge.ts';
import { accelerator } from '../../src/machine/probes/shared/report.ts';
import type { PhysicalKey, ProbeReport } from '../../src/machine/probes/types.ts';
import type { Accelerator } from '../../src/machine/types.ts';

const GiB = 2 ** 30;

function card(id: string, about: Partial<Accelerator> = {}, totalBytes: number | null = 24 * GiB): Accelerator {
  return accelerator({
    id,
    vendor: 'nvidia',
    name: 'NVIDIA GeForce RTX 3090',
    kind: 'discrete',
    backend: 'cuda',
    memory: { totalBytes, freeBytes: totalBytes },
    source: `probe of ${id}`,
    confidence: 'measured',
    ...about,
  });
}

const report = (accelerators: Accelerator[], physical: Record<string, PhysicalKey> = {}): ProbeReport => ({
  accelerators,
  evidence: [],
  warnings: [],
  physical,
});
const overVulkan = { backend: 'vulkan', confidence: 'reported' } as const;
const ids = (reports: ProbeReport[]) => mergeAccelerators(reports).accelerators.map(({ id }) => id);

describe('one accelerator a card', () => {
  it('CUDA counts before Vulkan, whatever the order; the other reading is kept with the rule', () => {
    const vulkan = card('vulkan:0', overVulkan, 23 * GiB);
    const { accelerators, evidence } = mergeAccelerators([report([vulkan]), report([card('nvidia:0')])]);
    expect(accelerators).toMatchObject([{ id: 'nvidia:0', backend: 'cuda', memory: { totalBytes: 24 * GiB } }]);
    expect(evidence).toContainEqual({
      subject: 'nvidia:0.memory.total',
      value: 23 * GiB,
      source: 'probe of vulkan:0',
      confidence: 'reported',
      chosen: false,
      rule: expect.stringContaining('CUDA before ROCm'),
    });
  });

  it('two equal cards stay two, and each takes one of the other probe’s', () => {
    const two = report([card('nvidia:0'), card('nvidia:1')]);
    expect(ids([two, report([card('vulkan:0', overVulkan), card('vulkan:1', overVulkan)])])).toEqual([
      'nvidia:0',
      'nvidia:1',
    ]);
    expect(ids([two, report([0, 1, 2].map((at) => card(`vulkan:${at}`, overVulkan)))])).toHaveLength(3);
  });

  it('an equal bus address or UUID is one card, however the names differ', () => {
    const amd = card('amd:card0', { vendor: 'amd', name: 'AMD Radeon Graphics', backend: 'rocm' });
    const vulkan = card(
      'vulkan:0',
      { vendor: 'amd', name: 'AMD Radeon RX 7900 XTX (RADV NAVI31)', backend: 'vulkan' },
      8 * GiB,
    );
    for (const key of [{ pciAddress: '0000:03:00.0' }, { uuid: 'abc' }]) {
      expect(ids([report([amd], { 'amd:card0': key }), report([vulkan], { 'vulkan:0': key })])).toEqual(['amd:card0']);
    }
  });

  it('different bus addresses are different cards, however equal the rest', () => {
    const first = report([card('nvidia:0')], { 'nvidia:0': { pciAddress: '0000:01:00.0' } });
    const second = report([card('vulkan:0', overVulkan)], { 'vulkan:0': { pciAddress: '0000:02:00.0' } });
    expect(ids([first, second])).toHaveLength(2);
  });

  it('a graphics part beside a card of another maker stays', () => {
    const intel = card('vulkan:0', {
      ...overVulkan,
      vendor: 'intel',
      name: 'Intel UHD Graphics 770',
      kind: 'integrated',
    });
    expect(ids([report([card('nvidia:0')]), report([intel])])).toHaveLength(2);
  });

  it('two different cards of one maker are not one', () => {
    const other = card('vulkan:0', { ...overVulkan, name: 'NVIDIA GeForce GTX 1070' }, 8 * GiB);
    expect(ids([report([card('nvidia:0')]), report([other])])).toHaveLength(2);
  });

  it('a card that only its name is known of takes the memory that another probe read', () => {
    const blind = card('nvidia:0', { confidence: 'assumed' }, null);
    const { accelerators } = mergeAccelerators([report([blind]), report([card('vulkan:0', overVulkan)])]);
    expect(accelerators).toMatchObject([
      {
        id: 'nvidia:0',
        memory: { totalBytes: 24 * GiB },
        confidence: 'reported',
        source: expect.stringContaining('vulkan:0'),
      },
    ]);
  });

  it('a card whose tool hangs is told about by the runtime that uses it', () => {
    const reason = { code: 'probe-timeout', probe: 'nvidia-smi', timeoutMs: 2200 } as const;
    const hung = card('nvidia:0', { usable: null, reason, confidence: 'assumed' }, null);
    const broken = card('nvidia:0', { usable: false, reason, confidence: 'assumed' }, null);
    const runtime = report([card('llama:CUDA0', { usable: true })]);
    expect(mergeAccelerators([report([hung]), runtime]).accelerators).toMatchObject([{ usable: true, reason: null }]);
    expect(mergeAccelerators([report([broken]), runtime]).accelerators).toMatchObject([{ usable: false, reason }]);
  });

  it('ids that two probes gave alike are told apart', () => {
    expect(ids([report([card('gpu:0')]), report([card('gpu:0', { vendor: 'amd', name: 'AMD' })])])).toEqual([
      'gpu:0',
      'gpu:0.2',
    ]);
  });
});

describe('a card and the graphics of the processor', () => {
  const amd = (id: string, name: string, kind: Accelerator['kind'], freeBytes: number | null = null) =>
    card(id, { vendor: 'amd', name, kind, ...overVulkan, memory: { totalBytes: 24 * GiB, freeBytes } });

  it('each finds its own, whichever is listed first', () => {
    const windows = report([
      amd('win0', 'AMD Radeon RX 7900 XTX', 'discrete'),
      amd('win1', 'AMD Radeon(TM) Graphics', 'integrated'),
    ]);
    const runtime = report([
      amd('llama:1', 'AMD Radeon(TM) Graphics', 'integrated', 9 * GiB),
      amd('llama:2', 'AMD Radeon RX 7900 XTX', 'discrete', 21 * GiB),
    ]);
    expect(mergeAccelerators([windows, runtime]).accelerators.map(({ id, memory }) => [id, memory.freeBytes])).toEqual([
      ['win0', 21 * GiB],
      ['win1', 9 * GiB],
    ]);
  });
});
