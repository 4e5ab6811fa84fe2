import type { MachineFinding } from '../../findings.ts';
import type { Accelerator } from '../../types.ts';
import type { Report } from '../shared/report.ts';

/** A device as CUDA could name it. */
export interface Nameable {
  id: string;
  name: string;
  index: number;
  /** UUIDs by which it may be named: its own and, for a MIG instance, its card's. */
  uuids: readonly string[];
}

/** What hides devices by number or UUID. */
export type VisibilityVariable =
  | 'CUDA_VISIBLE_DEVICES'
  | 'ROCR_VISIBLE_DEVICES'
  | 'HIP_VISIBLE_DEVICES'
  | 'GPU_DEVICE_ORDINAL'
  | 'GGML_VK_VISIBLE_DEVICES';

/** Ids that the variable leaves visible; null when it is not set or says nothing. */
export interface Visibility {
  visible: Set<string> | null;
  value: string;
  findings: MachineFinding[];
}

/**
 * Applies CUDA_VISIBLE_DEVICES, which nvidia-smi itself ignores. Empty or -1: none. UUIDs may be cut short (`GPU-8932f9`).
 * Numbers count in CUDA's order: by bus with CUDA_DEVICE_ORDER=PCI_BUS_ID, else fastest first, which is not known here for unlike cards.
 * As CUDA does, the first entry that names nothing ends the list. Source: CUDA programming guide, environment variables.
 * ROCm and ggml's Vulkan read their variables alike; there, what is neither number nor UUID says nothing, nor does a UUID where a
 * device's own is not known.
 */
export function visibleDevices(
  devices: readonly Nameable[],
  env: Readonly<Record<string, string | undefined>>,
  variable: VisibilityVariable = 'CUDA_VISIBLE_DEVICES',
): Visibility {
  const setting = env[variable];
  const value = (setting ?? '').trim().replace(/^["']|["']$/g, '');
  const isCuda = variable === 'CUDA_VISIBLE_DEVICES';
  if (setting === undefined || (!isCuda && saysNothing(value, devices))) {
    return { visible: null, value: '', findings: [] };
  }
  const visible = new Set<string>();
  const findings: MachineFinding[] = [];
  for (const entry of value.split(',').map((part) => part.trim())) {
    const named = devicesNamed(entry, devices);
    if (named.length === 0) break;
    for (const device of named) visible.add(device.id);
    if (isCuda && /^\d+$/.test(entry) && orderUnclear(devices, env) && findings.length === 0) {
      findings.push({ code: 'device-order-unclear', variable, value: value.slice(0, 80) });
    }
  }
  return { visible, value: value.slice(0, 80), findings };
}

function saysNothing(value: string, devices: readonly Nameable[]): boolean {
  if (isUuid(value)) return devices.some(({ uuids }) => uuids.length === 0);
  return !/^-?\d+\s*(,|$)/.test(value);
}

const isUuid = (text: string) => /^(GPU|MIG)-[\w/-]+/i.test(text);

export interface Hideable {
  accelerator: Accelerator;
  nameable: Nameable;
}

/** Marks what the variable hides from everything that uses CUDA (or ROCm), though not from the vendor's tool. Gives what is left. */
export function hide<D extends Hideable>(
  devices: readonly D[],
  env: Readonly<Record<string, string | undefined>>,
  report: Pick<Report, 'warnings'>,
  variable: VisibilityVariable = 'CUDA_VISIBLE_DEVICES',
): readonly D[] {
  const { visible, value, findings } = visibleDevices(
    devices.map(({ nameable }) => nameable),
    env,
    variable,
  );
  report.warnings.push(...findings);
  if (visible === null) return devices;
  for (const { accelerator } of devices) {
    if (visible.has(accelerator.id)) continue;
    accelerator.usable = false;
    accelerator.reason = { code: 'device-hidden', device: accelerator.name, variable, value };
    if (!accelerator.id.includes(':mig')) report.warnings.push(accelerator.reason);
  }
  return devices.filter(({ accelerator }) => visible.has(accelerator.id));
}

/** A whole card's number or UUID also lets its MIG instances be seen. */
function devicesNamed(entry: string, devices: readonly Nameable[]): readonly Nameable[] {
  if (/^\d{1,3}$/.test(entry)) return devices.filter((device) => device.index === Number(entry));
  if (/^(GPU|MIG)-[\w/-]+$/i.test(entry)) {
    const wanted = entry.toLowerCase();
    return devices.filter((device) => device.uuids.some((uuid) => uuid.toLowerCase().startsWith(wanted)));
  }
  return [];
}

function orderUnclear(devices: readonly Nameable[], env: Readonly<Record<string, string | undefined>>): boolean {
  return env.CUDA_DEVICE_ORDER !== 'PCI_BUS_ID' && new Set(devices.map((device) => device.name)).size > 1;
}
