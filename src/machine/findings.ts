/**
 * What the probes found worth saying: a code and its arguments. The sentence is made in report/sentences/machine.ts,
 * whose table is checked against this union, so that a new code does not compile until it has one.
 */
export type MachineFinding =
  /** A program or file is there but does not answer as it should. */
  | { code: 'probe-failed'; probe: string; detail: string }
  | { code: 'probe-timeout'; probe: string; timeoutMs: number }
  /** A driver is installed and broken: not the same as "no GPU". */
  | { code: 'driver-broken'; vendor: string; detail: string }
  /** The kernel sees the card, but the program that reads its memory is missing (containers, minimal systems). */
  | { code: 'tool-missing'; vendor: string; tool: string; device: string }
  /** The card is on the bus and no driver that can compute has taken it. */
  | { code: 'driver-missing'; vendor: string; device: string }
  /** Zero, negative or absurd: not used. */
  | { code: 'reading-implausible'; subject: string; value: string; source: string }
  | { code: 'memory-unknown'; device: string }
  /** Nothing reports how much of the device's memory others hold: all but the backend's own share counts as free. */
  | { code: 'free-assumed'; device: string; overheadBytes: number }
  /** The GPU of a virtual machine: for display, with little or no compute. */
  | { code: 'virtual-gpu'; device: string }
  /** The driver works, but its compute device node is missing (not passed into a container, module not loaded). */
  | { code: 'device-node-missing'; vendor: string; path: string }
  /** A program answered in a shape that is not known, or was cut off. */
  | { code: 'output-unreadable'; probe: string; detail: string }
  /** The environment hides a card. */
  | { code: 'device-hidden'; device: string; variable: string; value: string }
  /** Whole numbers in CUDA_VISIBLE_DEVICES count fastest first, nvidia-smi counts by bus: with unlike cards that may differ. */
  | { code: 'device-order-unclear'; variable: string; value: string }
  /** Split card: a process gets one instance. */
  | { code: 'mig-instance'; device: string; profile: string }
  /** MIG mode is on, but no instance exists or can be seen. */
  | { code: 'mig-without-instance'; device: string }
  /** The device has no memory of its own: the pool is RAM, less a reserve. */
  | { code: 'unified-memory'; device: string; reserveBytes: number }
  /** Memory clock times bus width disagrees with the table; the smaller value is used. */
  | { code: 'bandwidth-differs'; device: string; tableBytesPerSecond: number; clockBytesPerSecond: number }
  | { code: 'driver-too-old'; vendor: string; driver: string; required: string }
  | { code: 'architecture-unsupported'; vendor: string; architecture: string; required: string }
  /** Ollama leaves integrated GPUs alone unless the server has this variable set. */
  | { code: 'integrated-dropped'; variable: string }
  | { code: 'backend-missing'; backend: string; platform: string }
  /** Works through Vulkan only, which is switched off on this server. */
  | { code: 'backend-disabled'; backend: string; variable: string }
  | { code: 'usability-unknown'; missing: string }
  | { code: 'architecture-overridden'; variable: string; value: string; architecture: string }
  /** A limit below the installed memory holds. */
  | { code: 'memory-limited'; limitedBy: string; limitBytes: number; totalBytes: number | null; source: string }
  /** Linux inside Windows sees part of the RAM; the Windows side may run its own Ollama. */
  | { code: 'wsl-memory'; totalBytes: number | null }
  | { code: 'ram-unknown' }
  /** ZFS keeps this much as cache above its least: counted as available. */
  | { code: 'zfs-cache'; bytes: number }
  /** Reserved as huge pages, which a model does not use. */
  | { code: 'huge-pages'; bytes: number }
  /** The memory was measured while other programs used it: samples differ. */
  | { code: 'memory-busy'; bestBytesPerSecond: number; middleBytesPerSecond: number }
  /** A setting of the Ollama service changes how much memory a model takes or where it goes. */
  | { code: 'server-setting'; setting: ServerSettingKind; variable: string; value: string; source: string }
  /** Ollama's last start found the CPU only, though a GPU is there that it should use. */
  | { code: 'runtime-saw-no-gpu'; device: string; source: string }
  /** A slice of a card for a virtual machine, of a kind that has no CUDA. */
  | { code: 'vgpu-profile'; profile: string }
  /** A GPU of the host behind virtio with Venus. */
  | { code: 'host-gpu'; device: string }
  /** Linux of a container program in a virtual machine on a desktop. */
  | { code: 'desktop-vm'; program: string; host: string }
  /** A variable hides a card from CUDA or ROCm and Vulkan still sees it. */
  | { code: 'hidden-from-one'; device: string; variable: string }
  /** A phone: no Ollama runs there, and an app gets a share of the RAM. */
  | { code: 'phone'; device: string; totalBytes: number; appBytes: number }
  /** Not measured: disabled by the user. */
  | { code: 'hypothetical'; what: string };

/** What a setting of the server changes. */
export type ServerSettingKind =
  | 'cache-type'
  | 'parallel'
  | 'fit-target'
  | 'swa-full'
  | 'flash-attention'
  | 'context-length';

export type MachineCode = MachineFinding['code'];
