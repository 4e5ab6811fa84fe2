import { quality, variantOf } from '../../data/tables.ts';
import type { Candidate, Verdict } from '../types.ts';
import { profileOf, scoreOf } from '../use-case.ts';
import { type Demand, exclusionsOf } from './exclusions.ts';

/** How good it is to work with a candidate, best first. */
const comforts = [
  'comfortable',
  'usable',
  'slow-on-device',
  'unknown-speed',
  'slow',
  'short',
  'unknown',
  'excluded',
  'no',
] as const;
export type Comfort = (typeof comforts)[number];

/**
 * All candidates, best first, whatever order they came in: by comfort; then quality (the use's benchmark, then what
 * quantization loses); then headroom, speed, and at last the name.
 */
export function rank(candidates: readonly Candidate[], demand: Demand): Candidate[] {
  return [...candidates].sort((a, b) => compare(a, b, demand));
}

/**
 * comfortable: all on a device and not known to be slow. Without that: runs partly on the processor at a known good speed, and so
 * on down; short: the model was not trained for the asked context.
 */
export function comfortOf(candidate: Candidate, demand: Demand): Comfort {
  const { verdict, speed } = candidate;
  if (verdict === 'no' || verdict === 'unknown') return verdict;
  if (exclusionsOf(candidate, demand).length > 0) return 'excluded';
  if (candidate.reasons.some(({ code }) => code === 'context-clamped')) return 'short';
  const pleasant = speed === null ? null : speed.lowTokensPerSecond >= floorOf(demand);
  if (verdict === 'gpu') return pleasant === false ? 'slow-on-device' : 'comfortable';
  if (pleasant === null) return 'unknown-speed';
  return pleasant ? 'usable' : 'slow';
}

/** Slower than this is no pleasure: what was asked, else what the use wants; tokens per second. */
export function floorOf({ minimumTokensPerSecond, useCase }: Demand): number {
  return minimumTokensPerSecond ?? profileOf(useCase).comfortableTokensPerSecond;
}

/** Place of a build among those of its model, 0 best; builds in one group lose about as much. */
export function lossRank(quantization: string): number {
  const found = quality.order.groups.findIndex((group) => group.includes(quantization));
  return found === -1 ? quality.order.groups.length : found;
}

/** Least that stays free on any of its devices, bytes; without one, what it takes, as a negative number. */
export function headroomOf({ placement, need }: Candidate): number {
  const left = placement.devices.map(({ remainingBytes }) => remainingBytes);
  return left.length > 0
    ? Math.min(...left)
    : -(need.host.weightsBytes + need.host.kvCacheBytes + need.host.computeBytes);
}

export function middleOf(speed: { lowTokensPerSecond: number; highTokensPerSecond: number }): number {
  return (speed.lowTokensPerSecond + speed.highTokensPerSecond) / 2;
}

function compare(a: Candidate, b: Candidate, demand: Demand): number {
  const comfort = comfortOf(a, demand);
  const difference = comforts.indexOf(comfort) - comforts.indexOf(comfortOf(b, demand));
  if (difference !== 0) return difference;
  const lumped = comfort === 'short' || comfort === 'excluded' ? byPlace(a, b) : 0;
  return lumped || (hurried(comfort) ? byHaste(a, b) : 0) || byQuality(a, b, demand) || byRoom(a, b) || byName(a, b);
}

const places: readonly Verdict[] = ['gpu', 'split', 'cpu'];

/** Among those that are short of something else, wherever they run. */
function byPlace(a: Candidate, b: Candidate): number {
  return places.indexOf(a.verdict) - places.indexOf(b.verdict);
}

/** Where it is slow anyway, or may be, the one that reads least per token comes first. */
function hurried(comfort: Comfort): boolean {
  return comfort === 'slow' || comfort === 'slow-on-device' || comfort === 'unknown-speed';
}

function byHaste(a: Candidate, b: Candidate): number {
  if (a.speed !== null && b.speed !== null) return middleOf(b.speed) - middleOf(a.speed);
  return activeParameters(a) - activeParameters(b) || lossBytes(a) - lossBytes(b);
}

function byQuality(a: Candidate, b: Candidate, demand: Demand): number {
  const { benchmark } = profileOf(demand.useCase);
  const score = (candidate: Candidate) => scoreOf(variantOf(candidate.variant), benchmark);
  return score(b) - score(a) || lossRank(a.quantization) - lossRank(b.quantization);
}

function byRoom(a: Candidate, b: Candidate): number {
  const speed = (candidate: Candidate) => (candidate.speed === null ? 0 : middleOf(candidate.speed));
  return headroomOf(b) - headroomOf(a) || speed(b) - speed(a);
}

function byName(a: Candidate, b: Candidate): number {
  return a.build < b.build ? -1 : Number(a.build > b.build);
}

function activeParameters({ variant }: Candidate): number {
  return variantOf(variant).parameters.active;
}

function lossBytes({ need }: Candidate): number {
  return need.device.weightsBytes + need.host.weightsBytes;
}
