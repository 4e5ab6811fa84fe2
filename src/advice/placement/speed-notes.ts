import { speedForms } from '../../data/speeds.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { cpuClassOf } from '../../model/speed/cpu-class.ts';
import { hasSlowHost } from '../../model/speed/rate.ts';
import { bestDraftTokens, draftFactor, leastDraftGain, usualDraftTokens } from '../../model/speed/speed.ts';
import type { UsableDevice } from '../../server-rules/devices.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { AdviceFinding } from '../findings.ts';
import type { Workload } from '../types.ts';
import { speedQuestionOf } from './speed.ts';
import type { PlacementResult } from './types.ts';

/** Where another draft length than Ollama's, or none, is expected to be faster. */
export function draftLengthNote(
  target: SchedulerTarget,
  { build, shape }: BuildShape,
  placed: PlacementResult,
  workload: Workload,
): AdviceFinding[] {
  const { device, host } = placed.need;
  if (device.drafterBytes + host.drafterBytes === 0 || shape === null || build.runner === 'mlx') return [];
  const question = { ...speedQuestionOf(target, shape, placed, workload), depthTokens: 0 };
  const draftTokens = bestDraftTokens(question);
  const usual = draftFactor(question, usualDraftTokens).expected;
  const best = draftFactor(question, draftTokens).expected;
  if (best < usual * leastDraftGain) return [];
  return [{ code: 'draft-length', draftTokens, usualTokens: usualDraftTokens, factor: best, usualFactor: usual }];
}

/** A kind of CPU that halved the speed of a fast card elsewhere, because kernels are launched one by one. */
export function slowHostNote({ host }: SchedulerTarget, devices: readonly UsableDevice[]): AdviceFinding[] {
  const cpuClass = cpuClassOf(host);
  const slowed = devices.some(
    ({ backend, integrated }) => !integrated && backend !== 'none' && hasSlowHost({ backend, cpuClass }, speedForms),
  );
  return slowed ? [{ code: 'slow-host', cpu: host.brand ?? '' }] : [];
}
