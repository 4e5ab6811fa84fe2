import { speedForms } from '../../data/speeds.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { cpuClassOf } from '../../model/speed/cpu-class.ts';
import { hasSlowHost } from '../../model/speed/rate.ts';
import { bestDraftTokens, draftFactor, usualDraftTokens } from '../../model/speed/speed.ts';
import type { UsableDevice } from '../../server-rules/devices.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { AdviceFinding } from '../findings.ts';
import type { PlacementResult } from './types.ts';

/** A smaller gain is within the spread between owners of one machine. */
const leastGain = 1.05;

/** Where another draft length than Ollama's, or none, is faster: by measurements on that backend. */
export function draftLengthNote(
  { build }: BuildShape,
  { need, placement }: PlacementResult,
  devices: readonly UsableDevice[],
): AdviceFinding[] {
  const backend = placement.devices.length === 0 ? 'cpu' : (devices.at(-1)?.backend ?? 'none');
  if (need.device.drafterBytes + need.host.drafterBytes === 0 || backend === 'none') return [];
  if (build.runner === 'mlx') return [];
  const draftTokens = bestDraftTokens(backend, build.variant);
  const usual = draftFactor(backend, build.variant, usualDraftTokens).expected;
  const best = draftFactor(backend, build.variant, draftTokens).expected;
  if (best < usual * leastGain) return [];
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
