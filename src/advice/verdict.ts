import { variantOf } from '../data/tables.ts';
import type { BuildShape } from '../model/memory/build-shape.ts';
import type { UnclearDevice } from '../server-rules/devices.ts';
import { marginsFor } from '../server-rules/margin.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { AdviceFinding, Finding } from './findings.ts';
import { sumParts } from './parts.ts';
import { type CachedWorkload, hostFit } from './placement/host-memory.ts';
import type { PlacementResult } from './placement/types.ts';
import type { Verdict } from './types.ts';

export interface VerdictDecision {
  verdict: Verdict;
  /** What decided first, then further notes. */
  reasons: AdviceFinding[];
}

/** The verdict of a placement. A full fit holds even when other devices or RAM could not be read; anything less does not. */
export function decideVerdict(
  target: SchedulerTarget,
  built: BuildShape,
  placed: PlacementResult,
  workload: CachedWorkload | null = null,
): VerdictDecision {
  const { mode } = placed.placement;
  if (mode === 'none') return { verdict: 'no', reasons: placed.decided === undefined ? [] : [placed.decided] };
  const unclear = mode === 'full' ? [] : target.unclear.map(unclearFinding);
  if (unclear.length > 0) return { verdict: 'unknown', reasons: unclear };
  const room = hostFit(target, placed, variantOf(built.build.variant).architecture, workload);
  const placedAs = placed.decided ?? placementFinding(placed, plainMarginBytes(target, built, placed));
  if (room.fits === false) return { verdict: 'no', reasons: [...room.findings, placedAs] };
  if (room.fits === null && mode !== 'full') return { verdict: 'unknown', reasons: [...room.findings, placedAs] };
  return { verdict: mode === 'full' ? 'gpu' : mode, reasons: [placedAs, ...room.findings] };
}

/** What forbids an answer about a device. */
export function unclearFinding({ name, why }: UnclearDevice): AdviceFinding {
  return { code: why === 'memory' ? 'device-memory-unknown' : 'device-usability-unknown', device: name };
}

/** The server's margin without fixed layers; a tag that fixes them has another margin. */
function plainMarginBytes(
  { platform }: SchedulerTarget,
  { build, projectorBytes }: BuildShape,
  { placement, findings }: PlacementResult,
): number {
  const fixed = findings.some(({ code }) => code === 'pinned-layers');
  const margins = fixed
    ? marginsFor(projectorBytes, projectorBytes > 0 ? 'device' : 'none', placement.devices.length, {
        platform,
        scratchBytes: variantOf(build.variant).projector.scratchBytes,
      })
    : placement.devices;
  return margins.reduce((sum, { marginBytes }) => sum + marginBytes, 0);
}

function placementFinding(placed: PlacementResult, plainMargin: number): AdviceFinding {
  const { placement, need } = placed;
  const { mode, devices, gpuLayers, totalLayers, overflowingLayers, host } = placement;
  const freeBytes = devices.reduce((sum, device) => sum + device.freeBytes, 0);
  const marginBytes = devices.reduce((sum, device) => sum + device.marginBytes, 0);
  if (mode === 'full') {
    const needBytes = devices.reduce((sum, device) => sum + sumParts(device) - device.projectorBytes, 0);
    return { code: 'fits-device', needBytes, marginBytes, freeBytes };
  }
  if (mode === 'cpu') {
    return { code: 'runs-on-cpu', why: whyOnCpu(placed), needBytes: sumParts(host) };
  }
  const missingBytes = Math.max(sumParts(need.device) - need.device.projectorBytes + plainMargin - freeBytes, 1);
  if (overflowingLayers > 0 && gpuLayers === totalLayers) {
    return { code: 'experts-on-cpu', layers: overflowingLayers, totalLayers: totalLayers - 1, missingBytes };
  }
  return { code: 'spills', gpuLayers, totalLayers, missingBytes };
}

function whyOnCpu({ preflight, findings }: PlacementResult): Finding<'runs-on-cpu'>['why'] {
  if (findings.some(({ code }) => code === 'pinned-layers')) return 'faster';
  return (preflight?.devices.length ?? 0) > 0 ? 'device-too-small' : 'no-device';
}
