import { describe, expect, it } from 'vitest';
import { variantIds } from '../../src/data/ids.ts';
import { nameOf } from '../model/golden.ts';
import { caseOf, covers, errorOf, ours, plainRows, scoreOf } from './peer-errors.ts';
import { peers } from './peer-formulas.ts';

describe('beside the formulas of others', () => {
  it('there are enough rows for every model and both usual widths', () => {
    expect(new Set(plainRows.map(({ variant }) => variant))).toEqual(new Set(variantIds));
    expect(plainRows.filter(({ quant }) => quant === 'Q4_K_M').length).toBeGreaterThanOrEqual(20);
    expect(plainRows.filter(({ quant }) => quant === 'Q8_0').length).toBeGreaterThanOrEqual(5);
  });

  it.each(peers)('$name: this is nearer to llama.cpp in every row', (peer) => {
    const rows = plainRows.filter((row) => covers(peer, row));
    expect(rows.length).toBeGreaterThan(20);
    const nearer = rows.filter((row) => {
      const of = caseOf(row);
      return Math.abs(errorOf(ours.bytes(of), row)) >= Math.abs(errorOf(peer.bytes(of), row));
    });
    expect(nearer.map(nameOf)).toEqual([]);
  });

  it('no verdict of ours on the usual cards is wrong', () => {
    expect(scoreOf(ours)).toMatchObject({ falseYes: 0, falseNo: 0 });
  });

  /** So that the formulas are theirs: medians and extremes of the 28 cases as they were first worked out by hand. */
  it.each([
    ['whichllm 0.5.21', 'e2b', 131_072, 3.68],
    ['whichllm 0.5.21', '31b', 4096, 0.11],
    ['llm-checker 3.8.1', '26b', 131_072, 1.18],
    ['llm-checker 3.8.1', 'e4b', 4096, -0.17],
    ['canirun.ai', '31b', 262_144, -0.55],
    ['canirun.ai', 'e4b', 32_768, 0.34],
    ['oobabooga', 'e2b', 4096, 1.74],
    ['oobabooga', '26b', 131_072, 0.99],
    ["NyxKrage's calculator", '31b', 262_144, 3.91],
    ["NyxKrage's calculator", 'e4b', 32_768, 1.41],
    ["Ollama's pre-flight", '26b', 262_144, 0.22],
    ["Ollama's pre-flight", 'e4b', 131_072, 2.59],
    ['file x 1.2', '31b', 262_144, -0.46],
    ['file x 1.2', 'e2b', 4096, 1.49],
  ])('%s says of %s at %i what was worked out', (name, variant, contextTokens, expected) => {
    const peer = peers.find((one) => one.name === name);
    const row = plainRows.find((r) => r.variant === variant && r.quant === 'Q4_K_M' && r.n_ctx === contextTokens);
    expect(peer && row && errorOf(peer.bytes(caseOf(row)), row)).toBeCloseTo(expected, 1);
  });
});
