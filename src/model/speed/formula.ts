import type { DeviceSpec } from '../../data/schema.ts';
import { speedForms } from '../../data/speeds.ts';
import { findDevice } from '../../data/tables.ts';
import { readsPerToken } from './bytes-per-token.ts';
import { overrideFor, type RateInputs, type Seconds, secondsFor, speedClassOf } from './rate.ts';
import type { SpeedDevice, SpeedHost, SpeedQuestion } from './types.ts';

export interface SpeedEstimate {
  seconds: Seconds;
  basis: 'formula' | 'class';
}

/**
 * Time for one token, place after place: a token visits every layer in turn, so the times add up.
 * null when some place that has work has no known bandwidth or backend.
 */
export function estimateSeconds(question: SpeedQuestion): SpeedEstimate | null {
  const reads = readsPerToken(question);
  const total: SpeedEstimate = { seconds: { fast: 0, middle: 0, slow: 0 }, basis: 'formula' };
  for (const [index, device] of question.devices.entries()) {
    const part = reads.devices[index];
    if (part === undefined || part.weightsBytes === 0) continue;
    const who = whoIs(device, question);
    if (who === null || !isRate(device.bandwidthBytesPerSecond)) return null;
    add(total, secondsFor(part, who, device.bandwidthBytesPerSecond), overrideFor(who) !== null);
  }
  return addHost(total, question, reads.host.weightsBytes > 0, reads);
}

const rows = new Map<string, DeviceSpec | null>();

/** The table's row of a device, looked up once a name; null when its name is unknown. */
export function deviceRowOf({ name, memoryBytes }: Pick<SpeedDevice, 'name' | 'memoryBytes'>): DeviceSpec | null {
  if (name === null) return null;
  const key = `${memoryBytes} ${name}`;
  const found = rows.get(key);
  if (found !== undefined) return found;
  const row = findDevice(name, { memoryBytes });
  rows.set(key, row);
  return row;
}

function addHost(
  total: SpeedEstimate,
  { shape, host }: SpeedQuestion,
  hasBlocks: boolean,
  reads: ReturnType<typeof readsPerToken>,
): SpeedEstimate | null {
  if (!hasBlocks && reads.hostExpertBytes === 0) return total;
  if (!isRate(host.bandwidthBytesPerSecond)) return null;
  const speedClass = speedClassOf[shape.variant];
  const who: RateInputs = {
    backend: 'cpu',
    speedClass,
    quantization: shape.quantization,
    device: null,
    architecture: null,
    weakCpu: isWeak(host),
  };
  if (hasBlocks) add(total, secondsFor(reads.host, who, host.bandwidthBytesPerSecond), who.weakCpu);
  const { efficiency, band } = speedForms.hostExperts;
  const middle = reads.hostExpertBytes / (efficiency * host.bandwidthBytesPerSecond);
  add(total, { fast: middle / band.high, middle, slow: middle / band.low }, false);
  return total;
}

function whoIs(device: SpeedDevice, { shape }: SpeedQuestion): RateInputs | null {
  if (device.backend === 'none') return null;
  const row = deviceRowOf(device);
  return {
    backend: device.backend,
    speedClass: speedClassOf[shape.variant],
    quantization: shape.quantization,
    device: row?.id ?? null,
    architecture: device.architecture ?? row?.architecture ?? null,
    weakCpu: false,
  };
}

function add(total: SpeedEstimate, seconds: Seconds, special: boolean): void {
  total.seconds.fast += seconds.fast;
  total.seconds.middle += seconds.middle;
  total.seconds.slow += seconds.slow;
  if (special) total.basis = 'class';
}

function isRate(value: number | null): value is number {
  return value !== null && value > 0 && Number.isFinite(value);
}

/** No dot-product instructions: x86 without AVX2, ARM without asimddp. Unknown flags count as a usual processor. */
function isWeak({ flags }: SpeedHost): boolean {
  const x86 = flags.includes('sse2') || flags.includes('avx');
  const arm = flags.includes('asimd');
  return (x86 && !flags.includes('avx2')) || (arm && !flags.includes('asimddp'));
}
