import type { NeedParts, PlacementMode, Speed } from '../../advice/types.ts';
import type { InvalidOutputReason, VerifyFinding } from '../findings.ts';
import type { LoadLog } from './log.ts';

/** The prediction of the advice, passed in: nothing is computed here. Bytes, tokens. */
export interface Prediction {
  contextTokensPerSequence: number;
  mode: PlacementMode;
  /** Sum over all devices. */
  device: NeedParts;
  host: NeedParts;
  gpuLayers: number;
  totalLayers: number;
  speed: Speed | null;
  /** The projector lies on the device, with the margin that it brings. */
  vision: boolean;
  /**
   * Part of the device's KV cache that the full-attention layers take. Ollama 0.30 and newer leave it out of /api/ps: of two
   * log lines about the KV cache the second (sliding) replaces the first. null: not known.
   */
  fullKvBytes: number | null;
  /** All tensors of the text model, bytes (WeightRow.tensorBytes); null: not known. What tells one build from another. */
  textBytes: number | null;
  /** MLX: what the runner holds once the answer to the probe has ended, and at most while it makes it, bytes. */
  restBytes?: number;
  peakBytes?: number;
  /** Digest of the weights' tag that the prediction is about, bare hex (12 digits or more); null: not known. */
  digest: string | null;
}

export interface Timing {
  promptTokens: number | null;
  promptTokensPerSecond: number | null;
  evalTokens: number | null;
  tokensPerSecond: number | null;
  loadMs: number | null;
}

/** What was seen. null wherever it could not be measured. */
export interface Measurement {
  loaded: boolean;
  /** The server's words when the load failed. */
  loadError: string | null;
  /** The server's words when it was loaded but could not generate. */
  generateError: string | null;
  sizeBytes: number | null;
  deviceBytes: number | null;
  /** MLX: what /api/ps shows after the answer, when the pool of freed buffers is empty again. */
  restBytes?: number;
  /** MLX: the most that it held while it answered, and where that was read; nulls: nowhere. */
  peak?: { bytes: number; source: 'server log' } | { bytes: null; source: null };
  contextTokens: number | null;
  digest: string | null;
  /** Digest of the tag it was made from, when it is installed. */
  baseDigest: string | null;
  /** The base whose weights are no longer those of this tag; null when they agree or that is unknown. */
  movedBase: string | null;
  /** Tensors of the text model behind the tag, from /api/show; null for MLX or when the server tells none. */
  textBytes: number | null;
  runner: string | null;
  format: string | null;
  driver: { freeBeforeBytes: number; freeAfterBytes: number } | null;
  log: LoadLog | null;
  timing: Timing | null;
  garbage: InvalidOutputReason | null;
  others: { name: string; deviceBytes: number }[];
  /** Another program was using the model: it could not be unloaded before it was measured. */
  busy: boolean;
}

/** Saved as JSON: what was predicted, what was seen, and where. */
export interface Proof {
  schemaVersion: '1.0';
  kind: 'gemma-fit-proof';
  tool: { name: 'gemma-fit'; version: string };
  /** ISO 8601. */
  at: string;
  tag: string;
  base: string | null;
  server: { host: string; remote: boolean; version: string };
  /** Names of the machine's parts, without serials: what makes "this machine". */
  machine: { key: string; accelerators: string[]; cpu: string | null };
  prediction: Prediction | null;
  measurement: Measurement;
  findings: VerifyFinding[];
  /** No finding matters. */
  passed: boolean;
}
