import { createHash } from 'node:crypto';
import type { FakeModel, FakeOptions, FakeRemote, FakeRequest, FakeRunner, PullFault } from './types.ts';

/** Everything that survives the death of the server's process. */
export interface FakeState {
  version: string;
  models: Map<string, FakeModel>;
  registry: Map<string, FakeRemote>;
  blobs: Map<string, number>;
  /** Bytes done of each blob that is not whole. */
  partials: Map<string, number>;
  pullFaults: PullFault[];
  runner: FakeRunner;
  loaded: Map<string, { contextTokens: number }>;
  requests: FakeRequest[];
  noPrune: boolean;
}

const runner: FakeRunner = {
  deviceFraction: 1,
  contextTokens: null,
  tokensPerSecond: 60,
  promptTokensPerSecond: 900,
  text: null,
  thinking: null,
  loadError: null,
  listedAllTheSame: false,
  generateError: null,
  keepsNothing: false,
  loadGate: null,
  digest: null,
  vanish: false,
};

export function newState(options: FakeOptions): FakeState {
  return {
    version: options.version ?? '0.40.2',
    models: new Map((options.models ?? []).map((m) => [m.name, m])),
    registry: new Map(Object.entries(options.registry ?? {})),
    blobs: new Map((options.blobs ?? []).map((b) => [b.digest, b.sizeBytes])),
    partials: new Map(),
    pullFaults: [...(options.pullFaults ?? [])],
    runner: { ...runner, ...options.runner },
    loaded: new Map(),
    requests: [],
    noPrune: options.noPrune ?? false,
  };
}

/** Ollama names without a tag mean `latest`. */
export const fullName = (name: string): string => (/:[^/]+$/.test(name) ? name : `${name}:latest`);

export const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Context of a loaded model, by Ollama's order: request, model, default. */
export function contextOf(model: FakeModel, options: Record<string, unknown> = {}): number {
  const asked = options.num_ctx ?? model.parameters?.num_ctx;
  return typeof asked === 'number' ? asked : 4096;
}
