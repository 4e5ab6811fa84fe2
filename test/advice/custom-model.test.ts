import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { type CustomModel, candidateOfCustomModel } from '../../src/advice/custom-model.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { variantOf, weightsOf } from '../../src/data/tables.ts';
import type { VariantId } from '../../src/model/types.ts';
import { candidate, codes } from './case.ts';
import { gib, gpu, mac, machine } from './machines.ts';

const card = machine([gpu({ freeBytes: 24 * gib })]);

/** A fine-tune with the tensors of the stock Q4_K_M. */
function model(change: Partial<CustomModel> = {}, variant: VariantId = '12b'): CustomModel {
  const weights = weightsOf(variant, 'Q4_K_M');
  if (weights === null) throw new Error('no weights');
  return {
    name: 'me/tuned:latest',
    variant,
    quantization: 'Q4_K_M',
    architecture: variantOf(variant).architecture,
    weights,
    projectorBytes: 0,
    projectorInside: false,
    drafterBytes: 0,
    fileBytes: weights.tensorBytes + variantOf(variant).ggufMetadataBytes,
    ...change,
  };
}
const decided = (change: Partial<CustomModel> = {}, request: Partial<CheckRequest> = {}, on = card) =>
  candidateOfCustomModel(model(change), on, { ...openRequest, contextTokensTotal: 32_768, ...request });

describe('a model of one’s own', () => {
  it('a model of one’s own is called as it is called where it lies, and downloads what its file is', () => {
    expect(decided()).toMatchObject({
      variant: '12b',
      build: 'me/tuned:latest',
      tag: 'me/tuned:latest',
      quantization: 'Q4_K_M',
      downloadBytes: model().fileBytes,
    });
  });

  it('a model of one’s own with the tensors of a stock build takes what that takes, and is as fast', () => {
    const stock = candidate(card, '12b-it-q4_K_M', { contextTokensTotal: 32_768, vision: false });
    const own = decided();
    expect(own.need).toEqual(stock.need);
    expect(own.ceilingTokens).toBe(stock.ceilingTokens);
    expect(own.speed).toEqual(stock.speed);
    expect(own.verdict).toBe('gpu');
  });

  it('a model of one’s own whose file does not name a quantization is called its own', () => {
    expect(decided({ quantization: null }).quantization).toBe('own');
  });

  it('a model of one’s own of a stock quantization has the speed that others measured with it, another one a worked-out speed', () => {
    const on = machine([gpu({ name: 'NVIDIA GeForce RTX 3090', bandwidthBytesPerSecond: 936e9 })]);
    const basis = (quantization: string | null) => decided({ quantization }, {}, on).speed?.basis;
    expect(basis('Q4_K_M')).toBe('measured');
    expect(basis('Q4_K_X')).toBe('formula');
    expect(basis(null)).toBe('formula');
  });

  it('a model of one’s own sees only with a projector of its own', () => {
    expect(decided().workload.vision).toBe(false);
    const seeing = decided({ projectorBytes: 175_115_584 });
    expect(seeing.workload.vision).toBe(true);
    expect(seeing.need.device.projectorBytes).toBe(175_115_584);
    expect(codes(seeing.reasons)).toContain('projector-margin');
    expect(codes(decided().reasons)).not.toContain('projector-margin');
  });

  it('a model of one’s own on a Mac is warned of the projector that is counted twice only when it has one', () => {
    const on = mac(24 * gib, 40 * gib);
    const problems = (change: Partial<CustomModel>) =>
      decided(change, {}, on).reasons.flatMap((reason) => (reason.code === 'known-problem' ? [reason.id] : []));
    expect(problems({ projectorBytes: 175_115_584 })).toContain('projector-twice');
    expect(problems({ projectorBytes: 175_115_584, projectorInside: true })).toContain('projector-twice');
    expect(problems({})).not.toContain('projector-twice');
  });

  it('a model of one’s own counts its drafter', () => {
    const drafter = decided({ drafterBytes: 3e8 }).need.device.drafterBytes;
    expect(drafter).toBeGreaterThan(3e8);
    expect(drafter).toBeLessThan(5.5e8);
    expect(decided().need.device.drafterBytes).toBe(0);
  });

  it.each([
    ['26b', 0, '0.20.4'],
    ['12b', 0, '0.30.5'],
    ['12b', 3e8, '0.30.9'],
  ] as const)(
    'a model of one’s own runs on servers as old as the oldest that runs its like: %s with a drafter of %d bytes on %s',
    (variant, drafterBytes, oldest) => {
      const on = (ollamaVersion: string) =>
        candidateOfCustomModel(model({ drafterBytes }, variant), card, {
          ...openRequest,
          contextTokensTotal: 4096,
          ollamaVersion,
        });
      expect(on(oldest).verdict).toBe('gpu');
      const older = oldest.replace(/\d+$/, (patch) => String(Number(patch) - 1));
      expect(on(older).reasons[0]).toMatchObject({ code: 'server-too-old', minimumVersion: oldest });
    },
  );

  it('a model of one’s own meets the known problems of its quantization', () => {
    const radeon = machine([
      gpu({ vendor: 'amd', backend: 'rocm', name: 'Radeon RX 7900 XTX', architecture: 'gfx1100' }),
    ]);
    const ids = (quantization: string) =>
      decided({ quantization }, {}, radeon).reasons.flatMap((reason) =>
        reason.code === 'known-problem' ? [reason.id] : [],
      );
    expect(ids('IQ4_XS')).toContain('iq-quants-rocm');
    expect(ids('Q4_K_M')).not.toContain('iq-quants-rocm');
  });

  it('a model of one’s own runs on any kind of computer: the table says nothing of it', () => {
    expect(decided({}, { ollamaVersion: '0.40.2' }, mac(24 * gib, 40 * gib)).verdict).toBe('gpu');
    expect(decided({}, { ollamaVersion: '0.40.2' }, machine()).verdict).toBe('cpu');
  });
});

describe('a tag that fixes its placement', () => {
  const two = machine([
    gpu({ name: 'Fast', freeBytes: 24 * gib }),
    gpu({ id: 'nvidia:1', name: 'Small', freeBytes: 4 * gib }),
  ]);
  const fixed = (gpuLayers: number | null, mainGpu: number | null = null) => ({ fixed: { gpuLayers, mainGpu } });

  it('a tag that fixes its layers is expected with them, and one that fixes none as the server lays it', () => {
    expect(decided({}, fixed(12)).placement).toMatchObject({ mode: 'split', gpuLayers: 12 });
    expect(decided({}, fixed(0)).placement).toMatchObject({ mode: 'cpu', devices: [] });
    expect(decided({}, fixed(null)).placement.mode).toBe('full');
  });

  it('a tag that names a device is expected there, and one that names none that is here where the server puts it', () => {
    const devices = (mainGpu: number | null) =>
      decided({}, fixed(null, mainGpu), two).placement.devices.map(({ accelerator }) => accelerator);
    expect(devices(1)).toEqual(['nvidia:1']);
    expect(devices(0)).toEqual(['nvidia:0']);
    expect(devices(7)).toEqual(devices(null));
  });
});
