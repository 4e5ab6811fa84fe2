import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { tableHardware } from '../../src/advice/hardware.ts';
import { type Hardware, needsOf } from '../../src/advice/needs.ts';
import { otherNeedsOf } from '../../src/advice/needs-other.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { deviceSpecs } from '../../src/data/tables.ts';
import { FitError } from '../../src/errors.ts';
import { renderNeeds } from '../../src/report/needs.ts';
import { noPaint } from '../../src/report/options.ts';
import { candidate } from './case.ts';
import { gib } from './machines.ts';

const names = ['GeForce RTX 3060', 'GeForce RTX 4080', 'GeForce RTX 4090', 'Apple M4 Max'];
const some: Hardware[] = tableHardware().filter(({ device }) => names.some((name) => device.name.includes(name)));
const needs = (
  variant: Parameters<typeof needsOf>[0],
  request: Partial<CheckRequest> = {},
  build: string | null = null,
) => needsOf(variant, build, { ...openRequest, ...request }, some);

describe('needs', () => {
  it('needs knows every device of the table in each of its sizes', () => {
    const computers = deviceSpecs.filter((device) => device.class !== 'phone');
    const sizes = computers.reduce((sum, { memoryGiB }) => sum + memoryGiB.length, 0);
    expect(tableHardware()).toHaveLength(sizes);
  });

  it('needs lists what runs it wholly, least memory first', () => {
    const { rows } = needs('31b', { contextTokensTotal: 16_384 });
    const sizes = rows.map(({ memoryBytes }) => memoryBytes);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(rows[0]?.memoryBytes).toBe(24 * gib);
    expect(rows.every(({ name }) => !name.includes('3060'))).toBe(true);
  });

  it('needs says the same as check for the same device', () => {
    for (const { id, memoryBytes, build, ceilingTokens, headroomBytes } of needs('26b', { contextTokensTotal: 32_768 })
      .rows) {
      const unit = some.find(({ device, memoryBytes: size }) => device.id === id && size === memoryBytes);
      if (unit === undefined) throw new Error(id);
      const checked = candidate(unit.machine, build, { contextTokensTotal: 32_768 });
      expect(checked).toMatchObject({ verdict: 'gpu', ceilingTokens });
      expect(Math.min(...checked.placement.devices.map(({ remainingBytes }) => remainingBytes))).toBe(headroomBytes);
    }
  });

  it('needs takes the best build that a device holds, or the named one', () => {
    const of = (build: string | null) =>
      new Set(needs('12b', { contextTokensTotal: 8192 }, build).rows.map(({ quantization }) => quantization));
    expect(of('qat')).toEqual(new Set(['QAT Q4_0']));
    expect(of(null)).toContain('Q8_0');
  });

  it('needs besides devices tells two cards and the RAM that runs it on the CPU; none for a build that no CPU runs', () => {
    const request = { ...openRequest, contextTokensTotal: 8192 };
    const other = (build: string | null) => otherNeedsOf(needs('31b', request, build), build, request);
    const { pairs, ram } = other('qat');
    expect(pairs.length).toBeGreaterThan(0);
    expect(ram).toMatchObject({ ramBytes: 24 * gib, tag: 'gemma4:31b-it-qat' });
    expect(other('mxfp8')).toEqual({ pairs: [], ram: null });
  });

  it('needs counts the others: every device is a row, too small or not used', () => {
    const { rows, tooSmall, unusable } = needs('31b', { contextTokensTotal: 131_072 });
    expect(rows.length + tooSmall + unusable).toBe(some.length);
  });

  it('needs tells what must be free with the margin that Ollama keeps, and for text alone', () => {
    const build = needs('26b', { contextTokensTotal: 32_768 }).builds.find(({ tag }) => tag.endsWith('q4_K_M'));
    expect((build?.freeBytes ?? 0) / 1e9).toBeCloseTo(20.2, 1);
    expect((build?.textFreeBytes ?? 0) / 1e9).toBeCloseTo(19.0, 1);
  });

  it('needs asks for ears when it is for audio', () => {
    expect(needs('31b', { useCase: 'audio' }).rows).toEqual([]);
    expect(needs('12b', { useCase: 'audio' }).rows.length).toBeGreaterThan(0);
  });

  it('needs says what no device changes, and calls none too small for it', () => {
    const deaf = needs('26b', { useCase: 'audio' });
    expect(deaf).toMatchObject({ because: [{ code: 'missing-modality', modality: 'audio' }], tooSmall: 0 });
    const long = needs('e2b', { contextTokensTotal: 262_144 });
    const because = [{ code: 'above-trained-context', contextTokens: 262_144, trainedTokens: 131_072 }];
    expect(long).toMatchObject({ because, tooSmall: 0 });
    const text = (quiet: boolean) => renderNeeds(deaf, { columns: 80, paint: noPaint, quiet });
    expect(text(true)).toBe('No known hardware runs 26b as asked. It does not take audio input.\n');
    expect(text(false)).toContain('It does not take audio input.');
    expect(text(false)).not.toContain('too small');
    expect(needs('31b', { contextTokensTotal: 262_144, sequences: 1 }).because).toEqual([]);
    expect(needs('12b', { useCase: 'audio' }).because).toEqual([]);
  });

  it('needs finds nothing beyond the trained context, and refuses nonsense', () => {
    expect(needs('e2b', { contextTokensTotal: 262_144 }).rows).toEqual([]);
    expect(() => needs('e2b', { contextTokensTotal: -1 })).toThrow(FitError);
  });

  it('needs as text names the smallest first and keeps to the width', () => {
    const text = renderNeeds(needs('31b', { contextTokensTotal: 16_384 }), { columns: 80, paint: noPaint });
    expect(text.split('\n')[0]).toMatch(/^31b at 16K needs a 24 GB GPU/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
