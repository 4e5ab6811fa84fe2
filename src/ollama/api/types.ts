/** The server's answers after validation: only the fields this package uses, under its own names. */

export interface TagModel {
  name: string;
  sizeBytes: number;
  /** Bare hex; null when the server gives none. */
  digest: string | null;
  modifiedAt: string | null;
  format: string | null;
  family: string | null;
  families: string[];
  parentModel: string | null;
  parameterSize: string | null;
  quantization: string | null;
}

export interface RunningModel {
  name: string;
  sizeBytes: number;
  deviceBytes: number;
  digest: string | null;
  contextTokens: number | null;
  /** mlx, llamacpp or ggml; 0.40 and newer. */
  runner: string | null;
}

export interface ShownTensor {
  name: string;
  type: string;
  shape: number[];
}

export interface ShownModel {
  /** Values of the parameter block by name; a repeated name (stop) keeps every value. */
  parameters: Record<string, string[]>;
  modelfile: string;
  /** Prompt template, system prompt and licence as the server has them; '' where there is none. */
  template: string;
  system: string;
  license: string;
  format: string | null;
  family: string | null;
  parentModel: string | null;
  quantization: string | null;
  parameterSize: string | null;
  modelInfo: Record<string, unknown>;
  projectorInfo: Record<string, unknown> | null;
  tensors: ShownTensor[];
  capabilities: string[];
  /** Lowest Ollama version, as the model's config says; null when it says none. */
  requires: string | null;
  /** Runner of the selected manifest; 0.40 and newer. */
  runner: string | null;
}

/** One line of a pull or create stream. */
export interface ProgressLine {
  status: string;
  digest: string | null;
  totalBytes: number | null;
  completedBytes: number | null;
}

export interface GenerateRequest {
  model: string;
  prompt?: string;
  keep_alive?: number | string;
  think?: boolean;
  options?: Record<string, number | boolean>;
}

export interface Generation {
  response: string;
  thinking: string;
  doneReason: string | null;
  loadMs: number | null;
  promptTokens: number | null;
  promptMs: number | null;
  evalTokens: number | null;
  evalMs: number | null;
}
