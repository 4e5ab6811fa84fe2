import { describe, expect, it } from 'vitest';
import { fitTargetBytes, marginsFor } from '../../src/server-rules/margin.ts';
import { gib, mib } from '../advice/machines.ts';

const projector26b = 1_194_828_160;
const linux = { platform: 'linux' } as const;
const inMiB = (margins: readonly { marginBytes: number }[]) =>
  margins.map(({ marginBytes }) => Math.round(marginBytes / mib));

describe('the margin that Ollama keeps', () => {
  it('the margin that Ollama keeps is 1 GiB for text', () => {
    expect(marginsFor(0, 'none', 1, linux)).toEqual([{ marginBytes: gib, textMarginBytes: gib }]);
  });

  it('the margin that Ollama keeps is projector + 1 GiB in whole MiB, and a little of the CPU, on one card of Linux or Windows: 26b about 2.2 GiB, as measured', () => {
    expect(fitTargetBytes(projector26b)).toBe(2164 * mib);
    expect(inMiB(marginsFor(projector26b, 'device', 1, linux))).toEqual([2178]);
  });

  it('the margin that Ollama keeps puts the projector once more on the second card there, and on no third', () => {
    expect(inMiB(marginsFor(projector26b, 'device', 3, linux))).toEqual([2178, 3444, 2164]);
  });

  it('the margin that Ollama keeps counts the projector twice on a Mac', () => {
    expect(inMiB(marginsFor(projector26b, 'device', 1, { platform: 'darwin' }))).toEqual([3444]);
  });

  it('the margin that Ollama keeps keeps its worst case clear even when the projector runs on the CPU: 12b 1364 MiB measured', () => {
    expect(inMiB(marginsFor(175_115_584, 'ram', 1, linux))[0]).toBeCloseTo(1346, -2);
  });

  it("the margin that Ollama keeps yields to LLAMA_ARG_FIT_TARGET of the server's environment, but not what llama-server adds", () => {
    expect(inMiB(marginsFor(projector26b, 'device', 1, { ...linux, fitTargetBytes: gib }))).toEqual([1024 + 14]);
  });
});
