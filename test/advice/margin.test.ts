import { describe, expect, it } from 'vitest';
import { fitTargetBytes, marginsFor, projectorReserveBytes } from '../../src/advice/margin.ts';
import { gib, mib } from './machines.ts';

const projector26b = 1_194_828_160;

describe('the margin that Ollama keeps', () => {
  it('is 1 GiB for text', () => {
    expect(marginsFor(0, 1)).toEqual([{ marginBytes: gib, textMarginBytes: gib }]);
  });

  it('is projector + 1 GiB in whole MiB, and the projector with its scratch once more, when it carries a projector', () => {
    expect(fitTargetBytes(projector26b)).toBe(2164 * mib);
    expect(projectorReserveBytes(projector26b)).toBe(projector26b + 200 * mib);
    expect(marginsFor(projector26b, 1)[0]?.marginBytes).toBe(2164 * mib + projector26b + 200 * mib);
  });

  it('asks the reserve of the first device only, and the target of each', () => {
    const margins = marginsFor(projector26b, 3).map(({ marginBytes }) => marginBytes);
    expect(margins.slice(1)).toEqual([2164 * mib, 2164 * mib]);
    expect(margins[0]).toBeGreaterThan(3400 * mib);
  });

  it("yields to LLAMA_ARG_FIT_TARGET of the server's environment, but not the reserve", () => {
    expect(marginsFor(projector26b, 1, gib)[0]?.marginBytes).toBe(gib + projectorReserveBytes(projector26b));
  });
});
