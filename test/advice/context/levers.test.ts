import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { ceilingFinding, leversFor } from '../../../src/advice/context/levers.ts';
import { ceilingTokens } from '../../../src/advice/placement/max-context.ts';
import type { CheckRequest } from '../../../src/advice/types.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById } from '../../../src/data/tables.ts';
import type { Accelerator, Machine } from '../../../src/machine/types.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { candidate } from '../case.ts';
import { gib, gpu, mac, machine } from '../machines.ts';

const game = { name: 'game', bytes: 3 * gib };
/** A card of 32 GiB with so much of it free. */
const card = (freeGiB: number, more: Parameters<typeof gpu>[0] = {}) =>
  gpu({ freeBytes: freeGiB * gib, totalBytes: 32 * gib, ...more });
const withCard = (freeGiB: number, more: Partial<Accelerator> = {}) => machine([card(freeGiB, more)]);
const wishOf = (request: Partial<CheckRequest>) =>
  workloadFor({ ...openRequest, ...request }, '31b', Number(request.contextTokensTotal ?? 32_768));

function levers(on: Machine, build: string, request: Partial<CheckRequest> = {}) {
  return leversFor(on, toSchedulerTarget(on), candidate(on, build, request), wishOf(request));
}
const names = (...asked: Parameters<typeof levers>) => levers(...asked).map(({ lever }) => lever);
const pull = (name: string, ...asked: Parameters<typeof levers>) => {
  const found = levers(...asked).find(({ lever }) => lever === name);
  return found === undefined ? null : { ceilingTokens: found.ceilingTokens, detail: found.detail };
};
const ceiling = (...asked: Parameters<typeof candidate>) => candidate(...asked).ceilingTokens;

describe('a lever', () => {
  const on = withCard(24, { holders: [game] });

  it('a lever is one of four, and the one that gains most comes first', () => {
    const found = levers(on, '31b-it-q4_K_M');
    expect(found.map(({ code }) => code)).toEqual(['lever', 'lever', 'lever', 'lever']);
    expect(new Set(found.map(({ lever }) => lever)).size).toBe(4);
    const tokens = found.map((one) => one.ceilingTokens);
    expect(tokens).toEqual([...tokens].sort((a, b) => b - a));
  });

  it('a lever comes in the order of its name beside others that gain as much', () => {
    expect(names(withCard(32), '26b-a4b-it-q8_0')).toEqual(['kv-q8_0', 'smaller-build', 'fit-target']);
    expect(names(withCard(16, { holders: [game] }), '12b-it-q8_0').slice(0, 2)).toEqual([
      'close-process',
      'smaller-build',
    ]);
  });

  it('a lever is not named where the ceiling is the trained context already', () => {
    expect(ceiling(on, '26b-a4b-it-q4_K_M')).toBe(262_144);
    expect(levers(on, '26b-a4b-it-q4_K_M')).toEqual([]);
  });

  it('a lever is not named where nothing fits with it either', () => {
    expect(levers(withCard(4, { holders: [game] }), '31b-it-q4_K_M')).toEqual([]);
  });

  it('a lever is none for a build that nobody knows', () => {
    const unknown = { ...candidate(on, '31b-it-q4_K_M'), build: 'mine' };
    expect(leversFor(on, toSchedulerTarget(on), unknown, wishOf({}))).toEqual([]);
  });
});

describe('the levers that apply', () => {
  const card24 = withCard(24);
  const gguf = '31b-it-q4_K_M';

  it.each<[string, string, Machine, Partial<CheckRequest>, string[]]>([
    ['where everything is left open', gguf, card24, {}, ['fit-target', 'kv-q8_0', 'smaller-build']],
    ['to a quantized cache', gguf, card24, { kvType: 'q8_0' }, ['fit-target', 'smaller-build']],
    ['to a cache of 4 bits', gguf, card24, { kvType: 'q4_0' }, ['fit-target', 'smaller-build']],
    ['where images are wanted', gguf, card24, { vision: true }, ['fit-target', 'kv-q8_0', 'smaller-build']],
    ['where none are wanted', gguf, card24, { vision: false }, ['kv-q8_0', 'smaller-build']],
    ['to a build that MLX runs, projector and all', '31b+mlx', mac(48 * gib, 64 * gib), {}, ['wired-limit']],
  ])('%s are these, whatever the ceiling was', (_, build, on, request, expected) => {
    const open = { ...candidate(on, build, request), ceilingTokens: null };
    const found = leversFor(on, toSchedulerTarget(on), open, wishOf(request)).map(({ lever }) => lever);
    expect(found.sort()).toEqual(expected);
  });
});

