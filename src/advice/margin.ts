import { runtimeDefaults } from '../data/tables.ts';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** What has to stay free on one device before llama.cpp calls a model wholly placed there; bytes. */
export interface Margin {
  /** With the build's projector on this device, as Ollama sets it up. */
  marginBytes: number;
  /** For text alone: llama.cpp's own default. */
  textMarginBytes: number;
}

export const textMarginBytes = runtimeDefaults.textMarginBytes;

/**
 * What Ollama writes into LLAMA_ARG_FIT_TARGET for a build with a projector on the device: projector + 1 GiB, rounded up to
 * whole MiB, for every device of the group. Source: ollama llm/llama_server.go, mmprojFitTargetMiB, at v0.33.0-rc2.
 */
export function fitTargetBytes(projectorBytes: number): number {
  return Math.ceil((projectorBytes + gibibyte) / mebibyte) * mebibyte;
}

/** What llama-server adds on top for the device that takes the projector: its worst case, weights and scratch. */
export function projectorReserveBytes(projectorBytes: number): number {
  return projectorBytes + runtimeDefaults.projectorWorstCaseExtraBytes;
}

/**
 * Margins of the devices of a group, in order; the first takes the projector, which is so counted twice (ollama issue 17099).
 * @param projectorBytes 0 when no projector lies on a device
 * @param fitTargetOverrideBytes LLAMA_ARG_FIT_TARGET set by the user on the server: it wins over Ollama's own value
 */
export function marginsFor(projectorBytes: number, devices: number, fitTargetOverrideBytes?: number): Margin[] {
  const targetBytes = fitTargetOverrideBytes ?? (projectorBytes > 0 ? fitTargetBytes(projectorBytes) : textMarginBytes);
  const reserveBytes = projectorBytes > 0 ? projectorReserveBytes(projectorBytes) : 0;
  return Array.from({ length: devices }, (_, index) => ({
    marginBytes: targetBytes + (index === 0 ? reserveBytes : 0),
    textMarginBytes,
  }));
}
