import { mlx } from '../../data/mlx.ts';
import type { Build } from '../../data/schema.ts';
import { variantOf } from '../../data/tables.ts';
import { isAtLeast, isKnownVersion } from '../../data/versions.ts';
import { windowBytes } from '../../model/mlx/memory.ts';
import type { AdviceFinding } from '../findings.ts';
import type { Workload } from '../types.ts';
import { contextPerSequence } from '../workload.ts';
import type { MlxCase } from './mlx-case.ts';

/** Where the MLX runner differs from llama.cpp, if it matters here. */
export function mlxNotes(given: MlxCase, build: Build, workload: Workload): AdviceFinding[] {
  if (!given.loadCheck.loads) return [];
  return [
    ...platformNote(build),
    ...abortNote(given, build, workload),
    ...snapshotNote(given, build, workload),
    ...requestNote(workload),
    ...cacheTypeNote(workload),
    ...matrixUnitsNote(given),
  ];
}

/** Only where the tag is another build on other platforms. */
function platformNote({ id, tag }: Build): AdviceFinding[] {
  return id.endsWith('+mlx') ? [{ code: 'mlx-build', tag }] : [];
}

/** Nothing limits a prompt to the context that was set, so it matters how long it may get. */
function abortNote({ longestTokens }: MlxCase, { variant }: Build, workload: Workload): AdviceFinding[] {
  const { trainedContextTokens } = variantOf(variant).architecture;
  if (longestTokens === null || longestTokens >= trainedContextTokens) return [];
  return contextPerSequence(workload) > longestTokens
    ? []
    : [{ code: 'mlx-context-open', ceilingTokens: longestTokens }];
}

/** Where a full prefix cache leaves too little for a prompt of the requested length. */
function snapshotNote(given: MlxCase, { variant, tag }: Build, workload: Workload): AdviceFinding[] {
  const { longestTokens, longestTokensWithSnapshots } = given;
  const wanted = contextPerSequence(workload);
  if (wanted > (longestTokens ?? 0) || wanted <= (longestTokensWithSnapshots ?? 0)) return [];
  return [
    {
      code: 'mlx-snapshots',
      tag,
      budgetBytes: mlx.runtime.snapshotBudgetBytes,
      turnBytes: windowBytes(variantOf(variant).architecture),
      longestTokens: longestTokensWithSnapshots,
    },
  ];
}

function requestNote({ sequences }: Workload): AdviceFinding[] {
  return sequences > 1 ? [{ code: 'mlx-one-request', sequences }] : [];
}

function cacheTypeNote({ kvType }: Workload): AdviceFinding[] {
  return kvType === 'f16' ? [] : [{ code: 'mlx-cache-type', kvType }];
}

/** A chip with matrix units under a macOS whose MLX library does not use them. */
function matrixUnitsNote({ question, macosVersion }: MlxCase): AdviceFinding[] {
  const { fromGeneration, macosVersion: needed } = mlx.matrixUnits;
  if ((question.chipGeneration ?? 0) < fromGeneration || !isKnownVersion(macosVersion)) return [];
  return isAtLeast(macosVersion, needed) ? [] : [{ code: 'mlx-matrix-units', have: macosVersion, need: needed }];
}
