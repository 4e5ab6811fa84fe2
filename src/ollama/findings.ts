/**
 * What pull and verify found worth saying: a code and its arguments. The sentence is made in
 * report/sentences/ollama.ts, whose table is checked against this union. Bytes, tokens, tokens per second.
 */
export type PreflightFinding =
  | { code: 'server-too-old'; tag: string; version: string; minimumVersion: string }
  | { code: 'server-version-unknown'; have: string }
  | { code: 'wrong-platform'; platforms: string[]; here: string }
  | { code: 'does-not-fit'; needBytes: number | null; freeBytes: number | null }
  /** It would fit; a known problem of this Ollama or platform stops it (data/runtimes.json). */
  | { code: 'known-blocker'; tag: string; text: string; remedy: string }
  | { code: 'runs-split'; gpuLayers: number; totalLayers: number }
  | { code: 'runs-on-cpu' }
  /** copyBytes: what a text-only tag takes beside the download. */
  | { code: 'disk-short'; missingBytes: number; copyBytes: number; freeBytes: number; folder: string | null }
  | { code: 'disk-unknown'; missingBytes: number | null; why: 'remote' | 'folder' }
  /** 0.40.2 and newer rewrite an old-format model once; skipped, not failed, when the room is missing. */
  | { code: 'conversion-room'; needBytes: number; freeBytes: number | null }
  /** A text-only tag has a copy of the weights. */
  | { code: 'text-only-copy'; copyBytes: number }
  | { code: 'already-installed'; tag: string }
  /** The tag is on the disk with other bytes than the registry serves now. */
  | { code: 'older-generation'; tag: string; haveBytes: number; newBytes: number | null; missingBytes: number | null }
  /** A dry run where no server answers: planned for that version. */
  | { code: 'planned-without-server'; version: string }
  /** The registry did not say what it has now: what is installed may be older. */
  | { code: 'installed-unchecked'; tag: string }
  /** The registry is out of reach: what is installed is used as it is. */
  | { code: 'kept-installed'; tag: string }
  | { code: 'remote-server'; host: string }
  | { code: 'mlx-ignores-context' };

export type VerifyFinding =
  | { code: 'partly-on-cpu'; deviceBytes: number; sizeBytes: number; causes: Cause[] }
  | { code: 'entirely-on-cpu'; sizeBytes: number; causes: Cause[] }
  | { code: 'context-differs'; askedTokens: number; gotTokens: number; causes: Cause[] }
  | { code: 'context-unknown' }
  | { code: 'build-differs'; expected: string; found: string; causes: Cause[] }
  | { code: 'part-differs'; part: VerifiedPart; predictedBytes: number; measuredBytes: number; causes: Cause[] }
  /** The server reports it on a GPU, but this machine's card holds hardly more than before. */
  | { code: 'not-on-this-gpu'; predictedBytes: number; measuredBytes: number; causes: Cause[] }
  | { code: 'slow'; tokensPerSecond: number; lowTokensPerSecond: number; causes: Cause[] }
  | { code: 'speed-unknown' }
  | { code: 'gibberish'; reason: InvalidOutputReason; causes: Cause[] }
  | { code: 'not-loaded'; causes: Cause[] }
  | { code: 'load-failed'; said: string; causes: Cause[] }
  | { code: 'generate-failed'; said: string; causes: Cause[] }
  | { code: 'other-models-loaded'; names: string[]; bytes: number }
  /** The CPU was predicted: the server sees a device that the probes did not. */
  | { code: 'on-gpu-after-all'; deviceBytes: number }
  /** The base was pulled anew since this tag was made from it. */
  | { code: 'base-moved'; base: string }
  | { code: 'mlx-runner'; peakRead: boolean };

/** weights, kvCache and compute from the log; server: the sum in /api/ps; device: what the driver says in all. */
export type VerifiedPart = 'weights' | 'kvCache' | 'compute' | 'server' | 'mlxRest' | 'mlxPeak' | 'device';

export type InvalidOutputReason = 'empty' | 'only-thinking' | 'repeats' | 'special-tokens' | 'not-text';

/** Likely causes of a difference, most likely first. */
export type Cause =
  | 'tag-moved'
  | 'other-model-loaded'
  | 'projector-margin'
  | 'little-memory-free'
  | 'cpu-fallback'
  | 'mlx-build'
  | 'server-limits-context'
  | 'other-client-reloaded'
  | 'kv-type-on-server'
  | 'flash-attention-off'
  | 'parallel-on-server'
  | 'old-format'
  | 'driver-or-backend'
  | 'tag-removed'
  | 'bad-setting'
  | 'server-busy'
  | 'server-elsewhere'
  | 'thermal-or-busy'
  | 'broken-files'
  | 'mlx-library'
  | 'old-server';

export type OllamaFinding = PreflightFinding | VerifyFinding;
export type OllamaCode = OllamaFinding['code'];
