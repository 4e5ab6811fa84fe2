/** How a llama-server is started so that a model runs as it was calculated. */
export interface Launch {
  /** Variables that it needs, `NAME=value`. */
  environment: string[];
  /** What names the model: `-hf`, owner, repository and quantization. */
  model: string[];
  /** `-c`: over all sequences. */
  contextTokensTotal: number;
  /** Everything else. */
  flags: string[];
}