describe('the lever of a closed program', () => {
  const held = (name: string) => ({ name, bytes: 3 * gib });
  const loaded = { name: 'gemma4:e4b', sizeBytes: 3 * gib, deviceBytes: 3 * gib, contextTokens: null };
  const ollama = { host: 'http://127.0.0.1:11434', remote: false, version: '0.40.2', installed: [], loaded: [loaded] };

  it.each(['ollama', 'ollama.exe', 'ollama_llama_server', 'Ollama'])(
    'the lever of a closed program never names %s, which gives way by itself',
    (name) => {
      expect(names(withCard(16, { holders: [held(name)] }), '12b-it-q8_0')).not.toContain('close-process');
    },
  );

  it('the lever of a closed program names a llama-server of somebody else, and none that may be Ollama’s own', () => {
    const card = withCard(16, { holders: [held('llama-server')] });
    expect(pull('close-process', card, '12b-it-q8_0')?.detail).toBe('llama-server');
    const serving = { ...withCard(12, { holders: [held('llama-server')] }), ollama } as Machine;
    expect(names(serving, '12b-it-q8_0')).not.toContain('close-process');
  });

  it('the lever of a closed program names the next largest program beside Ollama', () => {
    const card = withCard(16, { holders: [{ name: 'ollama', bytes: 8 * gib }, held('game')] });
    expect(pull('close-process', card, '12b-it-q8_0')?.detail).toBe('game');
  });
});

describe('the lever of the cache', () => {
  const on = withCard(24);

  it('the lever of the cache promises the ceiling that a cache of q8_0 has, and tells the loss where it was measured', () => {
    const expected = ceiling(on, '31b-it-q4_K_M', { kvType: 'q8_0' });
    expect(pull('kv-q8_0', on, '31b-it-q4_K_M')).toEqual({ ceilingTokens: expected, detail: '0.108' });
    expect(pull('kv-q8_0', withCard(14), '12b-it-q8_0')?.detail).toBeNull();
  });

  it('the lever of the cache is not there where the cache is quantized already', () => {
    expect(names(on, '31b-it-q4_K_M', { kvType: 'q8_0' })).not.toContain('kv-q8_0');
    expect(names(on, '31b-it-q4_K_M', { kvType: 'q4_0' })).not.toContain('kv-q8_0');
  });
});

describe('the levers of the projector', () => {
  const on = withCard(24);

  it('the levers of the projector promise the ceiling with the margin of text and a large image', () => {
    const build = buildById('31b-it-q4_K_M');
    const target =
      build &&
      ceilingTokens(toSchedulerTarget(on), shapeOfBuild(build), wishOf({}), { fitTargetBytes: 1533 * 2 ** 20 });
    expect(pull('fit-target', on, '31b-it-q4_K_M')).toEqual({ ceilingTokens: target, detail: '1533' });
  });

  it.each([
    [null, true],
    [true, true],
    [false, false],
  ])('the levers of the projector with images asked for: %s are fit-target: %s', (vision, fitTarget) => {
    const found = names(on, '31b-it-q4_K_M', { vision });
    expect(found.includes('fit-target')).toBe(fitTarget);
  });
});

describe('the lever of the reserve', () => {
  const on = withCard(24);
  const lever = pull('fit-target', on, '31b-it-qat');
  const followed: Machine = {
    ...on,
    warnings: [
      {
        code: 'server-setting',
        setting: 'fit-target',
        variable: 'LLAMA_ARG_FIT_TARGET',
        value: lever?.detail ?? '',
        source: 'the unit',
      },
    ],
  };

  it('the lever of the reserve keeps its promise once the service has the setting: all layers on the device, and none fixed in the tag', () => {
    const asked = { contextTokensTotal: lever?.ceilingTokens ?? 0 };
    const before = candidate(on, '31b-it-qat', asked);
    const after = candidate(followed, '31b-it-qat', asked);
    expect(before.verdict).toBe('split');
    expect(after.verdict).toBe('gpu');
    expect(after.reasons.map(({ code }) => code)).not.toContain('pinned-layers');
  });

  it('the lever of the reserve is not named again', () => {
    expect(names(followed, '31b-it-qat')).not.toContain('fit-target');
  });
});

