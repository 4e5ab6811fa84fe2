import { appleChip } from '../../data/apple-chips.ts';
import { appleGpuCores } from '../../data/apple-cores.ts';
import { since } from '../../data/runtimes.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { predictMlxPromptSpeed, predictMlxSpeed } from '../../model/mlx/speed.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { PromptSpeed, Speed } from '../types.ts';
import type { MlxCase } from './mlx-case.ts';

/** Speed of an MLX build by depth. The runner drafts from the version on that can, where the build has a draft model. */
export function mlxSpeedAt(
  { device, question }: MlxCase,
  { ollamaVersion }: SchedulerTarget,
  { drafterBytes }: BuildShape,
): (depthTokens: number) => Speed | null {
  const drafter = drafterBytes > 0 && since('mlx-draft', ollamaVersion);
  const { bandwidthBytesPerSecond } = device;
  const about = { ...question, drafter, chip: appleChip(device.name), bandwidthBytesPerSecond };
  return (depthTokens) => {
    const band = predictMlxSpeed({ ...about, depthTokens });
    if (band === null) return null;
    const { lowTokensPerSecond, expectedTokensPerSecond, highTokensPerSecond, basis } = band;
    return { lowTokensPerSecond, expectedTokensPerSecond, highTokensPerSecond, basis };
  };
}

/** Tokens of a prompt read per second. */
export function mlxPromptSpeed({ device, question: { variant } }: MlxCase): PromptSpeed | null {
  const chip = appleChip(device.name);
  const { bandwidthBytesPerSecond } = device;
  if (chip === null || bandwidthBytesPerSecond === null) return null;
  const band = predictMlxPromptSpeed({ variant }, chip, appleGpuCores(chip, bandwidthBytesPerSecond));
  return band && { lowTokensPerSecond: band.lowTokensPerSecond, highTokensPerSecond: band.highTokensPerSecond };
}
