import { quality } from '../../data/tables.ts';
import { sumParts } from '../parts.ts';
import type { Candidate } from '../types.ts';
import { type Demand, exclusionsOf } from './exclusions.ts';

/**
 * What can be done with a candidate, best first. unsure: its speed may be less than the asked minimum; shorter: it was trained for less than the
 * asked context.
 */
const standings = ['good', 'unsure', 'shorter', 'unvalued', 'excluded', 'unknown', 'no'] as const;
export type Standing = (typeof standings)[number];

/**
 * All candidates, best first: those that meet the demand, by value; then those that do not, then unknown ones, then those that do not run,
 * the smallest first.
 */
export function rank(candidates: readonly Candidate[], demand: Demand): Candidate[] {
  const standing = new Map(
    candidates.map((candidate) => [candidate, standings.indexOf(standingOf(candidate, demand))]),
  );
  const place = (candidate: Candidate) => standing.get(candidate) ?? standings.length;
  return [...candidates].sort((a, b) => place(a) - place(b) || byWorth(a, b) || byName(a, b));
}

export function standingOf(candidate: Candidate, demand: Demand): Standing {
  const { verdict, value } = candidate;
  if (verdict === 'no' || verdict === 'unknown') return verdict;
  if (exclusionsOf(candidate, demand).length > 0) return 'excluded';
  if (value === null) return 'unvalued';
  if (isShorter(candidate, demand)) return 'shorter';
  const { minimumTokensPerSecond: least } = demand;
  if (least === null) return 'good';
  return (candidate.speedAtFullContext?.lowTokensPerSecond ?? 0) < least ? 'unsure' : 'good';
}

function isShorter({ workload }: Candidate, { contextTokensTotal: asked }: Demand): boolean {
  return typeof asked === 'number' && workload.contextTokensTotal < asked;
}

/** Rank of a quantization by quality loss, 0 best; those in one group lose about the same. */
export function lossRank(quantization: string): number {
  const found = quality.order.groups.findIndex((group) => group.includes(quantization));
  return found === -1 ? quality.order.groups.length : found;
}

/** The least that stays free on any of its devices, bytes; without a device, minus what it takes. */
export function headroomOf({ placement, need }: Candidate): number {
  const left = placement.devices.map(({ remainingBytes }) => remainingBytes);
  return left.length > 0
    ? Math.min(...left)
    : -(need.host.weightsBytes + need.host.kvCacheBytes + need.host.computeBytes);
}

/** By points, then by speed, then by what stays free; those without a value by size. */
function byWorth(a: Candidate, b: Candidate): number {
  if (a.value === null || b.value === null) {
    return Number(a.value === null) - Number(b.value === null) || sizeOf(a) - sizeOf(b);
  }
  return (
    b.value.points - a.value.points ||
    b.value.tokensPerSecond - a.value.tokensPerSecond ||
    headroomOf(b) - headroomOf(a)
  );
}

function sizeOf({ need }: Candidate): number {
  return sumParts(need.device) || sumParts(need.host) || Number.MAX_SAFE_INTEGER;
}

function byName(a: Candidate, b: Candidate): number {
  return a.build < b.build ? -1 : Number(a.build > b.build);
}
