import type { Architecture, Build, WeightRow } from '../data/schema.ts';
import { buildsOf, compareVersions, variantOf } from '../data/tables.ts';
import type { Machine } from '../machine/types.ts';
import type { BuildShape } from '../model/memory/build-shape.ts';
import { type Quantization, quantizations, type VariantId } from '../model/types.ts';
import { onMainGpu } from '../server-rules/device-sets.ts';
import { candidateAt } from './candidate-at.ts';
import { settledRequest } from './request.ts';
import { targetOf } from './server.ts';
import type { Candidate, CheckRequest } from './types.ts';

/** A model described by its own tensors: a file, or one that the server has. Bytes throughout. */
export interface CustomModel {
  /** Its tag or file name. */
  name: string;
  variant: VariantId;
  /** As the file states it; null when it does not. */
  quantization: string | null;
  architecture: Architecture;
  weights: WeightRow;
  projectorBytes: number;
  /** The projector is inside the model's own file. */
  projectorInside: boolean;
  drafterBytes: number;
  fileBytes: number | null;
}

/** The candidate of that model on that machine, computed from its tensors rather than the table. */
export function candidateOfCustomModel(model: CustomModel, machine: Machine, open: CheckRequest): Candidate {
  const request = settledRequest(machine, open);
  const build = buildOf(model);
  const target = targetOf(machine, request);
  const mainGpu = open.fixed?.mainGpu ?? null;
  return candidateAt(mainGpu === null ? target : onMainGpu(target, mainGpu), build, request, shapeOf(model, build));
}

/** A row as the table would have it. What a row says of the library (published sizes, digests) is left open. */
function buildOf({ name, variant, quantization, projectorBytes, projectorInside, drafterBytes }: CustomModel): Build {
  const pattern = patternOf(variant, drafterBytes > 0);
  const { input } = variantOf(variant);
  const stock = quantizations.find((known): known is Quantization => known === quantization);
  return {
    ...pattern,
    id: name,
    tag: name,
    aliases: [],
    quantization: quantization ?? 'own',
    text:
      stock === undefined
        ? { kind: 'opaque', fileBytes: null }
        : { kind: 'stock', quantization: stock, perLayerEmbedding: 'stock', fileBytes: null },
    projector: projectorBytes === 0 ? 'none' : projectorInside ? 'inline' : 'separate',
    drafter: drafterBytes === 0 ? null : { fileBytes: drafterBytes },
    generation: null,
    published: { bytes: null, gigabytes: null },
    platforms: null,
    input: projectorBytes === 0 ? ['text'] : input,
    digests: { manifests: [], layers: [] },
    recommendable: false,
    inferred: null,
    source: 'the tensors of the model itself',
  };
}

/** The GGUF build of that model, with a drafter or without, that the oldest servers run. */
function patternOf(variant: VariantId, withDrafter: boolean): Build {
  const [first, ...others] = buildsOf(variant).filter(
    ({ format, drafter }) => format === 'gguf' && (drafter !== null) === withDrafter,
  );
  if (first === undefined) throw new Error(`the table has no GGUF build of ${variant}`);
  return others.reduce(
    (oldest, build) => (compareVersions(build.minimumOllama, oldest.minimumOllama) < 0 ? build : oldest),
    first,
  );
}

function shapeOf(model: CustomModel, build: Build): BuildShape {
  const { variant, architecture, weights, projectorBytes, drafterBytes, fileBytes } = model;
  const quantization = quantizations.find((name): name is Quantization => name === model.quantization) ?? null;
  return {
    build,
    shape: { variant, quantization, architecture, weights },
    mlx: null,
    fileBytes,
    projectorBytes,
    drafterBytes,
    downloadBytes: fileBytes,
  };
}
