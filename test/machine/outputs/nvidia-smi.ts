/**
 * What nvidia-smi prints, written from facts: the labels and columns are the tool's, the boards' names and sizes are those of the captures
 * of the same name, everything incidental (UUIDs, addresses, clocks, dates) is made up.
 */

/** Sizes in MiB. */
interface Board {
  name: string;
  driver: string | null;
  total: number;
  reserved?: number;
  used: number;
  free: number;
  computeCapability?: string;
  instances?: Instance[];
}

interface Instance {
  profile: string;
  total: number;
  used: number;
  free: number;
}

const uuid = 'GPU-11111111-2222-3333-4444-555555555555';
const address = '00000000:41:00.0';

/** `--query-gpu=... --format=csv`. */
export function query(board: Board): string {
  const mig = board.instances === undefined ? '[N/A]' : 'Enabled';
  const columns: [string, string][] = [
    ['index', '0'],
    ['name', board.name],
    ['uuid', uuid],
    ['memory.total [MiB]', `${board.total} MiB`],
    ['memory.reserved [MiB]', `${board.reserved ?? 0} MiB`],
    ['memory.used [MiB]', `${board.used} MiB`],
    ['memory.free [MiB]', `${board.free} MiB`],
    ['compute_cap', board.computeCapability ?? '[N/A]'],
    ['driver_version', board.driver ?? '[N/A]'],
    ['mig.mode.current', mig],
    ['pci.bus_id', address],
    ['addressing_mode', 'None'],
    ['driver_model.current', '[N/A]'],
    ['pcie.link.gen.max', '4'],
    ['clocks.max.memory [MHz]', '9000 MHz'],
  ];
  return `${columns.map(([head]) => head).join(', ')}\n${columns.map(([, cell]) => cell).join(', ')}\n`;
}

/** `-q -x`. */
export function xml({ name, driver, total, reserved, used, free }: Board, indent = '  '): string {
  const line = (depth: number, tag: string, value: string) => `${indent.repeat(depth)}<${tag}>${value}</${tag}>`;
  const sizes: [string, number | undefined][] = [
    ['total', total],
    ['reserved', reserved],
    ['used', used],
    ['free', free],
  ];
  const lines = [
    '<?xml version="1.0" ?>',
    '<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">',
    '<nvidia_smi_log>',
    ...(driver === null ? [] : [line(1, 'driver_version', driver), line(1, 'cuda_version', '12.4')]),
    line(1, 'attached_gpus', '1'),
    `${indent}<gpu id="${address}">`,
    line(2, 'product_name', name),
    `${indent.repeat(2)}<mig_mode>`,
    line(3, 'current_mig', 'N/A'),
    `${indent.repeat(2)}</mig_mode>`,
    `${indent.repeat(2)}<mig_devices>`,
    `${indent.repeat(3)}None`,
    `${indent.repeat(2)}</mig_devices>`,
    line(2, 'uuid', uuid),
    `${indent.repeat(2)}<pci>`,
    line(3, 'pci_bus_id', address),
    `${indent.repeat(2)}</pci>`,
    `${indent.repeat(2)}<fb_memory_usage>`,
    ...sizes.flatMap(([tag, size]) => (size === undefined ? [] : [line(3, tag, `${size} MiB`)])),
    `${indent.repeat(2)}</fb_memory_usage>`,
    `${indent.repeat(2)}<bar1_memory_usage>`,
    line(3, 'total', '256 MiB'),
    line(3, 'free', '251 MiB'),
    `${indent.repeat(2)}</bar1_memory_usage>`,
    `${indent.repeat(2)}<processes>`,
    `${indent.repeat(2)}</processes>`,
    `${indent}</gpu>`,
    '</nvidia_smi_log>',
  ];
  return `${lines.join('\n')}\n`;
}