describe('the lever of text alone', () => {
  const on = withCard(24);

  it('the lever of text alone promises the ceiling without the vision encoder, and tells what the copy of the weights takes', () => {
    const build = buildById('31b-it-qat');
    const expected = ceiling(on, '31b-it-qat', { vision: false });
    const detail = String(build && shapeOfBuild(build).fileBytes);
    expect(pull('text-only', on, '31b-it-qat')).toEqual({ ceilingTokens: expected, detail });
  });

  it.each<[string, string, Machine, Partial<CheckRequest>, boolean]>([
    ['to a build whose encoder is a file of its own', '31b-it-qat', on, {}, true],
    ['not to one with a file for all, of which Ollama loads both', '31b-it-q4_K_M', on, {}, false],
    ['not to one that MLX runs', '31b+mlx', mac(48 * gib, 64 * gib), {}, false],
    ['not where images are wanted', '31b-it-qat', on, { vision: true }, false],
    ['not twice', '31b-it-qat', on, { vision: false }, false],
  ])('the lever of text alone applies %s', (_, build, machine, request, applies) => {
    const open = { ...candidate(machine, build, request), ceilingTokens: null };
    const found = leversFor(machine, toSchedulerTarget(machine), open, wishOf(request)).map(({ lever }) => lever);
    expect(found.includes('text-only')).toBe(applies);
  });
});

describe('the lever of a smaller build', () => {
  it.each([
    [64, '31b-it-bf16', 'gemma4:31b-it-q8_0'],
    [24, '31b-it-q8_0', 'gemma4:31b-it-qat'],
    [24, '31b-it-q4_K_M', 'gemma4:31b-it-qat'],
    [24, '31b', 'gemma4:31b-it-qat'],
  ])(
    'the lever of a smaller build on %s GiB goes from %s to %s, which loses least of what is smaller',
    (free, build, tag) => {
      const on = withCard(free, { memory: { totalBytes: free * gib, freeBytes: free * gib } });
      const expected = ceiling(on, tag.replace('gemma4:', ''));
      expect(pull('smaller-build', on, build)).toEqual({ ceilingTokens: expected, detail: tag });
    },
  );

  it('the lever of a smaller build is not there where none of the same model is smaller', () => {
    expect(ceiling(withCard(24), '31b-it-qat')).toBeLessThan(262_144);
    expect(names(withCard(24), '31b-it-qat')).not.toContain('smaller-build');
  });

  it('the lever of a smaller build stays with MLX on a Mac, where no lever of llama.cpp helps a build that MLX runs', () => {
    const on = mac(48 * gib, 64 * gib);
    expect(names(on, '31b-mxfp8').sort()).toEqual(['smaller-build', 'wired-limit']);
    expect(pull('smaller-build', on, '31b-mxfp8')?.detail).toBe('gemma4:31b');
  });
});

describe('the lever of the wired limit', () => {
  const m2Pro32 = { ...mac(24.96 * gib, 30 * gib) };
  const on = { ...m2Pro32, memory: { ...m2Pro32.memory, totalBytes: 32 * gib } };

  it('the lever of the wired limit promises the ceiling of a Mac that leaves an eighth of its RAM to macOS, for GGUF and for MLX', () => {
    for (const build of ['31b-it-qat', '31b+mlx']) {
      const raised = { ...on, accelerators: mac(28 * gib, 30 * gib).accelerators };
      expect(pull('wired-limit', on, build)).toEqual({ ceilingTokens: ceiling(raised, build), detail: '28672' });
    }
  });

  it('the lever of the wired limit is not there on other computers, nor where the limit is as high already', () => {
    expect(names(withCard(24), '31b-it-qat')).not.toContain('wired-limit');
    const raised = { ...on, accelerators: mac(28 * gib, 30 * gib).accelerators };
    expect(names(raised, '31b-it-qat')).not.toContain('wired-limit');
  });
});

