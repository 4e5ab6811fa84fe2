import { createClient } from '../../src/ollama/api/client.ts';
import type { PullEvent } from '../../src/ollama/events.ts';
import { parseOllamaHost } from '../../src/ollama/http/host.ts';
import type { VerifyPorts } from '../../src/ollama/verify/run.ts';
import type { Prediction, Proof } from '../../src/ollama/verify/types.ts';
import { verifyModel } from '../../src/ollama/verify/verify.ts';
import { type FakeOllama, type FakeOptions, startFakeOllama } from '../fake-ollama/index.ts';
import { model12b } from './models.ts';

export const GiB = 1024 ** 3;
export const MiB = 1024 ** 2;

/** What /api/ps says when all is as predicted. */
export const reportedBytes = (6956 + 992 + 517) * MiB;
/** 12b as it is loaded when all is as predicted. */
export const loaded12b = { ...model12b, sizeBytes: reportedBytes, parameters: { num_ctx: 32_768 } };

export const prediction: Prediction = {
  contextTokensPerSequence: 32_768,
  mode: 'full',
  device: {
    weightsBytes: 6956 * MiB,
    kvCacheBytes: 992 * MiB,
    computeBytes: 517 * MiB,
    projectorBytes: 0,
    drafterBytes: 0,
  },
  host: { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 },
  gpuLayers: 49,
  totalLayers: 49,
  speed: { lowTokensPerSecond: 50, expectedTokensPerSecond: 60, highTokensPerSecond: 70, basis: 'formula' },
  vision: false,
  textBytes: null,
  fullKvBytes: null,
  digest: model12b.digest.slice(0, 12),
};

/** The server's log of such a load, with changes. MiB. */
export const loadLog = (over: { weights?: number; kv?: number; flags?: string; file?: string } = {}) =>
  `msg="starting llama-server" cmd="/x/llama-server --model /m/blobs/sha256-${over.file ?? model12b.digest} -c 32768 -np 1 -ub 1024 ${over.flags ?? '--flash-attn auto'}"
load_tensors: CUDA0 model buffer size = ${over.weights ?? 6956} MiB
llama_kv_cache: CUDA0 KV buffer size = ${over.kv ?? 992} MiB
sched_reserve: CUDA0 compute buffer size = 517 MiB
`;

export interface Setup extends FakeOptions {
  tag?: string;
  around?: Partial<VerifyPorts>;
  /** This machine has a GPU that Ollama uses. */
  hasUsableGpu?: boolean;
  /** Changes of the prediction; null: none is made. */
  expected?: Partial<Prediction> | null;
  onEvent?: (event: PullEvent) => void;
  /** Called with the server before verify looks at it. */
  before?: (fake: FakeOllama) => void;
  /** Called with the server after it. */
  after?: (fake: FakeOllama) => void;
}

/** One verify of gemma4:12b against a server of its own. */
export async function verify(setup: Setup = {}): Promise<Proof> {
  const {
    tag = 'gemma4:12b',
    around,
    hasUsableGpu,
    expected = {},
    onEvent = () => {},
    before,
    after,
    ...options
  } = setup;
  const fake = await startFakeOllama({ models: [loaded12b], ...options });
  before?.(fake);
  try {
    return await verifyModel({
      ...(hasUsableGpu !== undefined && { hasUsableGpu }),
      client: createClient(parseOllamaHost(fake.host)),
      tag,
      prediction: expected && { ...prediction, ...expected },
      around: {
        readFreeBytes: async () => null,
        readLog: async () => null,
        unique: () => 'a1b2c3d4e5f6',
        sleep: async () => {},
        ...around,
      },
      machine: { key: 'rtx', accelerators: ['RTX 4090'], cpu: null },
      toolVersion: '0.1.0',
      now: () => '2026-11-24T12:00:00Z',
      onEvent,
      silenceMs: 5,
    });
  } finally {
    after?.(fake);
    await fake.close();
  }
}

/** Free memory as the driver tells it: before, then after the load. */
export const freeMemory = (...bytes: number[]): Pick<VerifyPorts, 'readFreeBytes'> => ({
  readFreeBytes: async () => bytes.shift() ?? null,
});

/** A log to which the load adds this text. */
export function logged(text: string, before = ''): Pick<VerifyPorts, 'readLog'> {
  const texts = [before, before + text];
  return { readLog: async () => texts.shift() ?? null };
}

export const codes = (proof: Proof) => proof.findings.map((f) => f.code);
