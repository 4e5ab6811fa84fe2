import { runtimeDefaults } from '../data/tables.ts';
import type { Platform } from '../machine/types.ts';
import type { ProjectorHome } from './projector.ts';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** What has to stay free on one device before llama.cpp calls a model fully placed there; bytes. */
export interface Margin {
  /** With the build's projector where it goes, as Ollama sets it up. */
  marginBytes: number;
  /** For text alone: llama.cpp's own default. */
  textMarginBytes: number;
}

/** The server as far as margins depend on it. */
export interface MarginSetting {
  platform: Platform;
  /** LLAMA_ARG_FIT_TARGET set by the user on the server, bytes: it wins over Ollama's own value. */
  fitTargetBytes?: number | undefined;
  /** What llama-server counts for this model's projector besides its weights; default: that of 26b. */
  scratchBytes?: number | undefined;
}

export const textMarginBytes = runtimeDefaults.textMarginBytes;

/**
 * What Ollama writes into LLAMA_ARG_FIT_TARGET for a build with a projector on the device: projector + 1 GiB, rounded up to
 * whole MiB, for every device of the group. Source: ollama llm/llama_server.go, mmprojFitTargetMiB, at v0.33.0-rc2.
 */
export function fitTargetBytes(projectorBytes: number): number {
  return Math.ceil((projectorBytes + gibibyte) / mebibyte) * mebibyte;
}

/** llama-server's worst case for the projector: its weights and scratch where it runs, and a little on the CPU. */
export function projectorReserve(
  projectorBytes: number,
  scratchBytes: number = runtimeDefaults.projectorScratchBytes,
): { deviceBytes: number; hostBytes: number } {
  return { deviceBytes: projectorBytes + scratchBytes, hostBytes: runtimeDefaults.projectorHostBytes };
}

/**
 * Margins of the devices of a group, in order. llama-server adds the projector's worst case to its fit targets by the index of the
 * device in ggml's list of all devices, while the fit reads them by the index among GPUs (tools/server/server-context.cpp, b10488).
 * On Linux and Windows Ollama loads the GPU's library after the CPU's, so the CPU's share lands on the first GPU and the GPU's share on the
 * second; on macOS the GPU comes first, and its projector is counted twice. Measured with Ollama 0.33.0-rc2 (2026-11-24).
 */
export function marginsFor(
  projectorBytes: number,
  home: ProjectorHome,
  devices: number,
  setting: MarginSetting,
): Margin[] {
  const { platform, fitTargetBytes: override, scratchBytes } = setting;
  const reserve = projectorReserve(projectorBytes, scratchBytes);
  const target =
    override ??
    (home === 'device' || (home === 'ram' && devices > 1) ? fitTargetBytes(projectorBytes) : textMarginBytes);
  const added = addedBytes(reserve, home, platform);
  return Array.from({ length: devices }, (_, index) => ({
    marginBytes: target + (added[index] ?? 0),
    textMarginBytes,
  }));
}

/**
 * By device. With the projector in RAM the second of several devices is held to what it would keep otherwise: such devices have less
 * than 1 GiB beside a projector, and a margin that falls there would make more memory look worse.
 */
function addedBytes(
  { deviceBytes, hostBytes }: ReturnType<typeof projectorReserve>,
  home: ProjectorHome,
  platform: Platform,
): number[] {
  if (home === 'none') return [];
  if (platform === 'darwin') return home === 'device' ? [deviceBytes] : [];
  return [home === 'device' ? hostBytes : deviceBytes + hostBytes, deviceBytes];
}

/**
 * LLAMA_ARG_FIT_TARGET for a model whose images are to be read too: what text alone keeps free, and what the largest image takes more
 * than the warm-up showed; bytes, whole MiB.
 */
export function imageFitTargetBytes(largeImageBytes: number | null): number {
  return Math.ceil((textMarginBytes + (largeImageBytes ?? 0)) / mebibyte) * mebibyte;
}
