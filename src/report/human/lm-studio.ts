import type { Candidate } from '../../advice/types.ts';
import type { RenderOptions } from '../options.ts';
import { wrap } from '../text.ts';
import { formatInteger } from '../units.ts';

/**
 * What LM Studio's load options have to say so that its llama.cpp lays a model out in the same way; none where no llama-server is answered for, and
 * over several GPUs, which it divides by itself. Source: lmstudio.ai/docs/cli/load and lmstudio-ai/lms src/subcommands/load.ts (2026-08): --gpu
 * takes a share of the layers, and experts on the CPU, cache types and flash attention are options of the app alone.
 */
export function lmStudioLines({ launch, placement, workload }: Candidate, { columns, paint }: RenderOptions): string[] {
  if (launch === undefined || placement.devices.length > 1) return [];
  const settings = settingsOf({ placement, workload });
  const command = ['lms load MODEL', `--gpu ${shareOf(placement)}`, `--context-length ${workload.contextTokensTotal}`];
  if (workload.sequences > 1) command.push(`--parallel ${workload.sequences}`);
  return [
    '',
    paint.bold('The same in LM Studio (load options)'),
    ...settings.flatMap((line) => wrap(line, columns - 2)).map((line) => `  ${line}`),
    `  ${command.join(' ')}`,
  ];
}

type Run = Pick<Candidate, 'placement' | 'workload'>;

function settingsOf({ placement, workload }: Run): string[] {
  const { gpuLayers, totalLayers, overflowingLayers } = placement;
  const { contextTokensTotal, sequences, kvType } = workload;
  const blocks = totalLayers - 1;
  const onCpu = overflowingLayers > 0 ? totalLayers - gpuLayers + overflowingLayers : 0;
  return [
    `Context Length: ${formatInteger(contextTokensTotal)}`,
    `GPU Offload: ${Math.min(gpuLayers, blocks)} of ${blocks} layers`,
    ...(onCpu > 0 ? [`Number of layers for which to force MoE weights onto CPU: ${onCpu}`] : []),
    ...(sequences > 1 ? [`Max Concurrent Predictions: ${sequences}, Unified KV Cache off`] : []),
    ...(kvType === 'f16' ? [] : [`Flash Attention on; K and V Cache Quantization Type: ${kvType}`]),
  ];
}

/** `max`, `off`, or the share of the layers. */
function shareOf({ mode, gpuLayers, totalLayers }: Candidate['placement']): string {
  if (mode === 'full' || gpuLayers === totalLayers) return 'max';
  return gpuLayers === 0 ? 'off' : (Math.floor((100 * gpuLayers) / totalLayers) / 100).toFixed(2);
}
