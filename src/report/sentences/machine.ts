import type { MachineCode, MachineFinding, ServerSettingKind } from '../../machine/findings.ts';
import { formatMemory } from '../units.ts';

/** What a setting of the server does, and how to have it counted. */
const settingWords: Record<ServerSettingKind, string> = {
  'cache-type': 'it counts here unless --kv-cache says otherwise.',
  parallel: 'it counts here unless --parallel says otherwise.',
  'context-length': 'a tag without num_ctx runs with that context.',
  'fit-target': 'one number of MiB is counted as the reserve, a list is not.',
  'swa-full':
    'sliding-window layers then keep the whole context, several times the KV cache that is counted here. Remove it.',
  'flash-attention': 'compute buffers grow with the context, which counts here.',
};

/** One sentence for each thing a probe may find. A code without one does not compile. */
export const machineSentences = {
  'probe-failed': (f) => `Reading ${f.probe} failed: ${f.detail}.`,
  'probe-timeout': (f) => `${f.probe} did not answer within ${f.timeoutMs / 1000} s.`,
  'driver-broken': (f) => `The ${f.vendor} driver is installed but does not work: ${f.detail}.`,
  'driver-missing': (f) => `${f.device} was found, but no ${f.vendor} driver that can compute uses it.`,
  'tool-missing': (f) => `${f.device} was found, but ${f.tool}, which reads its memory, is not installed.`,
  'reading-implausible': (f) => `${f.source} reports ${f.value} for ${f.subject}, which is impossible; ignored.`,
  'runtime-saw-no-gpu': (f) =>
    `Ollama found no GPU when it last started (${f.source}), although ${f.device} should work: restart Ollama, or see its log.`,
  'virtual-gpu': (f) => `${f.device} is the GPU of a virtual machine; expect CPU speed.`,
  'device-node-missing': (f) =>
    f.path === '/dev/kfd'
      ? `The ${f.vendor} driver works, but ${f.path} is missing: only Vulkan can use the GPU. In a container, pass that device in.`
      : `The ${f.vendor} driver works, but its devices (${f.path}) are missing: nothing can use the GPU. In a container, pass them in.`,
  'memory-unknown': (f) => `Memory of ${f.device} unknown. State it with --vram, for example --vram 8GiB.`,
  'free-assumed': (f) =>
    `Memory used by other programs on ${f.device} is unknown; all of it counts as free except ${formatMemory(f.overheadBytes)} for the backend.`,
  'output-unreadable': (f) => `${f.probe} printed something this version cannot read: ${f.detail}.`,
  'device-hidden': (f) => `${f.variable}=${f.value} hides ${f.device}.`,
  'device-order-unclear': (f) =>
    `${f.variable}=${f.value} chooses GPUs by number, but CUDA and nvidia-smi number them differently; use a UUID to be certain.`,
  'mig-instance': (f) => `${f.device} is divided (MIG); one instance of it (${f.profile}) counts.`,
  'mig-without-instance': (f) => `${f.device} is in MIG mode, but has no instance that can be used here.`,
  'unified-memory': (f) =>
    `${f.device} has no memory of its own: it uses the computer's RAM, less ${formatMemory(f.reserveBytes)} for the system.`,
  'bandwidth-differs': (f) =>
    `${f.device}: bandwidth ${gigabytes(f.tableBytesPerSecond)} by the table, ${gigabytes(f.clockBytesPerSecond)} by its clock; using the smaller.`,
  'driver-too-old': (f) => `The ${f.vendor} driver is ${f.driver}; Ollama needs ${f.required} or newer.`,
  'architecture-unsupported': (f) =>
    `Ollama does not support ${f.vendor} chips of type ${f.architecture}; it needs ${f.required}.`,
  'integrated-dropped': (f) => `Ollama ignores integrated GPUs unless ${f.variable}=1 is set for it.`,
  'backend-missing': (f) =>
    f.backend === 'none' || f.backend === 'other'
      ? 'Ollama does not support this GPU, so the model runs on the CPU.'
      : `Ollama has no ${f.backend} support on ${f.platform}.`,
  'backend-disabled': (f) =>
    `This GPU works through ${f.backend} only, which is switched off in Ollama; ${f.variable} switches it on.`,
  'usability-unknown': (f) => `Unknown whether Ollama can use it: ${f.missing} could not be read.`,
  'architecture-overridden': (f) => `${f.variable}=${f.value} makes Ollama treat it as ${f.architecture}.`,
  'memory-limited': (f) =>
    `A limit (${limiter(f.limitedBy)}) allows ${formatMemory(f.limitBytes)}${f.totalBytes === null ? '' : ` of ${formatMemory(f.totalBytes)}`} RAM.`,
  'wsl-memory': (f) =>
    `This is WSL (Linux inside Windows), which sees ${f.totalBytes === null ? 'only a part' : formatMemory(f.totalBytes)} of the computer's RAM; .wslconfig sets how much.`,
  'ram-unknown': () => 'RAM size unknown. State it with --ram, for example --ram 16GiB.',
  'server-setting': (f) => {
    // A machine file may name a kind that this version does not know.
    const words = Object.hasOwn(settingWords, f.setting) ? settingWords[f.setting] : 'that is not counted here.';
    return `Ollama is set up with ${f.variable}=${f.value}: ${words}`;
  },
  'zfs-cache': (f) =>
    `${formatMemory(f.bytes)} of the RAM is ZFS cache (ARC), counted as available because it gives way; zfs_arc_max limits it.`,
  'huge-pages': (f) =>
    `${formatMemory(f.bytes)} of the RAM is reserved as huge pages, which models do not use; vm.nr_hugepages sets how much.`,
  'vgpu-profile': (f) =>
    `Its vGPU profile (${f.profile}) has no CUDA: a Q or C profile is needed, which the host sets.`,
  'host-gpu': (f) =>
    `${f.device} belongs to the host and is reached through virtio (Venus), which is experimental: check the first answer.`,
  'desktop-vm': (f) =>
    `This is the virtual machine of ${f.program}${f.host === 'mac' ? ' on a Mac' : ''}: it has part of the RAM and no GPU. Run Ollama on the computer itself; from here it is at http://host.docker.internal:11434.`,
  'hidden-from-one': (f) =>
    `${f.variable} hides ${f.device} from one backend only; Ollama may still use it through Vulkan, which OLLAMA_VULKAN=0 switches off.`,
  phone: (f) =>
    `${f.device} does not run Ollama: use Google AI Edge Gallery (LiteRT-LM) or an app built on llama.cpp. An app gets about ${formatMemory(f.appBytes)} of its ${formatMemory(f.totalBytes)}.`,
  'memory-busy': (f) =>
    `Other programs used the RAM while it was timed (${gigabytes(f.middleBytesPerSecond)} to ${gigabytes(f.bestBytesPerSecond)}): measure again when the computer is idle.`,
  hypothetical: (f) => `Simulated, not measured: ${f.what}.`,
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
