import { describe, expect, test } from 'vitest';
import { probeMachine } from '../../../src/machine/probe.ts';
import { runtime } from '../../../src/machine/probes/runtime/index.ts';
import { parseListDevices } from '../../../src/machine/probes/runtime/list-devices.ts';
import { parseOllamaLog } from '../../../src/machine/probes/runtime/ollama-log.ts';
import { captureSets } from '../captures.ts';
import { type FakeFacts, fakeSystem, replay } from '../replay.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
const probe = (facts: Partial<FakeFacts>) => runtime.run(fakeSystem(facts));

/** One start of a server with one line a device. */
const start = (...devices: string[]) =>
  [
    'time=2026-11-24T20:00:00.000Z level=INFO source=routes.go:1544 msg="server config" env="map[OLLAMA_HOST:http://127.0.0.1:11434]"',
    'time=2026-11-24T20:00:00.100Z level=INFO source=runner.go:80 msg="discovering available GPUs..."',
    ...devices.map(
      (device) => `time=2026-11-24T20:00:01.000Z level=INFO source=types.go:60 msg="inference compute" ${device}`,
    ),
    '',
  ].join('\n');
const rtx5090 =
  'id=GPU-1 filter_id="" library=CUDA compute=12.0 name=CUDA0 description="NVIDIA GeForce RTX 5090" libdirs=ollama,cuda_v13 driver=13.0 pci_id=0000:01:00.0 type=discrete total="31.8 GiB" available="30.8 GiB"';

describe("Ollama's log", () => {
  test('the line of today', () => {
    expect(parseOllamaLog(start(rtx5090)).devices).toEqual([
      {
        id: 'cuda0',
        backend: 'cuda',
        name: 'NVIDIA GeForce RTX 5090',
        architecture: '12.0',
        driverVersion: '13.0',
        pciAddress: '0000:01:00.0',
        type: 'discrete',
        totalBytes: Math.round(31.8 * GiB),
        freeBytes: Math.round(30.8 * GiB),
      },
    ]);
  });

  test('the line of 2024, and of ROCm, whose name is a PCI id', () => {
    const log = start(
      'id=GPU-2 library=cuda variant=v12 compute=8.6 driver=12.4 name="NVIDIA GeForce RTX 3060" total="11.8 GiB" available="10.9 GiB"',
      'id=0 library=rocm variant="" compute=gfx1100 driver=6.3 name=1002:744c total="24.0 GiB" available="23.4 GiB"',
    );
    expect(parseOllamaLog(log).devices).toMatchObject([
      { backend: 'cuda', name: 'NVIDIA GeForce RTX 3060', architecture: '8.6' },
      { backend: 'rocm', name: null, architecture: 'gfx1100', totalBytes: 24 * GiB },
    ]);
  });

  test('only the last start counts', () => {
    const cpu =
      'id=cpu library=cpu compute="" name=cpu description=cpu libdirs=ollama driver="" pci_id="" type="" total="31.3 GiB" available="22.2 GiB"';
    expect(parseOllamaLog(start(cpu) + start(rtx5090))).toMatchObject({
      cpuOnly: false,
      devices: [{ backend: 'cuda' }],
    });
    expect(parseOllamaLog(start(rtx5090) + start(cpu))).toEqual({ cpuOnly: true, devices: [], dropped: [] });
  });

  test('an integrated GPU that was left out is named', () => {
    const line =
      'level=INFO msg="dropping integrated GPU; to enable, set OLLAMA_IGPU_ENABLE=1" id=0 library=Vulkan name=Vulkan0 description="AMD Radeon 780M Graphics"';
    expect(parseOllamaLog(`${start()}${line}\n`).dropped).toEqual(['AMD Radeon 780M Graphics']);
  });

  test("Ollama's log: from the journal: evidence, and a device whose free memory is as old as the log", async () => {
    const { accelerators, evidence, physical } = await probe({
      programs: [{ head: 'journalctl -u ollama *', body: start(rtx5090) }],
    });
    expect(accelerators).toMatchObject([
      { vendor: 'nvidia', backend: 'cuda', kind: 'discrete', confidence: 'reported', memory: { freeBytes: null } },
    ]);
    expect(physical).toEqual({ 'ollama:0': { pciAddress: '0000:01:00.0' } });
    expect(evidence.every(({ source }) => source.startsWith('journalctl -u ollama'))).toBe(true);
  });

  test("Ollama's log: from its file on a Mac, whose path names nobody", async () => {
    const line =
      'id=0 library=Metal compute="" name=Metal description="Apple M4 Pro" libdirs="" driver="" pci_id="" type=discrete total="37.4 GiB" available="37.4 GiB"';
    const { accelerators } = await probe({
      platform: 'darwin',
      homeDir: '/Users/alice',
      files: { '/Users/alice/.ollama/logs/server.log': start(line) },
    });
    expect(accelerators).toMatchObject([
      { vendor: 'apple', kind: 'unified', backend: 'metal', source: '~/.ollama/logs/server.log' },
    ]);
  });

  test.each([
    '',
    'level=INFO msg="inference compute"',
    'msg="inference compute" library=CUDA total="-1 GiB"',
    '<html>',
    '\u0000',
  ])('%j has no figures', (text) => {
    expect(parseOllamaLog(text).devices.filter(({ totalBytes }) => totalBytes !== null)).toEqual([]);
  });
});

