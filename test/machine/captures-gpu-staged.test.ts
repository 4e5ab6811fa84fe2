import { afterAll, describe, expect, test } from 'vitest';
import { probeMachine } from '../../src/machine/probe.ts';
import { type CaptureSet, captureSets } from './captures.ts';
import { type Stage, stage } from './stubs.ts';

const stages: Stage[] = [];
afterAll(() => {
  for (const { remove } of stages) remove();
});

/** The whole probe, with real processes for programs and a real tree for /sys and /proc. */
async function probedWith(
  capture: CaptureSet['capture'],
  programs: Record<string, string>,
  files: Record<string, string> = {},
) {
  const stubs = Object.entries(programs).map(([name, file]) => [name, [{ when: '*', text: capture(file) }]]);
  const staged = stage(Object.fromEntries(stubs), files);
  stages.push(staged);
  const { accelerators } = await probeMachine(staged.system(), { budgetMs: 20_000 });
  return accelerators.map(({ name, kind, backend, memory, usable }) => [
    name,
    kind,
    backend,
    memory.totalBytes,
    memory.freeBytes,
    usable,
  ]);
}

describe.skipIf(process.platform === 'win32').each(captureSets)(
  'outputs through real programs, $title',
  ({ capture, captureTree }) => {
    const probed = (programs: Record<string, string>, files?: Record<string, string>) =>
      probedWith(capture, programs, files);

    test.each([
      [
        'rocm-smi',
        'rocm-smi-json-rx7900xt-productname-meminfo.json',
        ['AMD Radeon RX 7900 XT', 'discrete', 'rocm', 21458059264, 21430202368, true],
      ],
      [
        'rocm-smi',
        'rocm-smi-csv-rx7900xt.csv',
        ['AMD Radeon RX 7900 XT', 'discrete', 'rocm', 21458059264, 21430202368, true],
      ],
      [
        'rocm-smi',
        'rocm-smi-strix-halo-na-name.txt',
        ['AMD Strix Halo GPU (0x1586)', 'integrated', 'rocm', 68719476736, 15081730048, true],
      ],
      [
        'rocm-smi',
        'rocm-smi-json-rembrandt-680m.json',
        ['AMD Radeon 680M', 'integrated', 'rocm', 536870912, 91320320, false],
      ],
      [
        'llama-server',
        'llama-list-devices-metal-m3max-36gb.txt',
        ['Apple M3 Max', 'unified', 'metal', 28753 * 1024 ** 2, 28753 * 1024 ** 2, true],
      ],
    ])('%s: %s', async (program, file, expected) => {
      expect(await probed({ [program]: file })).toEqual([expected]);
    });

    test('the sysfs tree of a Vega card: the kernel is read, no program is needed', async () => {
      const files = captureTree('sysfs-amdgpu-card0-8gb-navi.txt');
      expect(await probed({}, files)).toEqual([
        ['AMD Radeon RX Vega', 'discrete', 'vulkan', 8573157376, 7082778624, true],
      ]);
    });

    test.each(['rocm-smi-warning-low-power.txt', 'llmfit-mixed-vulkan-malformed.txt'])(
      '%s from every program: no GPU',
      async (file) => {
        const names = ['rocm-smi', 'amd-smi', 'xpu-smi', 'vulkaninfo', 'llama-server', 'clinfo', 'lspci'];
        expect(await probed(Object.fromEntries(names.map((name) => [name, file])))).toEqual([]);
      },
    );

    test('the software driver alone: no GPU', async () => {
      expect(
        await probed({ vulkaninfo: 'vulkaninfo-summary-llvmpipe.txt', lspci: 'lspci-nn-firecracker-no-gpu.txt' }),
      ).toEqual([]);
    });
  },
);
