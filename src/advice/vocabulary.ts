import { runModes } from '../data/vocabulary.ts';

/** How a requirement is met. */
export const requirementOutcomes = ['met', 'failed', 'unknown'] as const;
export type RequirementOutcome = (typeof requirementOutcomes)[number];

/** How a build is laid out; none: it is not placed. */
export const placementModes = [...runModes, 'none'] as const;
export type PlacementMode = (typeof placementModes)[number];

/** gpu: all on devices. split: part on the CPU. cpu: no device used. no: does not fit. unknown: not measured enough. */
export const verdicts = ['gpu', 'split', 'cpu', 'no', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

/**
 * What a speed rests on. formula: bytes over bandwidth; class: a special class's factor; measured: by others on this chip; proof: by verify on
 * this machine; assumed: with a bandwidth that nobody stated, so the band is wide.
 */
export const speedBases = ['formula', 'class', 'measured', 'proof', 'assumed'] as const;
export type SpeedBasis = (typeof speedBases)[number];

/** Why a build does not run here: it is too big; the server is too old; it is made for another platform; a known problem stops it. */
export const refusals = ['memory', 'server', 'platform', 'problem'] as const;
export type Refusal = (typeof refusals)[number];
