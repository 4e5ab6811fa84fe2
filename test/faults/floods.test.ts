import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectDead, runBounded } from './bounded.ts';
import { type Built, buildProgram, run } from './run.ts';

let built: Built;
beforeAll(async () => {
  built = await buildProgram();
});
afterAll(() => built.remove());

/** A PATH with only these programs, all of which print the same text. */
async function printing(text: string, ...names: string[]): Promise<string> {
  const bin = await mkdtemp(join(built.home, 'bin-'));
  await writeFile(join(bin, 'text'), text);
  for (const name of names) {
    await writeFile(join(bin, name), `#!/bin/sh\nexec /bin/cat '${join(bin, 'text')}'\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

/** What every command asks of the machine, and nothing else. */
const doctor = (env: Record<string, string>) => runBounded(built, ['doctor', '--json'], { env });
const many = (count: number, piece: (i: number) => string, between = '') =>
  Array.from({ length: count }, (_, i) => piece(i)).join(between);
const hex = (i: number) => i.toString(16).padStart(8, '0');
const everything = [
  ...['nvidia-smi', 'amd-smi', 'rocm-smi', 'vulkaninfo', 'xpu-smi', 'clinfo', 'lspci', 'llama-server', 'journalctl'],
  ...['ollama', 'dmidecode', 'systemctl', 'system_profiler', 'sysctl', 'vm_stat'],
];

describe.runIf(process.platform !== 'win32')('a program that prints without end', () => {
  it.each<[string, string, string]>([
    ['empty cards in XML', 'nvidia-smi', `<nvidia_smi_log>${'<gpu></gpu>'.repeat(180_000)}`],
    ['elements that only look like cards', 'nvidia-smi', `<nvidia_smi_log>${'<gpus><gpu x>'.repeat(150_000)}`],
    [
      'cards in XML with processes',
      'nvidia-smi',
      `<nvidia_smi_log>${`<gpu id="x"><uuid>GPU-1</uuid><processes>${'<process_info></process_info>'.repeat(3000)}</processes></gpu>`.repeat(20)}`,
    ],
    [
      'rows of cards',
      'nvidia-smi',
      many(30_000, (i) => `${i % 999}, GPU-${hex(i)}, 24564 MiB, NVIDIA GeForce RTX 4090\n`),
    ],
    ['a log of cards', 'nvidia-smi', `==NVSMI LOG==\n${many(30_000, (i) => `GPU 0000${hex(i)}:01:00.0\n    A : b\n`)}`],
    [
      'JSON of AMD cards',
      'amd-smi',
      `[${many(5000, (i) => `{"gpu":${i},"asic":{"market_name":"Radeon ${i}"},"vram":{"size":{"value":16384,"unit":"MB"}},"bus":{"bdf":"0000:${hex(i).slice(6)}:00.0"}}`, ',')}]`,
    ],
    ['blocks of AMD cards', 'rocm-smi', many(50_000, (i) => `GPU[${i % 1000}] : Card series : Radeon ${i}\n`)],
    [
      'JSON of Vulkan devices',
      'vulkaninfo',
      `[${many(8000, (i) => `{"deviceName":"GPU ${i}","deviceType":"DISCRETE_GPU","deviceUUID":"${hex(i).repeat(4)}"}`, ',')}]`,
    ],
    [
      'heaps of a Vulkan device',
      'vulkaninfo',
      `{"deviceName":"G","memoryHeaps":[${many(180_000, () => '{"size":1}', ',')}]}`,
    ],
    [
      'devices of llama.cpp',
      'llama-server',
      many(60_000, (i) => `  CUDA${i}: NVIDIA GPU ${i} (24564 MiB, 24000 MiB free)\n`),
    ],
    [
      'devices in the journal',
      'journalctl',
      many(
        25_000,
        (i) =>
          `time=2026-11-20T10:00:00Z level=INFO msg="inference compute" library=CUDA name=CUDA${i} description="GPU ${i}" total="24 GiB"\n`,
      ),
    ],
    ['brackets that never close', 'amd-smi', `${'['.repeat(55)} `.repeat(70_000)],
    ['objects without a word in them', 'amd-smi', `[${'{},'.repeat(1_300_000)}{}]`],
  ])('%s costs little', async (_what, program, text) => {
    const ended = await doctor({ PATH: await printing(text, program) });
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout).accelerators.length).toBeLessThanOrEqual(64);
  });

  it('as many cards as there may be cost little to judge', async () => {
    const text = many(99, (i) => `${i}, GPU-${hex(i)}, 24564 MiB, NVIDIA GeForce RTX 4090\n`);
    const ended = await runBounded(built, ['check', '--json'], { env: { PATH: await printing(text, 'nvidia-smi') } });
    expect([0, 3, 4]).toContain(ended.code);
    expect(JSON.parse(ended.stdout).machine.accelerators).toHaveLength(64);
  });

  it.each([
    ['lines of two words', 'a : b\n'],
    ['empty lines', '\n'],
    ['spaces', ' '],
    ['quotes', '"\\'],
  ])('all programs that print without end at once cost little, %s', async (_what, piece) => {
    const text = piece.repeat(3_000_000 / piece.length);
    const ended = await doctor({ PATH: await printing(text, ...everything) });
    expect(ended.code).toBe(0);
  });
});

it('a log of the server of 70,000 starts costs little', async () => {
  const home = await mkdtemp(join(built.home, 'home-'));
  await mkdir(join(home, '.ollama/logs'), { recursive: true });
  const line = 'time=2026-11-20T10:00:00Z level=INFO msg="inference compute" library=CUDA description=G\n';
  await writeFile(join(home, '.ollama/logs/server.log'), line.repeat(70_000));
  expect((await doctor({ HOME: home, PATH: '' })).code).toBe(0);
});

it.runIf(process.platform === 'linux')('interrupted, check leaves no program behind', async () => {
  const bin = await mkdtemp(join(built.home, 'hang-'));
  const pids = join(bin, 'pids');
  for (const name of everything) {
    // Each writes its own pid and that of a child that would survive it.
    await writeFile(join(bin, name), `#!/bin/sh\n/bin/sleep 1000 &\necho $$ $! >> '${pids}'\nwait\n`);
    await chmod(join(bin, name), 0o755);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    await writeFile(pids, '');
    const ended = await run(built, ['check'], {
      env: { PATH: bin },
      during: (child) => {
        const wait = setInterval(async () => {
          if ((await readFile(pids, 'utf8')).split('\n').length < 4) return;
          clearInterval(wait);
          child.kill(signal);
        }, 20);
      },
    });
    expect(ended).toEqual({ code: null, signal, stdout: '', stderr: '' });
    const started = (await readFile(pids, 'utf8')).split(/\s+/).filter(Boolean).map(Number);
    expect(started.length).toBeGreaterThan(4);
    await expectDead(started);
  }
});
