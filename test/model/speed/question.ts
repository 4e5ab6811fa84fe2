import { stockShape } from '../../../src/model/memory/shape.ts';
import type { SpeedDevice } from '../../../src/model/speed/hardware.ts';
import type { SpeedQuestion } from '../../../src/model/speed/speed.ts';

/** A CUDA device of 1 TB/s that nobody knows by name and that holds everything. */
export const device = (changes: Partial<SpeedDevice> = {}): SpeedDevice => ({
  backend: 'cuda',
  bandwidthBytesPerSecond: 1e12,
  name: null,
  memoryBytes: null,
  architecture: null,
  layers: 100,
  ...changes,
});

/** 31b on that device with an empty cache. */
export const question = (changes: Partial<SpeedQuestion> = {}): SpeedQuestion => ({
  shape: stockShape('31b', 'Q4_K_M'),
  depthTokens: 0,
  kvType: 'f16',
  devices: [device()],
  host: { bandwidthBytesPerSecond: 80e9, features: [] },
  overflowingLayers: 0,
  ...changes,
});
