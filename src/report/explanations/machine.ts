import { docs, type Explanation, ownProbe } from './types.ts';

const discovery = 'Ollama discover/runner.go, v0.33';
const doctor = 'Run gemma-fit doctor: it shows every reading with its source.';

/** Codes of what was found on the machine. */
export const machineExplanations = {
  'probe-failed': {
    means: 'A program or file that describes the hardware is there, but reading it failed.',
    matters: 'The figures may come from a less exact source, or be missing.',
    remedy: doctor,
    source: ownProbe,
  },
  'probe-timeout': {
    means: 'A program that describes the hardware did not answer in time.',
    matters: 'Drivers that hang often hang for Ollama too.',
    remedy: 'Run that program by hand. If it hangs, restart the driver or the computer.',
    source: ownProbe,
  },
  'server-setting': {
    means:
      'The Ollama service was started with a setting that changes how much memory a model takes, or where it goes.',
    matters: 'What Ollama does then differs from an answer that does not count the setting.',
    remedy:
      'Ask with the same setting (--kv-cache, --parallel), or remove it from the unit or its drop-in and restart Ollama.',
    source: 'The unit of the Ollama service, its drop-ins and environment files',
  },
  'driver-broken': {
    means: 'The driver is installed but does not work, for example because kernel module and library differ.',
    matters: 'Ollama would run on the CPU.',
    remedy: 'Restart the computer after a driver update, or install the driver again.',
    source: 'The error that the driver itself reports',
  },
  'driver-missing': {
    means: 'The card is on the bus, but no driver that can compute uses it.',
    matters: 'Ollama would run on the CPU.',
    remedy: "Install the vendor's driver.",
    source: ownProbe,
  },
  'tool-missing': {
    means: "The card is there, but the vendor's tool that reads its memory is not installed.",
    matters: 'Free memory cannot be read, so the answer may be unknown.',
    remedy: 'Install the tool, or state the memory with --vram.',
    source: ownProbe,
  },
  'reading-implausible': {
    means: 'A source reported a value that cannot be right; it was not used.',
    matters: 'Another source, or none, stands in for it.',
    remedy: doctor,
    source: ownProbe,
  },
  'runtime-saw-no-gpu': {
    means: 'Ollama found no GPU when it last started, although this one should work.',
    matters: 'Models run on the CPU until Ollama is restarted.',
    remedy: 'Restart Ollama. If it stays so, its log says why.',
    source: 'Log of Ollama ("inference compute")',
  },
  'virtual-gpu': {
    means: 'The GPU belongs to a virtual machine and only shows a picture.',
    matters: 'It does not speed up a model.',
    remedy: 'Pass a real GPU through to the virtual machine, or run Ollama on the host.',
    source: ownProbe,
  },
  'device-node-missing': {
    means: 'The driver works, but its device files are missing, as in a container that was started without them.',
    matters: 'Ollama inside that container cannot use the GPU.',
    remedy: 'Pass the devices in: docker run --gpus all (NVIDIA), or --device /dev/kfd --device /dev/dri (AMD).',
    source: 'Ollama documentation (docs/docker.mdx)',
  },
  'memory-unknown': {
    means: 'How much memory the GPU has could not be read.',
    matters: 'Without it no model can be promised to fit.',
    remedy: 'State it: gemma-fit check --vram 8GiB.',
    source: ownProbe,
  },
  'free-assumed': {
    means:
      'How much GPU memory other programs use could not be read: all of it counts as free, less what the backend needs.',
    matters: 'With other programs on the GPU less fits than the answer says.',
    remedy: 'Close them before you load a large model.',
    source: 'Ollama ml/device.go (MinimumMemory), v0.33',
  },
  'output-unreadable': {
    means: 'A program answered in a form that this version of gemma-fit does not know.',
    matters: 'Its figures are missing from the answer.',
    remedy: 'Please report it with the output of gemma-fit doctor.',
    source: ownProbe,
  },
  'device-hidden': {
    means: 'An environment variable hides this GPU from Ollama.',
    matters: 'Its memory does not count.',
    remedy: "Remove the variable from Ollama's environment, and restart it.",
    source: 'Documentation of CUDA, ROCm and Vulkan',
  },
  'device-order-unclear': {
    means: 'A variable chooses GPUs by number, but CUDA and nvidia-smi number them differently.',
    matters: 'With different cards the wrong one may be meant.',
    remedy: 'Use the UUID (nvidia-smi -L), or set CUDA_DEVICE_ORDER=PCI_BUS_ID.',
    source: 'CUDA C++ Programming Guide, environment variables',
  },
  'mig-instance': {
    means: 'The card is divided (MIG), and a process gets one of its instances.',
    matters: 'Only the memory of that instance counts.',
    remedy: 'Nothing, or use a larger instance.',
    source: 'NVIDIA MIG User Guide',
  },
  'mig-without-instance': {
    means: 'The card is in MIG mode, but there is no instance that can be used.',
    matters: 'No program can compute on it.',
    remedy: 'Create an instance (nvidia-smi mig), or switch MIG mode off.',
    source: 'NVIDIA MIG User Guide',
  },
  'unified-memory': {
    means: "The GPU has no memory of its own and uses the computer's RAM.",
    matters: 'Model, programs and system share one memory.',
    remedy: 'Close large programs before you load a model.',
    source: 'Vendor documentation of the chip',
  },
  'bandwidth-differs': {
    means: 'The table and the memory clock give different bandwidths; the smaller is used.',
    matters: 'The bandwidth sets the speed of answers.',
    remedy: 'Nothing. gemma-fit verify measures the real speed.',
    source: 'data/devices.json and the clock that the driver reports',
  },
  'driver-too-old': {
    means: 'The driver is older than Ollama needs.',
    matters: 'Ollama leaves the GPU out and runs on the CPU.',
    remedy: 'Update the driver.',
    source: 'Ollama release notes (data/runtimes.json)',
  },
  'architecture-unsupported': {
    means: 'Ollama has no code for this generation of GPU.',
    matters: 'The model runs on the CPU, or through Vulkan where that is possible.',
    remedy: 'Nothing can be set. A newer card is needed for GPU speed.',
    source: 'Ollama documentation (docs/gpu.mdx)',
  },
  'integrated-dropped': {
    means: 'Ollama ignores integrated GPUs unless it is told to use them.',
    matters: 'The model runs on the CPU although the integrated GPU could help.',
    remedy: 'Set OLLAMA_IGPU_ENABLE=1 for Ollama and restart it.',
    source: discovery,
  },
  'backend-missing': {
    means: 'Ollama does not ship this backend on this platform.',
    matters: 'The GPU cannot be used.',
    remedy: 'Use a platform that has it, or run on the CPU.',
    source: discovery,
  },
  'backend-disabled': {
    means: 'The GPU works through one backend only, and Ollama has that backend switched off.',
    matters: 'The model runs on the CPU.',
    remedy: 'Set the variable that the message names, and restart Ollama.',
    source: discovery,
  },
  'usability-unknown': {
    means: 'A fact that decides whether Ollama uses the GPU could not be read.',
    matters: 'No promise is made for this GPU.',
    remedy: 'gemma-fit verify shows what Ollama really does.',
    source: discovery,
  },
  'architecture-overridden': {
    means: 'An environment variable makes Ollama treat the GPU as another generation.',
    matters: 'It may work, crash, or give wrong answers.',
    remedy: 'Remove the variable if you see wrong answers.',
    source: 'ROCm documentation (HSA_OVERRIDE_GFX_VERSION)',
  },
  'memory-limited': {
    means: 'A container, a job or ulimit allows less RAM than the computer has.',
    matters: 'A process that takes more is ended.',
    remedy: 'Raise the limit, or choose a smaller model.',
    source: 'cgroup, WSL or ulimit settings of this machine',
  },
  'wsl-memory': {
    means: "This is Linux inside Windows (WSL), which sees a part of the computer's RAM.",
    matters: 'Ollama for Windows could use all of it.',
    remedy: 'Raise memory= in .wslconfig, or run Ollama on Windows itself.',
    source: 'Microsoft documentation of WSL',
  },
  'ram-unknown': {
    means: 'How much RAM there is could not be read.',
    matters: 'Models on the CPU cannot be promised to fit.',
    remedy: 'State it: gemma-fit check --ram 16GiB.',
    source: ownProbe,
  },
  'zfs-cache': {
    means:
      'ZFS keeps files in RAM (ARC). The kernel counts that memory as used, but ZFS gives it back down to zfs_arc_min.',
    matters: 'It is counted as available here; other tools show the machine as nearly full.',
    remedy: 'Nothing. If loading is slow or fails, set zfs_arc_max to leave room for the model.',
    source: 'OpenZFS documentation, module parameters; /proc/spl/kstat/zfs/arcstats',
  },
  'huge-pages': {
    means: 'Part of the RAM is reserved as huge pages, usually for virtual machines or databases.',
    matters: 'A model cannot use it.',
    remedy: 'Lower vm.nr_hugepages if nothing needs them.',
    source: 'Linux Documentation/admin-guide/mm/hugetlbpage.rst',
  },
  'vgpu-profile': {
    means: 'The virtual machine has a slice of an NVIDIA card whose profile is made for screens only (A or B).',
    matters: 'CUDA does not work in it, so Ollama runs on the CPU.',
    remedy: 'Have the host give this machine a Q or C profile.',
    source: 'NVIDIA vGPU software documentation, virtual GPU types',
  },
  'host-gpu': {
    means: 'The GPU of the host is reached through virtio-GPU with Venus (krunkit, muvm, podman machine).',
    matters: 'Ollama can use it over Vulkan; wrong answers and crashes were reported with some host drivers.',
    remedy: 'Check the first answer; run Ollama on the host itself if it is wrong.',
    source: 'Mesa documentation, Venus; ollama/ollama issue 15261',
  },
  'desktop-vm': {
    means:
      'Containers on a Mac or a Windows PC run in a virtual machine that has part of the RAM and, on a Mac, no GPU.',
    matters: 'Models run on the CPU of that machine, several times slower than Ollama on the computer itself.',
    remedy: 'Run Ollama on the computer itself; a container reaches it at http://host.docker.internal:11434.',
    source: 'docs.docker.com, networking features of Docker Desktop; docs.ollama.com/docker',
  },
  'hidden-from-one': {
    means: 'CUDA_, HIP_ and ROCR_VISIBLE_DEVICES hide a GPU from their own backend, not from Vulkan.',
    matters: 'Ollama 0.30 and newer may use the hidden GPU over Vulkan.',
    remedy: 'Set OLLAMA_VULKAN=0 or GGML_VK_VISIBLE_DEVICES=-1 as well.',
    source: 'ollama/ollama issue 16508',
  },
  phone: {
    means: 'Ollama does not run on phones and tablets; other apps run E2B and E4B there.',
    matters: 'A phone lets one app have about 70 % of its RAM: with 8 GB E2B fits, with 12 GB E4B.',
    remedy: 'Use Google AI Edge Gallery (LiteRT-LM), or an app built on llama.cpp.',
    source: 'google-ai-edge/gallery model_allowlists/1_0_19.json; a-ghorbani/pocketpal-ai pull request 651',
  },
  'memory-busy': {
    means: 'The RAM was timed five times within half a second, and the samples differ by more than a quarter.',
    matters: 'Other programs used the memory meanwhile: the real rate may be higher than the best sample.',
    remedy: 'Close what is busy and measure again: gemma-fit check --measure.',
    source: ownProbe,
  },
  hypothetical: {
    means: 'The machine, or a part of it, is not measured: you named it with --gpu, --vram, --ram or --os.',
    matters: 'Free memory and bandwidth are those of the data sheet.',
    remedy: 'Nothing. Run gemma-fit check on the machine itself for measured figures.',
    source: `data/devices.json; ${docs}`,
  },
} satisfies Record<string, Explanation>;
