import { expect, it } from 'vitest';
import { deviceFamilies } from '../../src/data/devices.ts';
import { type SpeedConditions, speedBackendSchema } from '../../src/data/speed-schema.ts';
import { speedForms, speeds } from '../../src/data/speeds.ts';
import { deviceBandwidth, deviceSpecs, variantOf, weightsOf } from '../../src/data/tables.ts';
import type { Quantization, VariantId } from '../../src/model/types.ts';

const ids = new Set([...deviceSpecs, ...deviceFamilies].map(({ id }) => id));

const conditions = [
  'architectures',
  'devices',
  'vendors',
  'classes',
  'variants',
  'quantizations',
  'cpuClasses',
] as const;
const isGeneral = (form: SpeedConditions) => conditions.every((condition) => form[condition] === undefined);

it('each backend has one form that holds for all the rest, after those of single classes', () => {
  for (const backend of speedBackendSchema.options) {
    for (const rows of [speedForms.forms, speedForms.promptForms]) {
      const own = rows.filter(({ backends }) => backends.includes(backend));
      expect(own.filter(isGeneral), backend).toHaveLength(1);
      expect(own.findIndex(isGeneral), backend).toBe(own.length - 1);
    }
  }
  const ids = speedForms.forms.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('data/speeds.json names only devices of the table', () => {
  const named = [
    ...speeds.measured.map(({ device }) => device),
    ...speeds.prompt.map(({ device }) => device),
    ...[...speedForms.forms, ...speedForms.promptForms].flatMap((row) => row.devices ?? []),
  ];
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});

it('data/speeds.json is sorted by device, with at most a few rows for each question', () => {
  const names = speeds.measured.map(({ device }) => device);
  expect([...names].sort()).toEqual(names);
  const keys = speeds.measured.map((row) => `${row.device} ${row.backend} ${row.variant} ${row.quantization}`);
  for (const key of new Set(keys)) expect(keys.filter((other) => other === key).length, key).toBeLessThanOrEqual(3);
});

/** What one token reads at least: the blocks with the experts that it uses, and the head. */
function bytesRead(variant: VariantId, quantization: Quantization): number {
  const { layers, tokenEmbedding } = weightsOf(variant, quantization)!;
  const { experts } = variantOf(variant).architecture;
  const used = experts === null ? 0 : experts.used / experts.count;
  return layers.reduce((sum, [dense = 0, all = 0]) => sum + dense + all * used, tokenEmbedding);
}

it('no measurement of data/speeds.json is faster than the memory of its device', () => {
  for (const row of speeds.measured) {
    const device = deviceSpecs.find(({ id }) => id === row.device)!;
    const read = bytesRead(row.variant, row.quantization);
    expect(row.tokensPerSecond * read, `${row.device} ${row.variant}`).toBeLessThan(deviceBandwidth(device)!);
  }
});

it('the bands are wide enough for the error on machines that were left out', () => {
  for (const form of speedForms.forms) {
    expect(form.band.low).toBeLessThanOrEqual(0.85);
    expect(form.band.high).toBeGreaterThanOrEqual(1.15);
  }
});

it('only the files that are mixed are taken for mixed: Unsloth’s of 26b, and not its QAT ones, which are Q4_0 throughout', () => {
  const mixed = speeds.measured.filter((row) => row.mixed);
  expect(mixed.length).toBeGreaterThan(5);
  for (const { variant, quantization } of mixed) expect([variant, quantization === 'Q4_0']).toEqual(['26b', false]);
});
