/** A model that the fake server has or can pull. Sizes in bytes; digest bare hex as /api/tags shows it. */
export interface FakeModel {
  name: string;
  digest: string;
  sizeBytes: number;
  modifiedAt?: string;
  format?: 'gguf' | 'safetensors';
  family?: string;
  parentModel?: string;
  quantization?: string;
  parameterSize?: string;
  parameters?: Record<string, unknown>;
  capabilities?: string[];
  requires?: string;
  modelInfo?: Record<string, unknown>;
  projectorInfo?: Record<string, unknown>;
  tensors?: { name: string; type: string; shape: number[] }[];
  /** Path in the FROM line of the modelfile. */
  blobPath?: string;
  /** 0.40 and newer. */
  runner?: string;
  template?: string;
  /** RENDERER and PARSER of the modelfile. */
  renderer?: string;
  parser?: string;
  /** DRAFT line of the modelfile. */
  draftPath?: string;
}

export interface FakeLayer {
  digest: string;
  sizeBytes: number;
}

/** What the registry behind the fake server offers under a tag. */
export interface FakeRemote {
  layers: FakeLayer[];
  model: FakeModel;
  /** The manifest request fails with this text (`412: this model requires macOS`). */
  refusal?: string;
  /** MLX models: one aggregate line, no verifying line. */
  tensorModel?: boolean;
}

/** One fault, used by one pull request. Byte counts are bytes of the response body. */
export type PullFault =
  | { kind: 'none' }
  | { kind: 'http-error'; status: number; text: string }
  /** An `{"error"}` line inside the 200 stream, after so many layers. */
  | { kind: 'error-line'; afterLayers: number; text: string }
  /** The stream ends politely, but early. */
  | { kind: 'truncate'; afterBytes: number }
  /** The socket is destroyed. */
  | { kind: 'cut'; afterBytes: number }
  /** The whole server dies: every socket and the listener. `restart()` brings it back on the same port. */
  | { kind: 'die'; afterBytes: number }
  /** `completed` goes down in the middle of the first layer that is downloaded. */
  | { kind: 'decrease' }
  /** Nothing is sent after `verifying sha256 digest` until the promise ends. */
  | { kind: 'silent-verify'; until: Promise<void> }
  /** Every line carries an unknown field of this many bytes. */
  | { kind: 'wide-lines'; bytes: number }
  /** After verifying: the blob is removed and must come again. */
  | { kind: 'digest-mismatch' }
  /** The last layer is whole, but the stream ends before `success`. */
  | { kind: 'no-success' };

/** How a loaded model behaves. */
export interface FakeRunner {
  /** Part of the size that /api/ps says is on the device, 0..1. */
  deviceFraction: number;
  /** Context that /api/ps reports; null: what the model's num_ctx says. */
  contextTokens: number | null;
  tokensPerSecond: number;
  promptTokensPerSecond: number;
  /** The generated text; null: a plain sentence. */
  text: string | null;
  thinking: string | null;
  loadError: { status: number; text: string } | null;
  /** The model is listed in /api/ps though its load failed. */
  listedAllTheSame: boolean;
  /** A request with a prompt fails. */
  generateError: { status: number; text: string } | null;
  /** OLLAMA_KEEP_ALIVE=0: what a request does not ask to keep is unloaded after it. */
  keepsNothing: boolean;
  /** The load answers only when this ends. */
  loadGate: Promise<void> | null;
  /** /api/ps names another digest. */
  digest: string | null;
  /** /api/ps has no entry after the load. */
  vanish: boolean;
}

export interface FakeRequest {
  method: string;
  path: string;
  body: Record<string, unknown>;
}

export interface FakeOptions {
  version?: string;
  models?: FakeModel[];
  registry?: Record<string, FakeRemote>;
  /** Blobs already on the disk. */
  blobs?: FakeLayer[];
  /** One per pull request, in order; none left: no fault. */
  pullFaults?: PullFault[];
  /** Sizes of the pieces in which response bodies are written, used in turn. Default: a line a piece. */
  pieces?: number[];
  runner?: Partial<FakeRunner>;
  /** A create makes the model, but its stream ends before `success`. */
  cutCreate?: boolean;
  /** Answers every request with this instead (another program on the port). */
  impostor?: { status: number; contentType: string; body: string };
  /** Partial downloads survive a restart however old they are. */
  noPrune?: boolean;
  /** Called when a request has come in, before it is answered. */
  heard?: (request: FakeRequest) => void;
}
