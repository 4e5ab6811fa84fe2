import type { Architecture } from '../data/schema.ts';

/**
 * Ollama's guess of a model's memory before it starts llama-server, bytes: file size plus a cache for every layer at full
 * context. It knows neither windows nor shared layers nor head sizes, and decides only about devices, batch and mmap.
 * Source: ollama llm/llama_server.go, PredictServerVRAM, at v0.33.0-rc2 (head size by whole division).
 * @param fileBytes size of the model's file, an inline projector included
 * @param contextTokens total over all sequences
 */
export function predictServerVram(architecture: Architecture, fileBytes: number, contextTokens: number): number {
  const { layers, kvHeads, hiddenSize, queryHeads } = architecture;
  const fewestHeads = Math.min(kvHeads.sliding, kvHeads.full);
  const headSize = Math.floor(hiddenSize / queryHeads);
  return fileBytes + 2 * layers * fewestHeads * headSize * contextTokens * 2;
}
