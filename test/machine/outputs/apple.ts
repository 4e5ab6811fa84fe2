/** What macOS and Metal print, written from facts; the points of the working set are figures, each with its source. */

const displays = (...list: Record<string, unknown>[]) => `${JSON.stringify({ SPDisplaysDataType: list }, null, 2)}\n`;
const builtin = { spdisplays_vendor: 'sppci_vendor_Apple', sppci_bus: 'spdisplays_builtin' };

const fromLogs = 'logs of llama.cpp in public files';
/** RAM in GiB, Metal's recommended working set in 10^6 bytes, macOS, source. */
const workingSets: [ram: number, megabytes: number, era: string, source: string][] = [
  [16, 11453.25, 'macOS 15', 'https://github.com/exo-explore/exo/pull/1672'],
  [32, 22906.5, 'macOS 15', 'https://github.com/ollama/ollama/issues/434'],
  [36, 28991.03, 'macOS 15', fromLogs],
  [64, 51539.61, 'macOS 15', fromLogs],
  [128, 103079.22, 'macOS 15', 'the Metal device of Ollama’s own tests: 98304 MiB'],
  [16, 12713.12, 'macOS 26', 'https://github.com/AlexsJones/llmfit/pull/754'],
  [24, 19069.67, 'macOS 26', 'https://github.com/sgl-project/sglang/pull/29949'],
  [32, 26800.6, 'macOS 26', fromLogs],
  [36, 30150.67, 'macOS 26', fromLogs],
  [48, 40200.9, 'macOS 26', fromLogs],
  [64, 55662.79, 'macOS 26', fromLogs],
  [128, 115448.73, 'macOS 26', 'https://github.com/antirez/ds4/pull/893'],
];

export const appleOutputs: Record<string, string> = {
  'macos-m2max-32gb-macos26.4-metal.txt':
    'hw.memsize: 34359738368\niogpu.wired_limit_mb: 0\nrecommendedMaxWorkingSetSize: 26800603136\n',
  'metal-working-set-datapoints.csv': `ram_gib,recommended_mb_1e6,os_or_era,source\n${workingSets.map((row) => row.join(',')).join('\n')}\n`,
  'system_profiler-displays-m3max.json': displays({
    _name: 'Apple M3 Max',
    ...builtin,
    sppci_cores: '40',
    sppci_device_type: 'spdisplays_gpu',
    sppci_model: 'Apple M3 Max',
  }),
  'system_profiler-displays-m1-7core.json': displays({
    _name: 'Apple M1',
    spdisplays_ndrvs: [{ _name: 'Color LCD', _spdisplays_pixels: '2880 x 1800', spdisplays_main: 'spdisplays_yes' }],
    ...builtin,
    sppci_cores: '7',
    sppci_model: 'Apple M1',
  }),
  'system_profiler-displays-m3pro-partial.json': displays({
    _name: 'Apple M3 Pro',
    spdisplays_mtlgpufamilysupport: 'spdisplays_metal3',
    spdisplays_ndrvs: [{ _name: 'A monitor', _spdisplays_resolution: '2560 x 1440 @ 60.00Hz' }],
  }),
  'system_profiler-displays-intelmac-hd630-radeon560.json': displays(
    { _name: 'kHW_IntelHDGraphics630Item', sppci_model: 'Intel HD Graphics 630', spdisplays_vram_shared: '1536 MB' },
    { _name: 'kHW_AMDRadeonPro560Item', sppci_model: 'Radeon Pro 560', spdisplays_vram: '4 GB' },
    { _name: 'Apple M2', sppci_model: 'Apple M2', spdisplays_vram_shared: '16 GB' },
  ),
};
