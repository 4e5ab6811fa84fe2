import { expect, it } from 'vitest';
import { speedFormOf, speedForms, speeds } from '../../src/data/speeds.ts';
import { deviceBandwidth, deviceSpecs } from '../../src/data/tables.ts';

const ids = new Set(deviceSpecs.map(({ id }) => id));

it('has one form for each backend', () => {
  const backends = speedForms.forms.map(({ backend }) => backend);
  expect([...backends].sort()).toEqual(['cpu', 'cuda', 'metal', 'rocm', 'sycl', 'vulkan']);
  for (const backend of backends) expect(speedFormOf(backend).backend).toBe(backend);
});

it('names only devices of the table', () => {
  const named = [
    ...speeds.measured.map(({ device }) => device),
    ...speeds.prompt.map(({ device }) => device),
    ...speedForms.special.flatMap((row) => row.devices ?? []),
    ...speedForms.layerFactors.flatMap((row) => row.devices),
  ];
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});

it('is sorted by device, at most a few rows for each question', () => {
  const names = speeds.measured.map(({ device }) => device);
  expect([...names].sort()).toEqual(names);
  const keys = speeds.measured.map((row) => `${row.device} ${row.backend} ${row.variant} ${row.quantization}`);
  for (const key of new Set(keys)) expect(keys.filter((other) => other === key).length, key).toBeLessThanOrEqual(3);
});

it('holds no measurement faster than the memory of its device', () => {
  for (const row of speeds.measured) {
    const device = deviceSpecs.find(({ id }) => id === row.device)!;
    const smallest = { e2b: 1.2e9, e4b: 2.4e9, '12b': 6.5e9, '26b': 1.9e9, '31b': 16e9 }[row.variant];
    expect(row.tokensPerSecond * smallest, `${row.device} ${row.variant}`).toBeLessThan(deviceBandwidth(device)!);
  }
});

it('keeps bands wide enough for the error that was held out', () => {
  for (const form of speedForms.forms) {
    expect(form.band.low).toBeLessThanOrEqual(0.85);
    expect(form.band.high).toBeGreaterThanOrEqual(1.15);
  }
});
