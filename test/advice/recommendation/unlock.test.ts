import { describe, expect, it } from 'vitest';
import { allSensibleBuilds } from '../../../src/advice/builds.ts';
import { candidateAt } from '../../../src/advice/candidate-at.ts';
import { openRequest } from '../../../src/advice/check.ts';
import { variantOf } from '../../../src/data/tables.ts';
import type { MachineFinding } from '../../../src/machine/findings.ts';
import { probeMachine } from '../../../src/machine/probe.ts';
import type { Machine } from '../../../src/machine/types.ts';
import { sentence } from '../../../src/report/sentences/index.ts';
import { imageFitTargetBytes } from '../../../src/server-rules/margin.ts';
import { type SchedulerTarget, toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { replay } from '../../machine/replay.ts';
import { ask } from '../case.ts';
import { gib, gpu, machine, ram } from '../machines.ts';

const hiddenBy = (variable: string): MachineFinding => ({
  code: 'device-hidden',
  device: 'RTX 4070',
  variable,
  value: '-1',
});

/** A computer with a card that Ollama leaves out for a reason. */
function leftOut(reason: MachineFinding, change: Parameters<typeof gpu>[0] = {}): Machine {
  const card = { name: 'RTX 4070', freeBytes: 11.5 * gib, totalBytes: 12 * gib, bandwidthBytesPerSecond: 504e9 };
  return machine([gpu({ ...card, usable: false, reason, ...change })]);
}

const integrated = (bandwidthBytesPerSecond: number | null) =>
  leftOut(
    { code: 'integrated-dropped', variable: 'OLLAMA_IGPU_ENABLE' },
    {
      id: 'amd:0',
      vendor: 'amd',
      name: 'Radeon 8060S',
      kind: 'integrated',
      backend: 'vulkan',
      architecture: 'gfx1151',
      bandwidthBytesPerSecond,
    },
  );

describe('a device that Ollama leaves out', () => {
  it.each<[MachineFinding, string, string | null, string]>([
    [
      { code: 'driver-too-old', vendor: 'nvidia', driver: '470.1', required: '550' },
      'newer-driver',
      '550',
      'With driver 550 or newer for RTX 4070, ',
    ],
    [hiddenBy('CUDA_VISIBLE_DEVICES'), 'unhide-device', 'CUDA_VISIBLE_DEVICES', 'Without CUDA_VISIBLE_DEVICES'],
    [
      { code: 'device-node-missing', vendor: 'amd', path: '/dev/kfd' },
      'device-access',
      '/dev/kfd',
      'With /dev/kfd open to Ollama',
    ],
    [{ code: 'driver-missing', vendor: 'nvidia', device: 'RTX 4070' }, 'newer-driver', null, 'With a driver for RTX'],
    [
      { code: 'backend-disabled', backend: 'vulkan', variable: 'OLLAMA_VULKAN' },
      'enable-device',
      'OLLAMA_VULKAN=1',
      "With OLLAMA_VULKAN=1 in Ollama's environment",
    ],
  ])(
    'a device that Ollama leaves out is named with what brings it in, and what that brings: %o',
    (reason, change, setting, words) => {
      const { unlock } = ask(leftOut(reason));
      expect(unlock).toMatchObject({ change, setting, detail: 'RTX 4070' });
      if (unlock === null) return;
      expect(sentence(unlock)).toContain(words);
      expect(sentence(unlock)).toMatch(/would run at about \d+-\d+ tok\/s with a \d+K context\.$/);
    },
  );

  it('a device that Ollama leaves out has the memory of its row where no driver reports it, the smallest of several', () => {
    const unread = (name: string) =>
      machine(
        [
          gpu({
            ...{ name, usable: false, backend: 'none', bandwidthBytesPerSecond: null, architecture: null },
            ...{ totalBytes: null, freeBytes: null },
            reason: { code: 'driver-missing', vendor: 'nvidia', device: name },
          }),
        ],
        { memory: ram(28 * gib) },
      );
    const read = (name: string, size: number) => {
      const on = unread(name);
      const memory = { totalBytes: size * gib, freeBytes: null };
      return ask({ ...on, accelerators: on.accelerators.map((one) => ({ ...one, memory })) });
    };
    const { unlock } = ask(unread('RTX 4060'));
    expect(unlock).toMatchObject({ change: 'newer-driver', setting: null, detail: 'RTX 4060' });
    expect(unlock?.tag).toBe(read('RTX 4060', 8).unlock?.tag);
    expect(ask(unread('RTX 3060')).unlock?.tag).toBe(read('RTX 3060', 8).unlock?.tag);
    expect(ask(unread('A card of no table')).unlock?.change).not.toBe('newer-driver');
  });

  it('a device that Ollama leaves out is not named where nothing brings it in', () => {
    const { unlock } = ask(
      leftOut({ code: 'architecture-unsupported', vendor: 'nvidia', architecture: '3.5', required: '5.0' }),
    );
    expect(unlock?.detail).not.toBe('RTX 4070');
  });

  it('a device that Ollama leaves out that shares RAM is named with its switch, as in a laptop with a Radeon of today', async () => {
    const { unlock, recommendation } = ask(await probeMachine(replay('linux-radeon-880m-left-out')));
    expect(unlock).toMatchObject({
      change: 'enable-device',
      setting: 'OLLAMA_IGPU_ENABLE=1',
      detail: expect.stringContaining('880M'),
    });
    expect(recommendation?.verdict).toBe('cpu');
  });

  it('a device that Ollama leaves out brings the same model only where its speed is known and one would notice it', () => {
    expect(ask(integrated(256e9)).unlock).toMatchObject({ change: 'enable-device', setting: 'OLLAMA_IGPU_ENABLE=1' });
    expect(ask(integrated(40e9)).unlock?.change).not.toBe('enable-device');
    expect(ask(integrated(null)).unlock?.change).not.toBe('enable-device');
  });
});

it('a smaller reserve is worth no more than leaving the images out, which goes first: it is not offered', () => {
  for (const freeGib of [4, 6, 7, 8, 10, 11, 12, 15, 16, 19, 20, 22, 24]) {
    const target = toSchedulerTarget(machine([gpu({ freeBytes: freeGib * gib })], { memory: ram(16 * gib) }));
    // Of a build in one file no images can be left out; each model has one with a file for each.
    for (const build of allSensibleBuilds(target).filter(({ projector }) => projector === 'separate')) {
      const { largeImageBytes } = variantOf(build.variant).projector;
      const withReserve = { ...target, fitTargetBytes: imageFitTargetBytes(largeImageBytes) };
      const points = (on: SchedulerTarget, vision: boolean | null) =>
        candidateAt(on, build, { ...openRequest, vision }).value?.points ?? Number.NEGATIVE_INFINITY;
      expect(points(target, false), `${build.id} ${freeGib}`).toBeGreaterThanOrEqual(points(withReserve, null));
    }
  }
});

it('what runs as the machine is, is told as what a change brings only where it makes it noticeably faster', () => {
  const answers = Array.from({ length: 30 }, (_, step) =>
    ask(machine([gpu({ freeBytes: (6 + step / 2) * gib })], { memory: ram(30 * gib) }), { useCase: 'agent' }),
  );
  const named = answers.filter(({ alternatives: { bestQuality } }) => bestQuality !== null);
  expect(named.length).toBeGreaterThan(0);
  for (const { unlock, alternatives } of named) {
    const now = alternatives.bestQuality?.speed?.expectedTokensPerSecond ?? 0;
    if (unlock?.tag === alternatives.bestQuality?.tag) expect(unlock?.highTokensPerSecond).toBeGreaterThan(1.3 * now);
  }
});

describe('more RAM', () => {
  const small = (...accelerators: Parameters<typeof machine>[0] & object) =>
    machine(accelerators, {
      memory: { ...machine().memory, totalBytes: 16 * gib, availableBytes: 14 * gib },
    });

  it('more RAM is advised for a computer with slots, and not for a board or a chip with its RAM beside it', () => {
    expect(ask(small()).unlock?.change).toBe('more-ram');
    const chip = gpu({ kind: 'unified', backend: 'none', usable: false, freeBytes: null, totalBytes: null });
    expect(ask(small(chip)).unlock?.change).not.toBe('more-ram');
  });
});