/** `-q`. */
export function log(board: Board): string {
  const at = (depth: number, key: string, value?: string) =>
    value === undefined ? `${'    '.repeat(depth)}${key}` : `${`${'    '.repeat(depth)}${key}`.padEnd(51)}: ${value}`;
  const sizes = (depth: number, { total, reserved, used, free }: Pick<Board, 'total' | 'reserved' | 'used' | 'free'>) =>
    Object.entries({ Total: total, Reserved: reserved ?? 0, Used: used, Free: free }).map(([key, size]) =>
      at(depth, key, `${size} MiB`),
    );
  const instances = (board.instances ?? []).flatMap((instance, index) => [
    at(1, 'MIG Device'),
    at(2, 'Index', String(index)),
    at(2, 'GPU Instance ID', String(index + 2)),
    at(2, 'Compute Instance ID', '0'),
    at(2, 'Shared FB Memory Usage'),
    ...sizes(3, instance),
    at(2, 'Shared BAR1 Memory'),
    at(3, 'Total', '512 MiB'),
    at(3, 'Free', '512 MiB'),
  ]);
  const mode = board.instances === undefined ? 'N/A' : 'Enabled';
  const lines = [
    '',
    '==============NVSMI LOG==============',
    '',
    at(0, 'Timestamp', 'Thu Jan  1 00:00:00 2026'),
    at(0, 'Driver Version', board.driver ?? 'N/A'),
    at(0, 'CUDA Version', '13.0'),
    '',
    at(0, 'Attached GPUs', '1'),
    `GPU ${address}`,
    at(1, 'Product Name', board.name),
    at(1, 'Addressing Mode', 'None'),
    at(1, 'MIG Mode'),
    at(2, 'Current', mode),
    at(2, 'Pending', mode),
    ...instances,
    at(1, 'GPU UUID', uuid),
    at(1, 'FB Memory Usage'),
    ...sizes(2, board),
    at(1, 'BAR1 Memory Usage'),
    at(2, 'Total', '256 MiB'),
    at(2, 'Free', '251 MiB'),
    at(1, 'Max Clocks'),
    at(2, 'Graphics', '2000 MHz'),
    at(2, 'Memory', '9000 MHz'),
    at(1, 'Processes', 'None'),
  ];
  return `${lines.join('\n')}\n`;
}

/** `-L`. */
export function list({ name, instances = [] }: Board): string {
  const lines = instances.map(({ profile }, index) => {
    const id = `MIG-${String(index).padStart(8, '0')}-aaaa-bbbb-cccc-dddddddddddd`;
    return `  MIG ${profile.padEnd(12)}Device ${String(index).padStart(2)}: (UUID: ${id})`;
  });
  return `${[`GPU 0: ${name} (UUID: ${uuid})`, ...lines].join('\n')}\n`;
}

/** What the program draws without arguments: 89 characters wide. */
export function table({ name, driver, total, used }: Board): string {
  const rule = (...widths: number[]) => `+${widths.map((width) => '-'.repeat(width)).join('+')}+`;
  const title = `${` NVIDIA-SMI ${driver}`.padEnd(35) + `Driver Version: ${driver}`.padEnd(31)}CUDA Version: 13.0`;
  const memory = `${used}MiB / ${String(total).padStart(6)}MiB`.padStart(23);
  const cells = (...parts: [string, string, string]) => `|${parts.join('|')}|`;
  return [
    'Thu Jan  1 00:00:00 2026',
    rule(89),
    `|${title.padEnd(89)}|`,
    rule(41, 24, 22),
    cells(' GPU  Name                 Persistence-M ', ' Bus-Id          Disp.A ', ' Volatile Uncorr. ECC '),
    cells(' Fan  Temp   Perf          Pwr:Usage/Cap ', '           Memory-Usage ', ' GPU-Util  Compute M. '),
    rule(41, 24, 22)
      .replaceAll('-', '=')
      .replace(/^\+|\+$/g, '|'),
    cells(`   0  ${name.padEnd(30)}Off  `, `   ${address} Off `, '                    0 '),
    cells(' 30%   40C    P0            60W /  300W  ', `${memory} `, '      0%      Default '),
    cells(' '.repeat(41), ' '.repeat(24), '                  N/A '),
    rule(41, 24, 22),
    '',
  ].join('\n');
}

const turing = { name: 'NVIDIA GeForce RTX 2080 SUPER', total: 8192, computeCapability: '7.5' };
const l40s: Board = {
  name: 'NVIDIA L40S',
  driver: '595.80',
  total: 46068,
  reserved: 609,
  used: 0,
  free: 45460,
  computeCapability: '8.9',
};
const h100 = { name: 'NVIDIA H100 80GB HBM3', driver: '590.48.01', total: 81559, computeCapability: '9.0' };
const h200 = { name: 'NVIDIA H200', driver: '590.48.01', total: 143771, computeCapability: '9.0' };
const h100Split: Board = {
  ...h100,
  reserved: 479,
  used: 59,
  free: 81022,
  instances: [
    { profile: '3g.40gb', total: 40448, used: 26, free: 40423 },
    { profile: '2g.20gb', total: 20096, used: 17, free: 20080 },
    { profile: '1g.10gb', total: 9984, used: 9, free: 9976 },
    { profile: '1g.10gb', total: 9984, used: 9, free: 9976 },
  ],
};
const h200Split: Board = {
  ...h200,
  reserved: 614,
  used: 55,
  free: 143103,
  instances: [
    { profile: '1c.3g.71gb', total: 71424, used: 22, free: 71403 },
    { profile: '2c.3g.71gb', total: 71424, used: 22, free: 71403 },
    { profile: '2g.35gb', total: 33280, used: 17, free: 33264 },
    { profile: '1g.18gb', total: 16384, used: 9, free: 16376 },
    { profile: '1g.18gb', total: 16384, used: 9, free: 16376 },
  ],
};
const windowsTuring: Board = { ...turing, driver: '591.86', reserved: 205, used: 702, free: 7286 };

