import type { DeviceSet, DeviceSetKind, ExtraLoads } from '../server-rules/device-sets.ts';
import { bestSingle, type UsableDevice } from '../server-rules/devices.ts';
import type { ProjectorHome } from '../server-rules/projector.ts';
import type { SchedulerDecision } from '../server-rules/scheduler.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import { fitMargins } from './margin.ts';

/**
 * Every set of devices that a load may use: all of them, as it does by itself, and the best one alone (`--device`); the vision encoder on the
 * first, else in RAM (`--no-mmproj-offload`). Empty without devices.
 */
export function loadDeviceSets(
  { platform }: SchedulerTarget,
  { devices }: Pick<SchedulerDecision, 'devices'>,
  extras: ExtraLoads,
): DeviceSet[] {
  const single = bestSingle(devices);
  if (single === null) return [];
  const ways: [DeviceSetKind, readonly UsableDevice[]][] = [
    ...(extras.oneDeviceOnly && devices.length > 1 ? [] : [['plain', devices] as [DeviceSetKind, UsableDevice[]]]),
    ...(devices.length > 1 ? [['main-gpu', [single]] as [DeviceSetKind, UsableDevice[]]] : []),
  ];
  return homesOf(extras).flatMap((projector) =>
    ways.map(([how, chosen]): DeviceSet => {
      const setting = { platform, scratchBytes: extras.projectorScratchBytes };
      const margins = fitMargins(extras.projectorBytes, projector, chosen.length, setting);
      const slots = chosen.map((device, index) => ({ device, marginBytes: margins[index]?.marginBytes ?? 0 }));
      return { slots, how, projector };
    }),
  );
}

function homesOf({ projectorBytes, imagesWanted }: ExtraLoads): ProjectorHome[] {
  if (projectorBytes === 0) return ['none'];
  return imagesWanted === true ? ['device'] : ['device', 'ram'];
}