describe('the lever of a process to close', () => {
  const name = (more: Partial<Accelerator>, ...others: Accelerator[]) =>
    pull('close-process', machine([card(24, more), ...others]), '31b-it-q4_K_M')?.detail ?? null;

  it('the lever of a process to close promises the ceiling of a card with what it holds free', () => {
    const expected = ceiling(withCard(27), '31b-it-q4_K_M');
    expect(pull('close-process', withCard(24, { holders: [game] }), '31b-it-q4_K_M')).toEqual({
      ceilingTokens: expected,
      detail: 'game',
    });
  });

  it('the lever of a process to close names the one that holds most, and of two that hold as much the first by name', () => {
    const small = { name: 'small', bytes: gib };
    expect(name({ holders: [small, game] })).toBe('game');
    expect(name({ holders: [game, small] })).toBe('game');
    const blender = { ...game, name: 'blender' };
    expect(name({ holders: [game, blender] })).toBe('blender');
    expect(name({ holders: [blender, game] })).toBe('blender');
  });

  it('the lever of a process to close is not there where nobody holds anything, or nobody says how much', () => {
    expect(name({ holders: [] })).toBeNull();
    expect(name({ holders: [{ name: 'silent', bytes: null }] })).toBeNull();
    expect(name({ holders: [{ name: 'silent', bytes: null }, game] })).toBe('game');
    expect(name({ holders: [game, { name: 'silent', bytes: null }] })).toBe('game');
  });

  it('the lever of a process to close does not count a device that Ollama does not use', () => {
    expect(name({}, card(8, { id: 'nvidia:1', usable: false, holders: [game] }))).toBeNull();
    expect(name({}, card(8, { id: 'nvidia:1', usable: null, holders: [game] }))).toBeNull();
    const large = { name: 'large', bytes: 20 * gib };
    expect(name({ holders: [game] }, card(8, { id: 'nvidia:1', usable: false, holders: [large] }))).toBe('game');
  });

  it('the lever of a process to close frees no more than the device has', () => {
    const on = withCard(24, { holders: [{ name: 'game', bytes: 20 * gib }] });
    expect(pull('close-process', on, '31b-it-q4_K_M')?.ceilingTokens).toBe(ceiling(withCard(32), '31b-it-q4_K_M'));
  });

  it('the lever of a process to close frees all that it holds where the size of the device is not known', () => {
    const sizeless = (freeGiB: number, more: Partial<Accelerator> = {}) =>
      machine([gpu({ freeBytes: freeGiB * gib, totalBytes: null, ...more })]);
    const found = pull('close-process', sizeless(24, { holders: [game] }), '31b-it-q4_K_M');
    expect(found?.ceilingTokens).toBe(ceiling(sizeless(27), '31b-it-q4_K_M'));
  });

  it.each([
    ['something else holds less', { name: 'other', bytes: gib }],
    ['something else holds as much', { name: 'other', bytes: 3 * gib }],
    ['something of the same name holds another part', { name: 'game', bytes: gib }],
  ])('the lever of a process to close frees the device that it is on and not the one where %s', (_, other) => {
    const two = (first: number, holders = [game]) =>
      machine([card(first, { holders }), card(16, { id: 'nvidia:1', holders: [other] })]);
    const found = pull('close-process', two(12), '31b-it-q4_K_M');
    expect(found).toEqual({ ceilingTokens: ceiling(two(15, []), '31b-it-q4_K_M'), detail: 'game' });
    expect(found?.ceilingTokens).toBeLessThan(262_144);
  });

  it('the lever of a process to close makes no room on a device whose free memory was not read', () => {
    const holders = [{ name: 'large', bytes: 20 * gib }];
    const unread = gpu({ id: 'nvidia:1', freeBytes: null, totalBytes: 32 * gib, holders });
    expect(name({}, unread)).toBeNull();
  });
});

describe('the ceiling as a finding', () => {
  const on = withCard(24);
  const found = (build: string) =>
    ceilingFinding(toSchedulerTarget(on), { ...candidate(on, '31b-it-q4_K_M'), build }, wishOf({}), 262_144);

  it('the ceiling as a finding has the ceiling as Ollama sets its margin, and the one for text alone', () => {
    expect(found('31b-it-q4_K_M')).toEqual({
      code: 'ceiling',
      ceilingTokens: ceiling(on, '31b-it-q4_K_M'),
      textCeilingTokens: ceiling(on, '31b-it-q4_K_M', { vision: false }),
      trainedTokens: 262_144,
    });
  });

  it('the ceiling as a finding has none for text where nobody knows the build', () => {
    expect(found('mine')).toMatchObject({ textCeilingTokens: null });
  });
});
