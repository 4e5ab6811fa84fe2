import { expect, it } from 'vitest';
import { sensibleBuilds } from '../../../src/advice/builds.ts';
import { openRequest } from '../../../src/advice/check.ts';
import { toPlacementInput } from '../../../src/advice/placement/input.ts';
import { staysOnDevices } from '../../../src/advice/placement/max-context.ts';
import { waysToPlace } from '../../../src/advice/placement/ways.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { variantIds } from '../../../src/data/ids.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { gib, gpu, machine, ram } from '../machines.ts';

const card = (freeGib: number, id = 'nvidia:0', change: Parameters<typeof gpu>[0] = {}) =>
  gpu({ id, freeBytes: freeGib * gib, ...change });
const integrated = { kind: 'integrated', vendor: 'amd', backend: 'vulkan', architecture: null } as const;

it.each([
  ['a card of 5 GiB', [card(5)]],
  ['a card of 8 GiB without flash attention', [card(8, 'nvidia:0', { architecture: '6.1' })]],
  ['a card of 11 GiB', [card(11)]],
  ['a card of 23 GiB', [card(23)]],
  ['two cards of 15 GiB', [card(15), card(15, 'nvidia:1')]],
  ['a GPU that shares RAM', [card(24, 'amd:0', integrated)]],
  ['no GPU', []],
])('a build stays on devices where one of its ways is wholly there: on %s', (_name, accelerators) => {
  const target = toSchedulerTarget(machine(accelerators, { memory: ram(30 * gib) }));
  const outcomes = variantIds.flatMap((variant) =>
    sensibleBuilds(target, variant).flatMap((build) =>
      [4096, 131_072].map((tokens) => {
        const workload = workloadFor({ ...openRequest, contextTokensTotal: tokens }, variant, tokens);
        const input = toPlacementInput(target, shapeOfBuild(build), workload);
        if (input === null) throw new Error(`${build.id} has no GGUF case`);
        const whole = waysToPlace(input, workload).usual.some(({ placement }) => placement.mode === 'full');
        return { build: build.id, tokens, whole, stays: staysOnDevices(target, shapeOfBuild(build), workload) };
      }),
    ),
  );
  expect(outcomes.filter(({ whole, stays }) => whole !== stays)).toEqual([]);
  expect(new Set(outcomes.map(({ whole }) => whole)).size).toBe(accelerators.length === 0 ? 1 : 2);
});
