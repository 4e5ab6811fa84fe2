import type { Build } from '../data/schema.ts';
import { buildBytes, builds, variantOf } from '../data/tables.ts';
import type { Modality } from '../data/vocabulary.ts';
import { shapeOfBuild } from '../model/memory/build-shape.ts';
import { estimateShape } from '../model/memory/estimate.ts';
import { estimateMlxMemory } from '../model/mlx/memory.ts';
import { type VariantId, variantIds } from '../model/types.ts';
import { totalOf } from './placement/full-fit.ts';

/** One build as the tables have it, with what it takes at two contexts. */
export interface Listed {
  variant: VariantId;
  build: string;
  tag: string;
  aliases: readonly string[];
  quantization: string;
  format: Build['format'];
  runner: Build['runner'];
  downloadBytes: number | null;
  /** On one device with every layer there, text model alone, at 4096 and at the trained context; of an MLX build the peak of a prompt of that length. null where nothing is known. */
  deviceBytes: { at4096: number | null; atTrained: number | null };
  trainedContextTokens: number;
  input: readonly Modality[];
  minimumOllama: string;
  platforms: Build['platforms'];
  generation: Build['generation'];
  inferred: string | null;
  source: string;
  date: string;
}

/** The builds of one model or of all, library tags first, in table order. */
export function listBuilds(variant: VariantId | null, withFiles = false): Listed[] {
  const wanted = variant === null ? variantIds : [variant];
  const shown = builds.filter((build) => wanted.includes(build.variant) && (withFiles || build.origin === 'library'));
  return wanted.flatMap((id) => shown.filter((build) => build.variant === id)).map(listed);
}

function listed(build: Build): Listed {
  const { trainedContextTokens } = variantOf(build.variant).architecture;
  const { id, variant, tag, aliases, quantization, format, runner, input, minimumOllama } = build;
  const { platforms, generation, inferred, source, date } = build;
  return {
    variant,
    build: id,
    tag,
    aliases,
    quantization,
    format,
    runner,
    downloadBytes: buildBytes(build).downloadBytes,
    deviceBytes: { at4096: deviceBytes(build, 4096), atTrained: deviceBytes(build, trainedContextTokens) },
    trainedContextTokens,
    input,
    minimumOllama,
    platforms,
    generation,
    inferred,
    source,
    date,
  };
}

function deviceBytes(build: Build, contextTokens: number): number | null {
  const { shape, mlx, drafterBytes } = shapeOfBuild(build);
  if (mlx !== null) {
    const modalities = build.projector === 'none' ? (['text'] as const) : build.input;
    const question = { ...mlx, modalities, drafter: drafterBytes > 0, chipClass: 'max-ultra' as const };
    return estimateMlxMemory({ ...question, promptTokens: contextTokens }).peakBytes;
  }
  return shape === null ? null : totalOf(estimateShape(shape, { contextTokensTotal: contextTokens }).device);
}