describe('llama-server --list-devices', () => {
  test('a device that computes is an accelerator with measured memory; the log does not repeat it', async () => {
    const body = 'Available devices:\n  CUDA0: NVIDIA GeForce RTX 4090 (24564 MiB, 23592 MiB free)\n';
    const { accelerators } = await probe({
      programs: [
        { head: 'llama-server --list-devices', body },
        { head: 'journalctl *', body: start(rtx5090) },
      ],
    });
    expect(accelerators).toMatchObject([
      { id: 'llama:CUDA0', confidence: 'measured', memory: { totalBytes: 24564 * MiB, freeBytes: 23592 * MiB } },
    ]);
  });

  const listing = (...lines: string[]) => ({
    programs: [{ head: 'llama-server --list-devices', body: ['Available devices:', ...lines, ''].join('\n') }],
  });
  const rtx3090 = 'NVIDIA GeForce RTX 3090';

  test('what CUDA lists is not a second card over Vulkan; what only Vulkan lists stays', async () => {
    const { accelerators, evidence } = await probe(
      listing(
        `  Vulkan0: ${rtx3090} (24822 MiB, 24000 MiB free)`,
        '  Vulkan1: AMD Radeon RX 7600 (RADV NAVI33) (8176 MiB, 8000 MiB free)',
        `  CUDA0: ${rtx3090} (24124 MiB, 23800 MiB free)`,
      ),
    );
    expect(accelerators.map(({ id }) => id)).toEqual(['llama:Vulkan1', 'llama:CUDA0']);
    expect(evidence.map(({ subject }) => subject)).toContain('llama:Vulkan0.memory.total');
  });

  test('two equal cards listed twice each are two, and a third over Vulkan is a third', async () => {
    const lines = (backend: string, count: number) =>
      Array.from({ length: count }, (_, at) => `  ${backend}${at}: ${rtx3090} (24124 MiB, 23800 MiB free)`);
    const ids = async (vulkan: number) =>
      (await probe(listing(...lines('CUDA', 2), ...lines('Vulkan', vulkan)))).accelerators.map(({ id }) => id);
    expect(await ids(2)).toEqual(['llama:CUDA0', 'llama:CUDA1']);
    expect(await ids(3)).toEqual(['llama:CUDA0', 'llama:CUDA1', 'llama:Vulkan2']);
  });

  test('a card of the same name and another size is another', async () => {
    const { accelerators } = await probe(
      listing(
        '  CUDA0: NVIDIA GeForce RTX 3060 (12288 MiB, 12000 MiB free)',
        '  Vulkan0: NVIDIA GeForce RTX 3060 (8192 MiB, 8000 MiB free)',
      ),
    );
    expect(accelerators).toHaveLength(2);
  });

  test.each([
    ['linux-rtx-4090', 'cuda', 'CUDA0: NVIDIA GeForce RTX 4090 (24564 M', 'Vulkan0: NVIDIA GeForce RTX 4090 (24810 M'],
    [
      'linux-rx-7900-xtx',
      'rocm',
      'ROCm0: AMD Radeon RX 7900 XTX (24560 M',
      'Vulkan0: AMD Radeon RX 7900 XTX (RADV NAVI31) (24560 M',
    ],
  ])('%s stays one card beside a llama-server with two backends', async (name, backend, ...lines) => {
    const listed = listing(...lines.map((line) => `  ${line}iB, 20000 MiB free)`));
    const { accelerators } = await probeMachine(replay(name, listed), { budgetMs: 15_000 });
    expect(accelerators.map((device) => device.backend)).toEqual([backend]);
  });

  test('one that hangs is told', async () => {
    expect((await probe({ programs: [{ head: 'llama-server * [hangs]', body: '' }] })).warnings).toMatchObject([
      { code: 'probe-timeout' },
    ]);
  });

  test('more free than there is, and nothing at all, are no devices', () => {
    expect(
      parseListDevices(
        '  CUDA0: X (100 MiB, 200 MiB free)\n  BLAS: Accelerate (0 MiB, 0 MiB free)\n  CUDA1: Y (99999999999 MiB, 1 MiB free)',
      ),
    ).toEqual([]);
  });
});

