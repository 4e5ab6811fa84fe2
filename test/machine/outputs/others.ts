/** What the tools of Intel, Vulkan, Windows and llama.cpp print, written from facts; the rest is made up. */

const devices = (...lines: string[]) => `Available devices:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const cudaFound = (...cards: string[]) =>
  `ggml_cuda_init: found ${cards.length} CUDA devices:\n${cards.map((card, at) => `  Device ${at}: ${card}\n`).join('')}`;
const gtx1060 = 'compute capability 6.1, VMM: yes, VRAM: 6063 MiB';
const archs = 'system_info: n_threads = 6 | CUDA : ARCHS = 750,800,860,890 |\n';

/** Lists of `llama-server --list-devices`, each with the log lines before it that say more of the devices. */
const lists: Record<string, string> = {
  'NVIDIA CUDA': devices('NVIDIA GeForce RTX 4090: NVIDIA CUDA (24564 MiB, 23592 MiB free)'),
  Metal: devices('Metal: Apple M3 Max (98304 MiB, 98303 MiB free)'),
  'ROCm with gfx target': `  Device 0: AMD Radeon RX 6700 XT, gfx1031 (0x1031), VMM: no, Wave Size: 32, VRAM: 12272 MiB\n${devices('ROCm0: AMD Radeon RX 6700 XT (12272 MiB, 12248 MiB free)')}`,
  'multi GPU': devices(
    'CUDA0: NVIDIA GeForce RTX 4090 (24564 MiB, 23592 MiB free)',
    'CUDA1: NVIDIA GeForce RTX 3060 (12288 MiB, 11500 MiB free)',
  ),
  'Vulkan UMA': `ggml_vulkan: 0 = Intel(R) Graphics (Intel open-source Mesa driver) | uma: 1 | fp16: 1 | warp size: 32\n${devices('Vulkan0: Intel(R) Graphics (16384 MiB, 12288 MiB free)')}`,
  'Vulkan without UMA metadata': devices('Vulkan0: AMD Radeon(TM) Graphics (32768 MiB, 31000 MiB free)'),
  'CUDA device filtered by compiled archs': `${cudaFound(`NVIDIA GeForce GTX 1060 6GB, ${gtx1060}`)}${archs}${devices('CUDA0: NVIDIA GeForce GTX 1060 6GB (6063 MiB, 5900 MiB free)')}`,
  'CUDA mixed arch support': `${cudaFound(`NVIDIA GeForce GTX 1060, ${gtx1060}`, 'NVIDIA GeForce RTX 4060 Ti, compute capability 8.9, VMM: yes, VRAM: 16379 MiB')}${archs}${devices(
    'CUDA0: NVIDIA GeForce GTX 1060 (6063 MiB, 5900 MiB free)',
    'CUDA1: NVIDIA GeForce RTX 4060 Ti (16379 MiB, 14900 MiB free)',
  )}`,
  'CUDA without compute capability fails open': `${archs}${devices('CUDA0: Some Future GPU (8192 MiB, 8000 MiB free)')}`,
  'ROCm gfx target with xnack suffix': `ggml_cuda_init: found 2 ROCm devices (Total VRAM: 32736 MiB):\n  Device 0: AMD Radeon RX 6800, gfx1030 (0x1030), VMM: no, Wave Size: 32, VRAM: 16368 MiB\n  Device 1: AMD Radeon Pro VII, gfx906:sramecc+:xnack- (0x906), VMM: no, Wave Size: 64, VRAM: 16368 MiB\n${devices(
    'ROCm0: AMD Radeon RX 6800 (16368 MiB, 16342 MiB free)',
    'ROCm1: AMD Radeon Pro VII (16368 MiB, 16348 MiB free)',
  )}`,
  'unknown library': devices('Future0: Mystery Accelerator (8192 MiB, 8000 MiB free)'),
  'no devices': devices(),
  'windows vulkan without uma stays unclassified': devices(
    'Vulkan0: AMD Radeon(TM) Graphics (32768 MiB, 31000 MiB free)',
    'Vulkan1: AMD Radeon RX 7900 XTX (24564 MiB, 23000 MiB free)',
  ),
};

const metalList = (name: string, mebibytes: number) =>
  `ggml_metal_device_init: GPU name:   MTL0 (${name})\n${devices(`MTL0: ${name} (${mebibytes} MiB, ${mebibytes} MiB free)`, 'BLAS: Accelerate (0 MiB, 0 MiB free)')}`;

const pci = (address: string, what: string) => `${address} VGA compatible controller [0300]: ${what}\n`;

export const otherOutputs: Record<string, string> = {
  'llama-server-list-devices-samples.txt': Object.entries(lists)
    .map(([title, text]) => `### ${title}\n${text}\n`)
    .join(''),
  'llama-list-devices-metal-m3max-36gb.txt': metalList('Apple M3 Max', 28753),
  'llama-list-devices-metal-m4max-128gb.txt': metalList('Apple M4 Max', 110100),

  'xpu-smi-discovery-json.json':
    '[{"device_id": 0, "device_name": "Intel(R) Arc(TM) A770", "memory_physical_size_byte": 17179869184}]\n',
  'clinfo-arc-a750-wsl.txt': '  Global memory size                              6791413760 (6.325GiB)\n',
  'sysfs-xe-debugfs-vram_mm-a750.txt':
    '  use_type: 1\n  use_tt: 0\n  size: 8522825728\n  usage: 32079872\ndefault_page_size: 4KiB\nvisible_size: 8128MiB\n',
  'lspci-nnD-intel-amd-nvidia-lines.txt':
    pci(
      '0000:00:02.0',
      'Intel Corporation Core Ultra 200V Series Processors Arc Graphics 130V/140V GPU [8086:64a0] (rev 04)',
    ) +
    pci('0000:04:00.0', 'Intel Corporation DG2 [Arc A770] [8086:56a0] (rev 08)') +
    pci('0000:05:00.0', 'Intel Corporation Battlemage G21 [Arc Pro B70] [8086:e211]') +
    pci('0000:00:02.0', 'Intel Corporation Raptor Lake-S UHD Graphics [8086:a780] (rev 04)') +
    pci('0000:06:00.0', 'Advanced Micro Devices, Inc. [AMD/ATI] Navi 44 [Radeon RX 9060 XT] [1002:7590]'),
  'lspci-nn-firecracker-no-gpu.txt':
    '00:00.0 Host bridge [0600]: Intel Corporation Device [8086:0d57]\n00:01.0 Mass storage controller [0180]: Red Hat, Inc. Virtio 1.0 block device [1af4:1042] (rev 01)\n00:02.0 Ethernet controller [0200]: Red Hat, Inc. Virtio 1.0 network device [1af4:1041] (rev 01)\n',
  'lspci-wsl2-basic-render.txt': 'a1b2:00:00.0 3D controller: Microsoft Corporation Basic Render Driver\n',

  'vulkaninfo-summary-llvmpipe.txt': [
    '==========',
    'VULKANINFO',
    '==========',
    '',
    'Vulkan Instance Version: 1.3.250',
    '',
    'Devices:',
    '========',
    'GPU0:',
    '\tapiVersion         = 1.3.240',
    '\tdriverVersion      = 0.0.1',
    '\tvendorID           = 0x10005',
    '\tdeviceID           = 0x0000',
    '\tdeviceType         = PHYSICAL_DEVICE_TYPE_CPU',
    '\tdeviceName         = llvmpipe (LLVM 16.0.0, 256 bits)',
    '\tdriverID           = DRIVER_ID_MESA_LLVMPIPE',
    '\tdriverName         = llvmpipe',
    '',
  ].join('\n'),
  'vulkaninfo-heaps-llvmpipe.txt': [
    'VkPhysicalDeviceMemoryProperties:',
    '=================================',
    'memoryHeaps: count = 1',
    '\tmemoryHeaps[0]:',
    '\t\tsize   = 2147483648 (0x80000000) (2.00 GiB)',
    '\t\tflags: count = 1',
    '\t\t\tMEMORY_HEAP_DEVICE_LOCAL_BIT',
    'memoryTypes: count = 1',
    '\tmemoryTypes[0]:',
    '\t\theapIndex     = 0',
    '\t\tpropertyFlags = 0x000f: count = 4',
    '\t\t\tMEMORY_PROPERTY_DEVICE_LOCAL_BIT',
    '',
    'VkPhysicalDeviceFeatures:',
    '=========================',
    '\trobustBufferAccess                      = true',
    '',
  ].join('\n'),
  'llmfit-mixed-vulkan-summary.txt': [
    'AMD Radeon RX 7900 XTX (RADV NAVI31)',
    'AMD Radeon RX 7800 XT (RADV NAVI32)',
    'NVIDIA GeForce RTX 4070',
  ]
    .map((name, at) => `GPU id = ${at} (${name})\n`)
    .join(''),
  'llmfit-mixed-vulkan-malformed.txt': 'GPU id = none\ndeviceName =\nsomething else\n',

  'llmfit-windows-win32-video-controller.txt': [
    'NVIDIA GeForce RTX 4070|12884901888',
    'AMD Radeon 780M Graphics|2147483648',
    'AMD Radeon AI PRO R9700|4293918720',
    'AMD Radeon PRO V710|4293918720',
    '',
    'Broken Adapter|much',
    'No separator',
    '',
  ].join('\n'),
  'llmfit-windows-registry-vram.txt': [
    'AMD Radeon PRO V710|30064771072',
    'NVIDIA GeForce RTX 4070|12884901888',
    '',
    'Broken Adapter|much',
    'Zero Adapter|0',
    '|1073741824',
    '',
  ].join('\n'),
  'windows-arc-a770-registry-memorysize.txt': 'HardwareInformation.MemorySize = REG_BINARY 00 F0 FF 7F\n',
  'windows-get-ciminstance-adapterram.txt':
    'PS C:\\> Get-CimInstance Win32_VideoController | Select AdapterRAM\n\nAdapterRAM\n----------\n4293918720\n',
};
