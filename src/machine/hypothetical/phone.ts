import { FitError } from '../../errors.ts';
import type { MachineFinding } from '../findings.ts';
import type { Machine } from '../types.ts';
import { unknownCpu } from '../unknown.ts';
import type { GpuSpec } from './parse-gpu.ts';

/**
 * Share of a phone's RAM that one app may take. iOS gives 4.2 of 6 GB and 6 of 8 GB to an app with the increased memory limit (pull
 * requests 651 of PocketPal AI and 1446 of RTAB-Map). Google's AI Edge Gallery asks for 8 GB of RAM for E2B and 12 GB for E4B
 * (model_allowlists/1_0_19.json), which is what this share comes to.
 */
const appShare = 0.7;

/** The phone among the devices asked for; null without one. Throws FitError usage for a phone with anything else. */
export function phoneOf(specs: readonly GpuSpec[]): GpuSpec | null {
  const phone = specs.find(({ device }) => device.class === 'phone');
  if (phone === undefined) return null;
  if (specs.length > 1 || phone.count > 1) throw new FitError('usage', 'A phone is asked for alone.');
  return phone;
}

/** A phone: RAM of which an app gets a share, and nothing that Ollama runs on. */
export function phoneMachine({ device, memoryBytes }: GpuSpec, notes: MachineFinding[]): Machine {
  const totalBytes = memoryBytes ?? 0;
  const appBytes = Math.floor(totalBytes * appShare);
  return {
    os: { platform: 'other', arch: 'arm64', name: device.name, version: null, environment: ['phone'] },
    cpu: { ...unknownCpu },
    memory: {
      totalBytes,
      availableBytes: appBytes,
      limitBytes: appBytes,
      limitedBy: 'app',
      bandwidthBytesPerSecond: null,
    },
    accelerators: [],
    disk: null,
    ollama: null,
    evidence: [
      {
        subject: 'memory.total',
        value: totalBytes,
        source: 'table of devices',
        confidence: 'assumed',
        chosen: true,
        rule: null,
      },
    ],
    warnings: [{ code: 'phone', device: device.name, totalBytes, appBytes }, ...notes],
  };
}
