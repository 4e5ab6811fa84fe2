import type { MachineFinding } from '../findings.ts';

/** A device as CUDA could name it. */
export interface Nameable {
  id: string;
  name: string;
  index: number;
  /** UUIDs by which it may be named: its own and, for a MIG instance, its card's. */
  uuids: readonly string[];
}

/** Ids that the variable leaves visible; null when it is not set. */
export interface Visibility {
  visible: Set<string> | null;
  value: string;
  findings: MachineFinding[];
}

/**
 * Applies CUDA_VISIBLE_DEVICES, which nvidia-smi itself ignores. Empty or -1: none. UUIDs may be cut short (`GPU-8932f9`).
 * Numbers count in CUDA's order: by bus with CUDA_DEVICE_ORDER=PCI_BUS_ID, else fastest first, which is not known here for unlike cards.
 * As CUDA does, the first entry that names nothing ends the list. Source: CUDA programming guide, environment variables.
 */
export function visibleDevices(
  devices: readonly Nameable[],
  env: Readonly<Record<string, string | undefined>>,
): Visibility {
  const setting = env.CUDA_VISIBLE_DEVICES;
  if (setting === undefined) return { visible: null, value: '', findings: [] };
  const value = setting.trim().replace(/^["']|["']$/g, '');
  const visible = new Set<string>();
  const findings: MachineFinding[] = [];
  for (const entry of value.split(',').map((part) => part.trim())) {
    const named = devicesNamed(entry, devices);
    if (named.length === 0) break;
    for (const device of named) visible.add(device.id);
    if (/^\d+$/.test(entry) && orderUnclear(devices, env) && findings.length === 0) {
      findings.push({ code: 'device-order-unclear', variable: 'CUDA_VISIBLE_DEVICES', value: value.slice(0, 80) });
    }
  }
  return { visible, value: value.slice(0, 80), findings };
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
