import { appleChip, mlxChipClass } from '../../data/apple-chips.ts';
import { mlx } from '../../data/mlx.ts';
import { memoize, once } from '../../memoize.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { longestMlxPrompt } from '../../model/mlx/longest-prompt.ts';
import type { MlxMemoryInput } from '../../model/mlx/memory.ts';
import type { UsableDevice } from '../../server-rules/devices.ts';
import { type MlxLoadCheck, mlxLoadCheck } from '../../server-rules/mlx.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';

/** An MLX build on the Metal device of a Mac, independent of the prompt. */
export interface MlxCase {
  device: UsableDevice;
  question: Omit<MlxMemoryInput, 'promptTokens'>;
  /** The limit of the peak: Metal's working set less what others hold of it, and the available RAM. */
  roomBytes: number;
  loadCheck: MlxLoadCheck;
  /** null: not known. */
  macosVersion: string | null;
  /** The longest prompt whose peak stays within the room: in a fresh runner, and with the prefix cache full. null: none does. */
  longestTokens: number | null;
  longestTokensWithSnapshots: number | null;
}

/** Made once for each machine and build; null for other builds, or without a known Metal device. */
export function toMlxCase(target: SchedulerTarget, built: BuildShape): MlxCase | null {
  return casesOn(target)(built);
}

const casesOn = memoize((target: SchedulerTarget) => memoize((built: BuildShape) => make(target, built)));

function make(target: SchedulerTarget, built: BuildShape): MlxCase | null {
  const { build, mlx: files, drafterBytes } = built;
  const device = target.groups.flat().find(({ backend }) => backend === 'metal');
  if (device === undefined || files === null) return null;
  const chip = appleChip(device.name);
  const question = {
    ...files,
    chipClass: mlxChipClass(chip),
    chipGeneration: chip?.generation ?? null,
    drafter: drafterBytes > 0,
    modalities: build.projector === 'none' ? (['text'] as const) : build.input,
    ollamaVersion: target.ollamaVersion,
  };
  const roomBytes = device.freeBytes + device.overheadBytes;
  const usableBytes = Math.min(roomBytes, target.hostAvailableBytes ?? Number.POSITIVE_INFINITY);
  // Asked for by one note alone.
  const withSnapshots = once(() =>
    longestMlxPrompt({ ...question, prefixCacheBytes: mlx.runtime.snapshotBudgetBytes }, usableBytes),
  );
  return {
    device,
    question,
    roomBytes,
    loadCheck: mlxLoadCheck(device, built),
    macosVersion: target.macosVersion ?? null,
    longestTokens: longestMlxPrompt(question, usableBytes),
    get longestTokensWithSnapshots() {
      return withSnapshots();
    },
  };
}
