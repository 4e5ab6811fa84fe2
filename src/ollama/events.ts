/** Where a pull stands. other: a status this version does not know. */
export type PullPhase =
  | 'manifest'
  | 'download'
  | 'verify'
  | 'write'
  | 'prune'
  | 'create'
  | 'load'
  | 'generate'
  | 'other';

/** Progress events of a pull; `--json` prints one per line. Bytes, ms, lower-case words. */
export type PullEvent =
  | { type: 'phase'; phase: PullPhase; status: string }
  /** totalBytes counts all layers: those seen and, where known, those still to come. May go down (a part is fetched anew). */
  | { type: 'progress'; completedBytes: number; totalBytes: number; layers: number }
  /** Nothing has come for `silentMs` in this phase; normal while the server verifies or loads. */
  | { type: 'waiting'; phase: PullPhase; silentMs: number }
  | { type: 'retry'; attempt: number; attempts: number; delayMs: number; reason: string; restart: boolean }
  | { type: 'pulled'; tag: string; downloadedBytes: number };
