import { describe, expect, it } from 'vitest';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { hostSegments } from '../../src/report/human/memory.ts';
import { ask } from '../advice/case.ts';

const segmentsOf = (gpu: string, ramBytes?: number) => {
  const result = ask(hypotheticalMachine({ gpu, ...(ramBytes === undefined ? {} : { ramBytes }) }));
  if (result.recommendation === null) throw new Error(`nothing for ${gpu}`);
  return { result, segments: hostSegments(result, result.recommendation) };
};
const bytes = (of: ReturnType<typeof segmentsOf>, label: string) =>
  of.segments.find((segment) => segment.label === label)?.bytes ?? 0;

describe('the bar of the RAM', () => {
  it('the bar of the RAM of a Mac holds what lies on its GPU, which takes it from the same memory', () => {
    const mac = segmentsOf('M4 Pro 24GB');
    expect(mac.result.recommendation?.placement.mode).toBe('split');
    expect(bytes(mac, 'on the GPU')).toBeGreaterThan(12e9);
    expect(bytes(mac, 'free')).toBeLessThan(8e9);
    expect(mac.segments.reduce((sum, segment) => sum + segment.bytes, 0)).toBe(24 * 2 ** 30);
  });

  it('the bar of the RAM of a computer with a card of its own does not hold what lies on the card', () => {
    expect(bytes(segmentsOf('RTX 3060 12GB', 32 * 2 ** 30), 'on the GPU')).toBe(0);
  });
});
