/**
 * What rocm-smi, amd-smi and the kernel say of AMD cards, written from facts: the labels are the tools', names and sizes are those of the
 * captures of the same name, the rest is made up.
 */

const MiB = 1024 ** 2;

/** A card of rocm-smi, in the words of the version that prints it. */
const rocmJson = (cards: Record<string, string>[], system?: Record<string, string>) =>
  `${JSON.stringify({ ...Object.fromEntries(cards.map((card, at) => [`card${at}`, card])), ...(system && { system }) }, null, 4)}\n`;

const vram = (total: number, used: number) => ({
  'VRAM Total Memory (B)': String(total),
  'VRAM Total Used Memory (B)': String(used),
});

const clocks = {
  'Temperature (Sensor edge) (C)': '40.0',
  'mclk clock speed:': '(96Mhz)',
  'sclk clock level:': '0',
  'Performance Level': 'auto',
  'GPU use (%)': '0',
  'PCIe Replay Count': '0',
};

const gtt = (total: number) => ({ 'GTT Total Memory (B)': String(total), 'GTT Total Used Memory (B)': '20000768' });

const rx7900xt = {
  'GPU use (%)': '0',
  ...vram(21458059264, 27856896),
  'Card Series': 'Radeon RX 7900 XT',
  'Card Model': '0x744c',
  'Card Vendor': 'Advanced Micro Devices Inc. [AMD/ATI]',
  'Card SKU': 'D00000XT',
  'Device Rev': '0xcc',
  'GFX Version': 'gfx1100',
};

const rocmText = (cards: Record<string, string>[], gap = '\t\t: ') =>
  cards
    .flatMap((card, at) => Object.entries(card).map(([key, value]) => `GPU[${at}]${gap}${key}: ${value}\n`))
    .join('');

const framed = (title: string, body: string) => {
  const rule = (text: string) => text.padStart(text.length + Math.floor((90 - text.length) / 2), '=').padEnd(90, '=');
  return `\n${rule(' ROCm System Management Interface ')}\n${rule(` ${title} `)}\n${body}${'='.repeat(90)}\n${rule(' End of ROCm SMI Log ')}\n`;
};

const card0 = '/sys/class/drm/card0/device';
const vega = {
  vendor: '0x1002',
  device: '0x687f',
  revision: '0xc1',
  class: '0x030000',
  'driver -> ../../../../bus/pci/drivers/amdgpu': '',
  current_link_width: '16',
  max_link_speed: '8.0 GT/s PCIe',
  gpu_busy_percent: '2',
  mem_info_gtt_total: '8573157376',
  mem_info_gtt_used: '100000000',
  mem_info_vis_vram_total: '8573157376',
  mem_info_vram_total: '8573157376',
  mem_info_vram_used: '1490378752',
  pp_dpm_mclk: '0: 167Mhz *\n1: 500Mhz \n2: 945Mhz ',
  uevent: 'DRIVER=amdgpu\nPCI_CLASS=30000\nPCI_ID=1002:687F\nPCI_SLOT_NAME=0000:0a:00.0',
};

const r9700 = { market_name: 'AMD Radeon AI PRO R9700', vendor_id: '0x1002', target_graphics_version: 'gfx1201' };
const graphics = { market_name: 'AMD Radeon Graphics', vendor_id: '0x1002', target_graphics_version: 'gfx1036' };

