import { processOverheadBytes } from '../machine/overhead.ts';
import type { BuildShape } from '../model/memory/build-shape.ts';
import type { UsableDevice } from './devices.ts';

/** What Ollama keeps clear before it loads an MLX model. Source: ollama ml/device.go, MinimumMemory on Metal. */
const reserveBytes = processOverheadBytes('metal');

/** Ollama's own test before it loads an MLX build. */
export interface MlxLoadCheck {
  loads: boolean;
  /** Tensors of the manifest: text, draft model, encoders. */
  tensorBytes: number;
  availableBytes: number;
}

/**
 * The tensors alone against the free memory of the device less 512 MiB: caches, scores and scratch are not counted, so a model that
 * passes may still end in an abort. Source: ollama server/sched.go and x/mlxrunner, October 2026.
 */
export function mlxLoadCheck({ freeBytes, overheadBytes }: UsableDevice, built: BuildShape): MlxLoadCheck {
  const tensorBytes = built.fileBytes === null ? 0 : built.fileBytes + built.drafterBytes;
  const availableBytes = Math.max(0, freeBytes + overheadBytes - reserveBytes);
  return { loads: tensorBytes <= availableBytes, tensorBytes, availableBytes };
}