describe.each(captureSets)('outputs of llama-server, $title', ({ capture }) => {
  const short = (text: string) =>
    parseListDevices(text).map(({ name, backend, totalBytes, freeBytes, architecture, unified }) => [
      name,
      backend,
      totalBytes / MiB,
      freeBytes / MiB,
      architecture,
      unified,
    ]);

  test.each([
    ['llama-list-devices-metal-m3max-36gb.txt', [['Apple M3 Max', 'metal', 28753, 28753, null, true]]],
    ['llama-list-devices-metal-m4max-128gb.txt', [['Apple M4 Max', 'metal', 110100, 110100, null, true]]],
  ])('%s', (name, expected) => {
    expect(short(capture(name))).toEqual(expected);
  });

  const expected: Record<string, ReturnType<typeof short>> = {
    'NVIDIA CUDA': [['NVIDIA GeForce RTX 4090', 'cuda', 24564, 23592, null, null]],
    Metal: [['Apple M3 Max', 'metal', 98304, 98303, null, true]],
    'ROCm with gfx target': [['AMD Radeon RX 6700 XT', 'rocm', 12272, 12248, 'gfx1031', null]],
    'multi GPU': [
      ['NVIDIA GeForce RTX 4090', 'cuda', 24564, 23592, null, null],
      ['NVIDIA GeForce RTX 3060', 'cuda', 12288, 11500, null, null],
    ],
    'Vulkan UMA': [['Intel(R) Graphics', 'vulkan', 16384, 12288, null, true]],
    'Vulkan without UMA metadata': [['AMD Radeon(TM) Graphics', 'vulkan', 32768, 31000, null, null]],
    'CUDA device filtered by compiled archs': [['NVIDIA GeForce GTX 1060 6GB', 'cuda', 6063, 5900, '6.1', null]],
    'CUDA mixed arch support': [
      ['NVIDIA GeForce GTX 1060', 'cuda', 6063, 5900, '6.1', null],
      ['NVIDIA GeForce RTX 4060 Ti', 'cuda', 16379, 14900, '8.9', null],
    ],
    'CUDA without compute capability fails open': [['Some Future GPU', 'cuda', 8192, 8000, null, null]],
    'ROCm gfx target with xnack suffix': [
      ['AMD Radeon RX 6800', 'rocm', 16368, 16342, 'gfx1030', null],
      ['AMD Radeon Pro VII', 'rocm', 16368, 16348, 'gfx906', null],
    ],
    'unknown library': [['Mystery Accelerator', 'none', 8192, 8000, null, null]],
    'no devices': [],
    'windows vulkan without uma stays unclassified': [
      ['AMD Radeon(TM) Graphics', 'vulkan', 32768, 31000, null, null],
      ['AMD Radeon RX 7900 XTX', 'vulkan', 24564, 23000, null, null],
    ],
  };
  const blocks = capture('llama-server-list-devices-samples.txt').split(/^### /m).slice(1);
  test.each(blocks.map((block) => [block.slice(0, block.indexOf('\n')).trim(), block]))('%s', (title, block) => {
    const found = short(block);
    if (expected[title]) expect(found).toEqual(expected[title]);
    expect(found).toHaveLength(block.match(/MiB free\)/g)?.length ?? 0);
  });
});