export const amdOutputs: Record<string, string> = {
  'rocm-smi-json-rx7900xt-productname-meminfo.json': rocmJson([rx7900xt]),
  'rocm-smi-csv-rx7900xt.csv': `device,${Object.keys(rx7900xt).join(',')}\ncard0,${Object.values(rx7900xt).join(',')}\n\n`,
  'rocm-smi-json-rx6700xt_rocm430.json': rocmJson(
    [
      {
        'GPU ID': '0x73df',
        'Unique ID': 'N/A',
        ...clocks,
        'PCI Bus': '0000:0A:00.0',
        ...vram(12868124672, 1622728704),
        'VIS_VRAM Total Memory (B)': '268435456',
        ...gtt(16792432640),
        'Card series': '0x1002',
        'Card model': '0x1002',
        'Card vendor': '0x1002',
        'Card SKU': '000000',
      },
    ],
    { 'Driver version': '6.3.0' },
  ),
  'rocm-smi-json-vega-10-XT.json': rocmJson(
    [
      {
        'GPU ID': '0x6861',
        ...clocks,
        'PCI Bus': '0000:0A:00.0',
        ...vram(17163091968, 17776640),
        ...gtt(17163091968),
        'Card model': '0xc1e',
        'Card vendor': 'Advanced Micro Devices, Inc. [AMD/ATI]',
        'Card SKU': '000000',
      },
    ],
    { 'Driver version': '5.9.0' },
  ),
  'rocm-smi-json-rembrandt-680m.json': rocmJson([
    {
      'Current Socket Graphics Package Power (W)': '20.0',
      ...vram(536870912, 445550592),
      'Card Series': 'Rembrandt [Radeon 680M]',
      'Card Model': '0x1681',
      'Card Vendor': 'Advanced Micro Devices, Inc. [AMD/ATI]',
      'Card SKU': 'REMBRANDT',
      'GFX Version': 'gfx1035',
    },
  ]),
  'rocm-smi-strix-halo-na-name.txt': rocmText(
    [
      {
        ...vram(68719476736, 53637746688),
        'Card Series': 'N/A',
        'Card Model': '0x1586',
        'Card SKU': 'STRXLGEN',
        'GFX Version': 'gfx1151',
      },
    ],
    '          : ',
  ),
  'rocm-smi-json-mi100_rocm571.json': rocmJson(
    ['1E', '21'].map((bus) => ({
      'GPU ID': '0x738c',
      ...clocks,
      'GPU memory vendor': 'samsung',
      'PCI Bus': `0000:${bus}:00.0`,
      ...vram(34342961152, 6782976),
      ...gtt(270000000000),
      'Card series': 'Arcturus GL-XL [Instinct MI100]',
      'Card model': '0x0c34',
      'Card vendor': 'Advanced Micro Devices, Inc. [AMD/ATI]',
      'Card SKU': 'D0000000',
    })),
    { 'Driver version': '6.2.4', '(Topology) Link type between DRM devices 0 and 1': 'PCIE' },
  ),
  'rocm-smi-showmeminfo-vram-mi50x2-cezanne.txt': framed(
    'Memory Usage (Bytes)',
    rocmText([vram(34342961152, 25227759616), vram(17163091968, 7695077376), vram(536870912, 18165760)]),
  ),
  'rocm-smi-showproductname-mi50x2-cezanne.txt': framed(
    'Product Info',
    rocmText([
      { 'Card Series': '\t\tAMD Radeon Graphics', 'Card Model': '\t\t0x66a0', 'GFX Version': '\t\tgfx906' },
      { 'Card Series': '\t\tAMD Instinct MI60 / MI50', 'Card Model': '\t\t0x66a1', 'GFX Version': '\t\tgfx906' },
      {
        'Card Series': '\t\tAMD Radeon Graphics',
        'Card Model': '\t\t0x1638',
        'Card SKU': '\t\tCEZANNE',
        'GFX Version': '\t\tgfx90c',
      },
    ]),
  ),
  'llmfit-mixed-rocm-product.txt': rocmText([
    { 'Card Series': '         AMD Radeon RX 7900 XTX', 'Card Model': '          0x0000' },
  ]),
  'llmfit-mixed-rocm-vram.txt': rocmText([vram(25769803776, 1048576)], '          : '),
  'rocm-smi-warning-low-power.txt':
    'WARNING: AMD GPU device(s) is/are in a low-power state. Check power control/runtime_status\n',
  'amd-smi-static-json-list-r9700-igpu.json': `${JSON.stringify([
    { gpu: 0, asic: r9700, vram: { size: { value: 32624, unit: 'MB' } } },
    { gpu: 1, asic: graphics, vram: { size: { value: 2048, unit: 'MB' } } },
  ])}\n`,
  'amd-smi-static-mi300a.txt': [
    'GPU: 0',
    '    ASIC:',
    '        MARKET_NAME: MI300A',
    '        VENDOR_ID: 0x1002',
    '        DEVICE_ID: 0x74a0',
    '        REV_ID: 0x00',
    '    BUS:',
    '        BDF: 0000:02:00.0',
    '        MAX_PCIE_WIDTH: 16',
    '    LIMIT:',
    '        MAX_POWER: 550 W',
    '        SLOWDOWN_EDGE_TEMPERATURE: N/A',
    '    DRIVER:',
    '        NAME: amdgpu',
    '        VERSION: 6.10.5',
    '    PARTITION:',
    '        COMPUTE_PARTITION: SPX',
    '    VRAM:',
    '        TYPE: HBM',
    '        SIZE: 64289 MB',
    '    CACHE_INFO:',
    '        CACHE_0:',
    '            CACHE_SIZE: 32 KB',
    '',
  ].join('\n'),
  'sysfs-amdgpu-card0-8gb-navi.txt': Object.entries(vega)
    .map(([name, text]) => `==> ${card0}/${name}\n${text}\n`)
    .join(''),
  'dmesg-amdgpu-strix-halo-96g-carveout.txt': [98304, 108000]
    .map((size, at) => `[    4.00000${at}] [drm] amdgpu: ${size}M of ${at === 0 ? 'VRAM' : 'GTT'} memory ready\n`)
    .join(''),
  'kfd-node-properties-strix-halo.txt': 'cpu_cores_count 0\nsimd_count 80\ngfx_target_version 110501\n',
  'ttm-pages_limit-strix-halo.txt': `${(120 * 1024 * MiB) / 4096}\n`,
  'kfd-mem_banks-mi350x.txt': 'size_in_bytes 309220868096\nwidth 8192\nmem_clk_max 1900\n',
};