/** By the name of the capture that has the same facts. */
export const nvidiaOutputs: Record<string, string> = {
  'nvidia-smi-query-linux-rtx-2080-super-drv595.71.05-idle.csv': query({
    ...turing,
    driver: '595.71.05',
    reserved: 408,
    used: 214,
    free: 7571,
  }),
  'nvidia-smi-query-linux-rtx-4080-super-drv595.71.05-idle.csv': query({
    name: 'NVIDIA GeForce RTX 4080 SUPER',
    driver: '595.71.05',
    total: 16376,
    reserved: 434,
    used: 596,
    free: 15348,
    computeCapability: '8.9',
  }),
  'nvidia-smi-query-linux-l40s-drv595.80-idle.csv': query(l40s),
  'nvidia-smi-query-linux-h100-80gb-hbm3-drv590.48.01-idle.csv': query({
    ...h100,
    reserved: 479,
    used: 0,
    free: 81081,
  }),
  'nvidia-smi-query-linux-h200-drv590.48.01-load.csv': query({ ...h200, reserved: 614, used: 32362, free: 110796 }),
  'nvidia-smi-query-windows-rtx-2080-super-drv591.86-idle.csv': query(windowsTuring),
  'nvidia-smi-query-windows-rtx-2080-super-drv591.86-load.csv': query({ ...windowsTuring, used: 1296, free: 6692 }),
  'nvidia-smi-query-windows-rtx-2080-super-drv610.62-idle.csv': query({
    ...windowsTuring,
    driver: '610.62',
    used: 797,
    free: 7191,
  }),
  'nvidia-smi-qx-rtx-3060-v12.xml': xml({
    name: 'NVIDIA GeForce RTX 3060',
    driver: '560.35.03',
    total: 12288,
    reserved: 243,
    used: 240,
    free: 11806,
  }),
  'nvidia-smi-qx-rtx-4000-sff-ada-v13.xml': xml(
    {
      name: 'NVIDIA RTX 4000 SFF Ada Generation',
      driver: '580.65.06',
      total: 20475,
      reserved: 418,
      used: 3576,
      free: 16482,
    },
    '\t',
  ),
  'nvidia-smi-qx-a10g.xml': xml({
    name: 'NVIDIA A10G',
    driver: '515.105.01',
    total: 23028,
    reserved: 435,
    used: 22,
    free: 22569,
  }),
  'nvidia-smi-qx-rtx-3090-v12.xml': xml(
    { name: 'NVIDIA GeForce RTX 3090', driver: '525.147.05', total: 24576, reserved: 314, used: 2, free: 24258 },
    '\t',
  ),
  'nvidia-smi-qx-gtx-1070-ti.xml': xml({
    name: 'GeForce GTX 1070 Ti',
    driver: null,
    total: 4096,
    used: 42,
    free: 4054,
  }),
  'nvidia-smi-q-linux-l40s-drv595.80-idle.txt': log(l40s),
  'nvidia-smi-q-windows-rtx-2080-super-drv591.86-idle.txt': log(windowsTuring),
  'nvidia-smi-table-linux-l40s-drv595.80-idle.txt': table(l40s),
  'nvidia-smi-query-linux-h100-mig-drv590.48.01-idle.csv': query(h100Split),
  'nvidia-smi-q-linux-h100-mig-drv590.48.01-idle.txt': log(h100Split),
  'nvidia-smi-L-linux-h100-mig-drv590.48.01.txt': list(h100Split),
  'nvidia-smi-query-linux-h200-mig-drv590.48.01-idle.csv': query(h200Split),
  'nvidia-smi-q-linux-h200-mig-drv590.48.01-idle.txt': log(h200Split),
  'nvidia-smi-L-linux-h200-mig-drv590.48.01.txt': list(h200Split),
  'nvidia-smi-L-linux-l40s-drv595.80.txt': list(l40s),
  'nvidia-smi-query-gb10-drv580.173.02.csv':
    'memory.total [MiB], memory.used [MiB], memory.free [MiB], utilization.gpu [%]\n[N/A], [N/A], [N/A], 3 %\n',
  'nvidia-smi-query-jetson-orin.csv': '0, Orin (nvgpu), [N/A], [N/A], [N/A], [N/A], [N/A]\n',
  'nvidia-smi-err-version-mismatch.txt':
    'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 560.35\n',
  'nvidia-smi-err-no-driver.txt':
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n",
  'nvidia-smi-err-no-devices.txt': 'No devices were found\n',
  'nvidia-smi-err-gpu-lost.txt':
    'Unable to determine the device handle for GPU 0000:41:00.0: GPU is lost.  Reboot the system to recover this GPU\n',
};
