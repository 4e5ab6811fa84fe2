import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerTo, type ServerCase, serverCases } from '../bench/llama-server-cases.ts';

interface Row extends ServerCase {
  options: string[];
  layers: number;
  totalLayers: number;
  slots: number;
  slotContextTokens: number;
  devices: { model: number; context: number; compute: number }[];
  host: { model: number; context: number; compute: number };
  llamaCpp: string;
}

/** What a llama-server did with the options that were printed for each case (npm run bench:llama-server). */
const rows = readFileSync(join(import.meta.dirname, '../golden/llama-server.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): Row => JSON.parse(line));

const name = ({ variant, quantization, freeMib, options }: Row) =>
  `${variant} ${quantization} with ${freeMib.join(' and ')} MiB: ${options.join(' ')}`;
const named = rows.map((row) => [name(row), row, answerTo(row, row.llamaCpp)] as const);
const bytesOf = ({ model, context, compute }: Row['host']) => model + context + compute;

describe('a llama-server that was started as printed', () => {
  it('a llama-server that was started as printed was asked every case, twenty and more', () => {
    const asked = ({ variant, quantization, freeMib, contextTokens, sequences }: ServerCase) =>
      [variant, quantization, freeMib, contextTokens, sequences].join(' ');
    expect(rows.map(asked)).toEqual(serverCases.map(asked));
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(named)('%s: the options are still those', (_name, row, { options }) => {
    expect(options).toEqual(row.options);
  });

  it.each(named)(
    '%s: it has the same layers on its devices, and the slots that were asked for',
    (_name, row, { candidate }) => {
      const { gpuLayers, totalLayers } = candidate.placement;
      expect([gpuLayers, totalLayers]).toEqual([row.layers, row.totalLayers]);
      const { sequences, contextTokensPerSequence } = candidate.workload;
      expect([sequences, contextTokensPerSequence]).toEqual([row.slots, row.slotContextTokens]);
    },
  );

  const alone = named.filter(([, { devices }]) => devices.length === 1);
  const whole = alone.filter(([, , { candidate }]) => candidate.placement.mode === 'full');

  it.each(whole)(
    '%s: what is whole on one device takes the bytes that were told, to 0.02 %',
    (_name, row, { candidate }) => {
      const [placed] = candidate.placement.devices;
      const [measured] = row.devices.map(bytesOf);
      const told = (placed?.weightsBytes ?? 0) + (placed?.kvCacheBytes ?? 0) + (placed?.computeBytes ?? 0);
      expect(Math.abs(told / (measured ?? 0) - 1)).toBeLessThan(0.0002);
      const { weightsBytes, kvCacheBytes, computeBytes } = candidate.placement.host;
      expect(Math.abs((weightsBytes + kvCacheBytes + computeBytes) / bytesOf(row.host) - 1)).toBeLessThan(0.0002);
    },
  );

  const split = alone.filter(([, , { candidate }]) => candidate.placement.mode === 'split');

  it.each(split)(
    '%s: of what is split the device takes the bytes that were told, to 0.02 %',
    (_name, row, { candidate }) => {
      const [placed] = candidate.placement.devices;
      const told = (placed?.weightsBytes ?? 0) + (placed?.kvCacheBytes ?? 0) + (placed?.computeBytes ?? 0);
      expect(Math.abs(told / bytesOf(row.devices[0] ?? row.host) - 1)).toBeLessThan(0.0002);
    },
  );

  const several = named.filter(([, { devices }]) => devices.length > 1);

  it.each(several)(
    '%s: of several devices each takes the bytes that were told, to 0.7 %',
    (_name, row, { candidate }) => {
      for (const [index, placed] of candidate.placement.devices.entries()) {
        const told = placed.weightsBytes + placed.kvCacheBytes + placed.computeBytes;
        expect(Math.abs(told / bytesOf(row.devices[index] ?? row.host) - 1)).toBeLessThan(0.007);
      }
    },
  );
});
