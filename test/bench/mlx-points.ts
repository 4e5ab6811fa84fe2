import { appleChip } from '../../src/data/apple-chips.ts';
import type { VariantId } from '../../src/data/ids.ts';
import type { MlxLayout } from '../../src/data/vocabulary.ts';
import type { MlxSpeedQuestion } from '../../src/model/mlx/speed.ts';
import { parseCsv } from './csv.ts';

/** One measurement by others of an MLX build, whole: mlx-lm, mlx-vlm or Ollama's runner. */
export interface MlxSpeedPoint {
  question: MlxSpeedQuestion;
  machine: string;
  label: string;
  tokensPerSecond: number;
}

interface Row {
  variant: VariantId;
  layout: MlxLayout;
  chip: string;
  machine: string;
  bandwidthGBs: number;
  gpuCores?: number;
  depthTokens: number;
  drafter: boolean;
  tokensPerSecond: number;
  activeBytes: number;
}

/** The repository's own points, test/golden/mlx-speed.jsonl. */
export function readMlxSpeedPoints(jsonl: string): MlxSpeedPoint[] {
  return jsonl
    .trim()
    .split('\n')
    .map((line) => pointOf(JSON.parse(line)));
}

/** A table of measurements in columns: those rows that name an Apple chip, a layout and the bytes that a token reads. */
export function readMlxSpeedCsv(csv: string): MlxSpeedPoint[] {
  return parseCsv(csv).flatMap((row) => {
    const { variant = '', hardware = '', layout = '', active_bytes = '', tg_tps = '', depth_or_ctx = '' } = row;
    const known = layoutOf(layout);
    const chip = /^Apple M\d+(?: (?:Pro|Max|Ultra))?/.exec(hardware)?.[0];
    if (known === null || chip === undefined || !(Number(tg_tps) > 0) || !(Number(active_bytes) > 0)) return [];
    return [
      pointOf({
        variant: variant as VariantId,
        layout: known,
        chip,
        machine: hardware,
        bandwidthGBs: Number(row.bandwidth_gb_s),
        depthTokens: Number(depth_or_ctx),
        drafter: row.drafting === '1',
        tokensPerSecond: Number(tg_tps),
        activeBytes: Number(active_bytes),
      }),
    ];
  });
}

/** `i4m8` is four bits with the dense part at eight, `nvfp4x` a policy that is not known. */
function layoutOf(text: string): MlxLayout | null {
  const bits = /^i([4568])(?:m8)?$/.exec(text)?.[1];
  if (bits !== undefined) return `affine${bits}` as MlxLayout;
  if (text === 'nvfp4x') return 'nvfp4u';
  return (['nvfp4u', 'nvfp4p', 'mxfp8', 'bf16'] as const).find((layout) => layout === text) ?? null;
}

function pointOf(row: Row): MlxSpeedPoint {
  const { variant, layout, depthTokens, drafter, machine, tokensPerSecond } = row;
  return {
    question: {
      variant,
      layout,
      depthTokens,
      drafter,
      chip: appleChip(row.chip),
      bandwidthBytesPerSecond: row.bandwidthGBs * 1e9,
      weightBytesPerToken: row.activeBytes,
      ...(row.gpuCores === undefined ? {} : { gpuCores: row.gpuCores }),
    },
    machine,
    label: `${variant} ${layout} at ${depthTokens}${drafter ? ' with a draft model' : ''}`,
    tokensPerSecond,
  };
}
