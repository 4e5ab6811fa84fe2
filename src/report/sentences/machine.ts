import type { MachineCode, MachineFinding } from '../../machine/findings.ts';
import { formatMemory } from '../units.ts';

/** One sentence for each thing a probe may find. A code without one does not compile. */
export const machineSentences = {
  'probe-failed': (f) => `Reading ${f.probe} failed: ${f.detail}.`,
  'probe-timeout': (f) => `${f.probe} did not answer within ${f.timeoutMs / 1000} s.`,
  'driver-broken': (f) => `The ${f.vendor} driver is installed but does not work: ${f.detail}.`,
  'driver-missing': (f) => `${f.device} is there, but no ${f.vendor} driver that can compute has taken it.`,
  'tool-missing': (f) => `The system has ${f.device}, but ${f.tool}, which reads its memory, is not installed.`,
  'reading-implausible': (f) => `${f.source} says ${f.value} for ${f.subject}, which cannot be; not used.`,
  'runtime-saw-no-gpu': (f) =>
    `Ollama found no GPU when it last started (${f.source}), though ${f.device} should work: restart it, or see its log.`,
  'virtual-gpu': (f) => `${f.device} is the GPU of a virtual machine and computes little; expect the speed of the CPU.`,
  'compute-door-missing': (f) =>
    f.path === '/dev/kfd'
      ? `The ${f.vendor} driver works, but ${f.path} is not there: only Vulkan can use the GPU. In a container, pass that device in.`
      : `The ${f.vendor} driver works, but its devices (${f.path}) are not there: nothing can use the GPU. In a container, pass them in.`,
  'memory-unknown': (f) =>
    `How much memory ${f.device} has could not be read. Say it with --vram, for example --vram 8GiB.`,
  'free-assumed': (f) =>
    `How much of ${f.device} other programs use could not be read: all of it is taken as free, less ${formatMemory(f.overheadBytes)} for the backend itself.`,
  'output-unreadable': (f) => `${f.probe} answered in a form that this version does not know: ${f.detail}.`,
  'device-hidden': (f) => `${f.variable}=${f.value} hides ${f.device}.`,
  'device-order-unclear': (f) =>
    `${f.variable}=${f.value} picks cards by number, and two orders are in use; by UUID it would be certain.`,
  'mig-instance': (f) => `${f.device} is split; one slice of it (${f.profile}) counts.`,
  'mig-without-instance': (f) => `${f.device} is in split (MIG) mode, but no slice of it can be used here.`,
  'unified-memory': (f) =>
    `${f.device} has no memory of its own: it uses the computer's RAM, less ${formatMemory(f.reserveBytes)} for the system.`,
  'bandwidth-differs': (f) =>
    `${f.device}: the table says ${gigabytes(f.tableBytesPerSecond)}, its clock says ${gigabytes(f.clockBytesPerSecond)}; the smaller is used.`,
  'driver-too-old': (f) => `The ${f.vendor} driver is ${f.driver}; Ollama needs ${f.required} or newer.`,
  'architecture-unsupported': (f) =>
    `Ollama does not support ${f.vendor} chips of type ${f.architecture}; it needs ${f.required}.`,
  'integrated-dropped': (f) => `Ollama leaves integrated GPUs alone unless its server has ${f.variable}=1.`,
  'backend-missing': (f) => `Ollama has no ${f.backend} support on ${f.platform}.`,
  'backend-disabled': (f) =>
    `This GPU works through ${f.backend} only, which the server has switched off; ${f.variable} switches it on.`,
  'usability-unknown': (f) => `Whether Ollama can use it is not known, because ${f.missing} could not be read.`,
  'architecture-overridden': (f) => `${f.variable}=${f.value} makes Ollama treat it as ${f.architecture}.`,
  'memory-limited': (f) =>
    `A limit (${limiter(f.limitedBy)}) allows ${formatMemory(f.limitBytes)}${f.totalBytes === null ? '' : ` of ${formatMemory(f.totalBytes)}`} RAM.`,
  'wsl-memory': (f) =>
    `This is Linux inside Windows: it sees ${f.totalBytes === null ? 'only a part' : formatMemory(f.totalBytes)} of the computer's RAM. .wslconfig sets how much.`,
  'ram-unknown': () => 'How much RAM there is could not be read. Say it with --ram, for example --ram 16GiB.',
  phone: (f) =>
    `${f.device} does not run Ollama: use Google AI Edge Gallery (LiteRT-LM) or an app built on llama.cpp. An app gets about ${formatMemory(f.appBytes)} of its ${formatMemory(f.totalBytes)}.`,
  hypothetical: (f) => `Not measured: ${f.what} as you stated it.`,
} satisfies { [C in MachineCode]: (f: Extract<MachineFinding, { code: C }>) => string };

function gigabytes(bytesPerSecond: number): string {
  return `${Math.round(bytesPerSecond / 1e9)} GB/s`;
}

const limiters: Record<string, string> = {
  cgroup: 'container or job',
  wsl: 'WSL',
  ulimit: 'ulimit',
  vm: 'virtual machine',
  user: '--ram',
  app: 'what one app gets',
};

function limiter(name: string): string {
  return limiters[name] ?? name;
}
