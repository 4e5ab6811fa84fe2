import { host } from '../memory/layout.ts';
import { heldByDevices, memoryOf } from '../memory/memory.ts';
import type { ModelShape } from '../memory/shape.ts';
import { totalBytes } from '../total.ts';
import type { Load } from '../types.ts';
import { fillWithExperts } from './experts.ts';
import { mostOn, replaced, type Weigh } from './search.ts';
import { type DeviceLayers, layoutOfShares, noLayers, type Target } from './shares.ts';

/**
 * What each device gets when not everything fits, by the rules of llama.cpp's common/fit.cpp (b10488): layers from the back, the
 * last device first, each up to free less margin; of a model with experts first everything but the experts, then experts from
 * the front.
 */
export function fitShares(shape: ModelShape, load: Load, devices: readonly Target[]): DeviceLayers[] {
  const targets = devices.map(({ freeBytes, marginBytes }) => freeBytes - marginBytes);
  const layoutOf = (shares: readonly DeviceLayers[]) => layoutOfShares(shape.architecture.layers, shares);
  const held = heldByDevices(shape, load);
  const weigh: Weigh = {
    all: (shares) => memoryOf(shape, load, layoutOf(shares)).devices.map(totalBytes),
    held: (shares) => held(layoutOf(shares)),
  };
  const experts = shape.architecture.experts !== null;
  const shares = fillFromTheBack(shape.architecture.layers + 1, targets, weigh, experts);
  if (!experts || !denseFits(shape, targets, weigh)) return shares;
  return fillWithExperts(shares, targets, weigh);
}

/** Gives each device, the last one first, as many of the layers left as its target allows. */
function fillFromTheBack(
  layerCount: number,
  targets: readonly number[],
  weigh: Weigh,
  withoutExperts: boolean,
): DeviceLayers[] {
  let shares: DeviceLayers[] = targets.map(() => noLayers);
  for (let device = targets.length - 1; device >= 0; device -= 1) {
    const left = layerCount - shares.reduce((sum, { layers }) => sum + layers, 0);
    const give = (layers: number) =>
      replaced(shares, device, {
        ...noLayers,
        layers,
        partial: withoutExperts ? partialOf(layers, device, targets.length) : 0,
      });
    shares = give(mostOn(device, targets, left, give, weigh));
  }
  return shares;
}

/** The head is a layer without experts: on the last device one layer always counts as whole. */
function partialOf(layers: number, device: number, deviceCount: number): number {
  return Math.max(0, device === deviceCount - 1 ? layers - 1 : layers);
}

/** Whether all devices together hold everything but the experts. */
function denseFits(shape: ModelShape, targets: readonly number[], weigh: Weigh): boolean {
  const blocks = shape.architecture.layers;
  const perDevice = Math.floor((blocks + 1) / targets.length);
  const shares = targets.map((_, device): DeviceLayers => {
    const layers = device === targets.length - 1 ? blocks + 1 - perDevice * device : perDevice;
    return { layers, partial: layers, overflow: 'experts', overflowTo: host };
  });
  const used = weigh.all(shares).reduce((sum, bytes) => sum + bytes, 0);
  return targets.reduce((sum, target) => sum + target, 0) > used;
}
