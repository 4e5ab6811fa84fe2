import { isPhone } from '../../advice/phone.ts';
import type { Candidate, CheckResult } from '../../advice/types.ts';
import { buildById } from '../../data/tables.ts';
import { acceleratorOf } from '../figures.ts';
import { pullLine } from '../pull-line.ts';
import { gpuOf } from './gpu.ts';

/** Why no manifest can make a candidate run as predicted, in one sentence; null where one can. */
export function undeployable(result: CheckResult, candidate: Candidate): string | null {
  if (isPhone(result.machine)) return 'No Deployment: no Ollama runs on a phone.';
  if (candidate.verdict !== 'cpu' && candidate.reasons.some(({ code }) => code === 'pinned-layers')) {
    const line = pullLine(candidate, result.request);
    return `No Deployment: the model runs like this only with num_gpu in its tag, which gemma-fit pull sets: ${line}`;
  }
  if (result.request.vision === false && buildById(candidate.build)?.projector === 'separate') {
    const line = pullLine(candidate, result.request);
    return `No Deployment: the model runs like this only in a tag without its vision encoder, which gemma-fit pull makes: ${line}`;
  }
  const wantsGpu = candidate.verdict === 'gpu' || candidate.verdict === 'split';
  if (!wantsGpu || gpuOf(result, candidate) !== null) return null;
  return `No Deployment: no Kubernetes device plugin is known for ${nameOf(result, candidate)}.`;
}

function nameOf(result: CheckResult, { placement }: Candidate): string {
  const placed = placement.devices[0];
  const name = placed === undefined ? 'its GPU' : (acceleratorOf(result, placed)?.name ?? placed.accelerator);
  return result.machine.os.platform === 'win32' ? `${name} on Windows` : name;
}
