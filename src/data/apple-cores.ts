import { type AppleChip, appleChip } from './apple-chips.ts';
import { deviceBandwidth, deviceSpecs } from './devices.ts';

interface AppleRow {
  chip: AppleChip;
  bandwidth: number;
  cores: readonly number[];
}

const rows: readonly AppleRow[] = deviceSpecs.flatMap((device) => {
  const chip = device.vendor === 'apple' ? appleChip(device.name) : null;
  const bandwidth = deviceBandwidth(device);
  return chip === null || bandwidth === null || device.gpuCores === null
    ? []
    : [{ chip, bandwidth, cores: device.gpuCores }];
});

/**
 * Fewest and most GPU cores of a chip with that bandwidth, which distinguishes the two variants of a Max. A chip that is newer than the
 * table has those of the newest of its tier.
 */
export function appleGpuCores({ generation, tier }: AppleChip, bandwidthBytesPerSecond: number): [number, number] {
  const ofTier = rows.filter(({ chip }) => chip.tier === tier && chip.generation <= generation);
  const newest = Math.max(...ofTier.map(({ chip }) => chip.generation));
  const distance = ({ bandwidth }: AppleRow) => Math.abs(Math.log(bandwidth / bandwidthBytesPerSecond));
  const candidates = ofTier.filter(({ chip }) => chip.generation === newest);
  const nearest = Math.min(...candidates.map(distance));
  const cores = candidates.filter((row) => distance(row) === nearest).flatMap((row) => row.cores);
  if (cores.length === 0) throw new Error(`data/devices.json has no Apple chip of tier ${tier}`);
  return [Math.min(...cores), Math.max(...cores)];
}
