import type { Build } from '../../data/schema.ts';
import { defaultMicroBatch } from '../../llama-server-rules/decision.ts';
import { deviceName } from '../../llama-server-rules/device-name.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { Launch } from '../launch-options.ts';
import type { PlacementResult } from '../placement/types.ts';
import { isOllama } from '../server.ts';
import type { Candidate, SettledWorkload, Verdict } from '../types.ts';

/** What a launch is read off. */
interface Run {
  build: Build;
  workload: SettledWorkload;
  verdict: Verdict;
  placed: Pick<PlacementResult, 'placement' | 'how'>;
}

/** `-ngl`: more than any model has. */
const allLayers = 99;
/** `-b` is at least the micro-batch. Source: llama.cpp common/common.h, n_batch. */
const defaultBatch = 2048;

/** How to start it so, for what runs on a llama-server of one's own. Source: llama.cpp tools/server/README.md at b11434. */
export function launchOf(target: SchedulerTarget, run: Run): Pick<Candidate, 'launch'> {
  const stays = run.verdict === 'no' || run.verdict === 'unknown';
  return isOllama(target) || stays ? {} : { launch: optionsOf(target, run) };
}

function optionsOf(target: SchedulerTarget, run: Run): Launch {
  const { build, workload } = run;
  const { flags, environment } = deviceFlags(target, run);
  return {
    environment,
    model: build.origin === 'huggingface' ? ['-hf', build.tag.replace(/^hf\.co\//, '')] : ['-m', build.tag],
    contextTokensTotal: workload.contextTokensTotal,
    flags: [
      ...['-np', String(workload.sequences)],
      ...flags,
      ...layerFlags(run),
      ...projectorFlags(run),
      ...cacheFlags(workload),
      ...batchFlags(workload),
    ],
  };
}

/** Over several devices its own fit divides what does not fit whole; a number of layers would be divided otherwise. */
function layerFlags({ placed: { placement } }: Run): string[] {
  const { mode, devices, gpuLayers, totalLayers, overflowingLayers } = placement;
  if (mode === 'full') return ['-ngl', String(allLayers)];
  if (mode !== 'split' || devices.length > 1) return [];
  const cpuExpertLayers = overflowingLayers > 0 ? totalLayers - gpuLayers + overflowingLayers : 0;
  const layers = ['-ngl', String(gpuLayers === totalLayers ? allLayers : gpuLayers)];
  return cpuExpertLayers > 0 ? [...layers, '--n-cpu-moe', String(cpuExpertLayers)] : layers;
}

function deviceFlags({ groups }: SchedulerTarget, { placed: { placement, how } }: Run) {
  const known = groups[0] ?? [];
  const [first] = placement.devices;
  if (first === undefined || placement.mode === 'cpu') {
    return { flags: known.length > 0 ? ['--device', 'none'] : [], environment: [] };
  }
  const device = known.find(({ id }) => id === first.accelerator);
  if (how !== 'main-gpu' || device === undefined) return { flags: [], environment: [] };
  const { name, environment } = deviceName(known, device);
  return { flags: ['--device', name], environment };
}

function projectorFlags({ build, workload, placed: { placement } }: Run): string[] {
  if (build.projector !== 'separate') return [];
  if (build.origin !== 'huggingface') return workload.vision ? ['--mmproj', 'MMPROJ.gguf'] : [];
  if (!workload.vision) return ['--no-mmproj'];
  const inRam = placement.host.projectorBytes > 0 && placement.devices.length > 0;
  return inRam ? ['--no-mmproj-offload'] : [];
}

function cacheFlags({ kvType }: SettledWorkload): string[] {
  return kvType === 'f16' ? [] : ['--cache-type-k', kvType, '--cache-type-v', kvType];
}

function batchFlags({ microBatch, contextTokensTotal }: SettledWorkload): string[] {
  if (microBatch === defaultMicroBatch || microBatch >= contextTokensTotal) return [];
  const batch = microBatch > defaultBatch ? ['-b', String(microBatch)] : [];
  return [...batch, '-ub', String(microBatch)];
}
