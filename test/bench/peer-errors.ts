import { estimateMemory } from '../../src/model/memory/estimate.ts';
import { type GoldenRow, goldenRows, goldenTotal, total } from '../model/golden.ts';
import { type Peer, type PeerCase, peers } from './peer-formulas.ts';
import { median, quantile } from './timing.ts';

const gib = 2 ** 30;
/** Cards that a verdict is asked for, and what must stay free on them, bytes. */
const cards = [6, 8, 12, 16, 24, 32, 48].map((size) => size * gib);
const marginBytes = gib;

/** Everything on one device, f16 cache, one sequence, llama.cpp's defaults: what all formulas are meant for. */
export const plainRows: readonly GoldenRow[] = goldenRows.filter(
  (row) =>
    row.n_gpu_layers === -1 &&
    row.devices.length === 1 &&
    row.kv === 'f16' &&
    row.n_ubatch === 512 &&
    row.n_seq_max === 1 &&
    row.flash_attn === 'auto' &&
    row.fit_ngl === undefined,
);

export const caseOf = ({ variant, quant, n_ctx }: GoldenRow): PeerCase => ({
  variant,
  quantization: quant,
  contextTokens: n_ctx,
});
export const covers = ({ quantizations, answers }: Peer, row: GoldenRow) =>
  (quantizations === null || quantizations.includes(row.quant)) && (answers?.(caseOf(row)) ?? true);
export const truthBytes = (row: GoldenRow) => row.devices.reduce((sum, parts) => sum + goldenTotal(parts), 0);
/** answer / truth - 1. */
export const errorOf = (bytes: number, row: GoldenRow) => bytes / truthBytes(row) - 1;

export const ours: Peer = {
  name: 'gemma-fit',
  quantizations: null,
  bytes: (of) => total(estimateMemory({ ...of }).device),
};

export interface PeerScore {
  name: string;
  how: 'itself' | 'transcribed' | 'run';
  cases: number;
  median: number;
  p90: number;
  worstOver: number;
  worstUnder: number;
  verdicts: number;
  falseYes: number;
  falseNo: number;
}

/** How far off a formula is, over the rows that it has an answer for. */
export function scoreOf(peer: Peer, rows: readonly GoldenRow[] = plainRows): PeerScore {
  const cases = rows.filter((row) => covers(peer, row)).map((row) => ({ row, bytes: peer.bytes(caseOf(row)) }));
  const errors = cases.map(({ row, bytes }) => errorOf(bytes, row));
  const sizes = errors.map(Math.abs);
  const verdicts = cases.flatMap(({ row, bytes }) =>
    cards.map((card) => ({ said: bytes + marginBytes <= card, is: truthBytes(row) + marginBytes <= card })),
  );
  return {
    name: peer.name,
    how: peer === ours ? 'itself' : (peer.how ?? 'transcribed'),
    cases: cases.length,
    median: median(sizes),
    p90: quantile(sizes, 0.9),
    worstOver: Math.max(...errors),
    worstUnder: Math.min(...errors),
    verdicts: verdicts.length,
    falseYes: verdicts.filter(({ said, is }) => said && !is).length,
    falseNo: verdicts.filter(({ said, is }) => !said && is).length,
  };
}

export const allScores = (): PeerScore[] => [ours, ...peers].map((peer) => scoreOf(peer));
