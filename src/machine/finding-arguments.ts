import type { MachineCode, MachineFinding } from './findings.ts';

type Kind = 'string' | 'number' | 'number or null';
type Arguments<C extends MachineCode> = { [K in Exclude<keyof Extract<MachineFinding, { code: C }>, 'code'>]: Kind };

/** What each sentence needs, for findings that come from a file and not from a probe. */
const findingArguments: { [C in MachineCode]: Arguments<C> } = {
  'probe-failed': { probe: 'string', detail: 'string' },
  'probe-timeout': { probe: 'string', timeoutMs: 'number' },
  'driver-broken': { vendor: 'string', detail: 'string' },
  'tool-missing': { vendor: 'string', tool: 'string', device: 'string' },
  'driver-missing': { vendor: 'string', device: 'string' },
  'reading-implausible': { subject: 'string', value: 'string', source: 'string' },
  'memory-unknown': { device: 'string' },
  'free-assumed': { device: 'string', overheadBytes: 'number' },
  'virtual-gpu': { device: 'string' },
  'device-node-missing': { vendor: 'string', path: 'string' },
  'output-unreadable': { probe: 'string', detail: 'string' },
  'device-hidden': { device: 'string', variable: 'string', value: 'string' },
  'device-order-unclear': { variable: 'string', value: 'string' },
  'mig-instance': { device: 'string', profile: 'string' },
  'mig-without-instance': { device: 'string' },
  'unified-memory': { device: 'string', reserveBytes: 'number' },
  'bandwidth-differs': { device: 'string', tableBytesPerSecond: 'number', clockBytesPerSecond: 'number' },
  'driver-too-old': { vendor: 'string', driver: 'string', required: 'string' },
  'architecture-unsupported': { vendor: 'string', architecture: 'string', required: 'string' },
  'integrated-dropped': { variable: 'string' },
  'backend-missing': { backend: 'string', platform: 'string' },
  'backend-disabled': { backend: 'string', variable: 'string' },
  'usability-unknown': { missing: 'string' },
  'architecture-overridden': { variable: 'string', value: 'string', architecture: 'string' },
  'memory-limited': { limitedBy: 'string', limitBytes: 'number', totalBytes: 'number or null', source: 'string' },
  'wsl-memory': { totalBytes: 'number or null' },
  'ram-unknown': {},
  'zfs-cache': { bytes: 'number' },
  'huge-pages': { bytes: 'number' },
  'memory-busy': { bestBytesPerSecond: 'number', middleBytesPerSecond: 'number' },
  'server-setting': { setting: 'string', variable: 'string', value: 'string', source: 'string' },
  'runtime-saw-no-gpu': { device: 'string', source: 'string' },
  'vgpu-profile': { profile: 'string' },
  'host-gpu': { device: 'string' },
  'desktop-vm': { program: 'string', host: 'string' },
  'hidden-from-one': { device: 'string', variable: 'string' },
  phone: { device: 'string', totalBytes: 'number', appBytes: 'number' },
  hypothetical: { what: 'string' },
};

/** Whether a probe could have said this: a code of this version with all that its sentence needs. */
export function isWhole(finding: { code: string }): boolean {
  if (!Object.hasOwn(findingArguments, finding.code)) return false;
  const wanted: Record<string, Kind> = findingArguments[finding.code as MachineCode];
  const given = new Map<string, unknown>(Object.entries(finding));
  return Object.entries(wanted).every(([name, kind]) => {
    const value = given.get(name);
    return value === null ? kind === 'number or null' : kind.startsWith(typeof value);
  });
}
