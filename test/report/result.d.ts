import type { Candidate, CheckResult, NeedParts, Recommendation } from '../../src/advice/types.ts';
import type { Accelerator, Machine } from '../../src/machine/types.ts';
import { type RenderOptions } from '../../src/report/options.ts';
export declare const GIB: number;
export declare const MIB: number;
export declare function createParts(overrides?: Partial<NeedParts>): NeedParts;
/** A desktop card of 24 GiB, a little of it in use. */
export declare function createAccelerator(overrides?: Partial<Accelerator>): Accelerator;
export declare function createMachine(overrides?: Partial<Machine>): Machine;
/** 26b, QAT build, 32K: wholly on the card. */
export declare function createCandidate(overrides?: Partial<Candidate>): Candidate;
/** 31b on the same card at the same context: the biggest part on it, the rest on the processor. */
export declare function createSplit(overrides?: Partial<Candidate>): Candidate;
export declare function recommend(candidate: Candidate): Recommendation;
/** A whole answer: two candidates, the first recommended. Give what the test is about. */
export declare function createResult(overrides?: Partial<CheckResult>): CheckResult;
/** A machine of which nothing is known and nothing came out. */
export declare function createUnknownResult(): CheckResult;
export declare function createOptions(overrides?: Partial<RenderOptions>): RenderOptions;
