import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { curvesOf } from '../../src/advice/context/curve.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { emptyMachine, hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import type { Machine } from '../../src/machine/types.ts';
import { memoize } from '../../src/memoize.ts';
import { onePerVariant } from '../../src/report/context-matrix.ts';
import { renderers } from '../../src/report/index.ts';
import { displayWidth } from '../../src/report/text.ts';
import { createAccelerator, createMachine, createOptions, GIB } from './result.ts';

const stated = (gpu: string): Machine =>
  hypotheticalMachine(/^M\d|Pi/.test(gpu) ? { gpu } : { gpu, ramBytes: 32 * GIB });
const ram = (gib: number): Machine => hypotheticalMachine({ ramBytes: gib * GIB }, emptyMachine());
const withServer = (machine: Machine, version: string): Machine => ({
  ...machine,
  ollama: { host: 'http://127.0.0.1:11434', remote: false, version, installed: [], loaded: [] },
});

const names = [
  ...['RTX 3050 4GB Laptop', 'GTX 1060 6GB', 'RTX 2060 6GB', 'RTX 3060 Ti', 'RTX 3070', 'RTX 4060', 'RTX 4070 Laptop'],
  ...[
    'RX 6600',
    'RTX 3060 12GB',
    'RTX 4070',
    'Arc B580',
    'RX 6700 XT',
    'RTX 4060 Ti 16GB',
    'RTX 4080',
    'RTX 5060 Ti 16GB',
  ],
  ...[
    'RTX 5070 Ti',
    'RX 7800 XT',
    'RX 9070 XT',
    'Arc A770 16GB',
    'Tesla T4',
    'RTX 3090',
    'RTX 4090',
    'RX 7900 XTX',
    'RTX 5090',
  ],
  ...['RTX 6000 Ada', 'A100 80GB', 'H100', 'L4', 'Tesla P40', '2x RTX 3090', '2x Tesla T4', '8x H100', '8x RTX 3090'],
  ...['RTX 3090 + RTX 3060 12GB', '4x L4', 'M1 16GB', 'M2 8GB', 'M2 16GB', 'M2 Pro 32GB', 'M3 Pro 18GB', 'M3 Max 36GB'],
  ...['M4 16GB', 'M4 24GB', 'M4 Pro 48GB', 'M4 Max 64GB', 'M4 Max 128GB', 'M3 Ultra 512GB', 'Raspberry Pi 5 8GB'],
];
const machines: [string, Machine][] = [
  ...names.map((name): [string, Machine] => [name, stated(name)]),
  ...[2, 4, 8, 16, 24, 32, 64, 128].map((gib): [string, Machine] => [`no GPU, ${gib} GiB of RAM`, ram(gib)]),
  ['nothing known', emptyMachine()],
  [
    'memory of the GPU unknown',
    createMachine({ accelerators: [createAccelerator({ memory: { totalBytes: null, freeBytes: null } })] }),
  ],
  [
    'a driver that does not work',
    createMachine({
      accelerators: [],
      warnings: [{ code: 'driver-broken', vendor: 'nvidia', detail: 'Driver/library version mismatch' }],
    }),
  ],
  ['Ollama older than Gemma 4', withServer(stated('RTX 3060 12GB'), '0.19.4')],
  ['Ollama too old for 12b', withServer(stated('RTX 4090'), '0.30.3')],
  [
    'a GPU that Ollama does not use',
    createMachine({
      accelerators: [
        createAccelerator({ usable: false, reason: { code: 'integrated-dropped', variable: 'OLLAMA_IGPU_ENABLE' } }),
      ],
    }),
  ],
  ['a name of 80 characters', createMachine({ accelerators: [createAccelerator({ name: 'X'.repeat(80) })] })],
];

const asItIs: Partial<CheckRequest> = {};
const requests: [string, Partial<CheckRequest>][] = [
  ['as it is', asItIs],
  ['256K', { contextTokensTotal: 262_144 }],
  ['agents', { useCase: 'agent' }],
  ['four at once', { contextTokensTotal: 65_536, sequences: 4, kvType: 'q8_0', microBatch: 256, vision: false }],
  [
    'five requirements',
    { requirements: ['26b@32k', '31b@64k', 'vision@16k', '12b@8k>=20tps', 'e2b@4k'].map(parseRequirement) },
  ],
];

const answered = memoize((machine: Machine) =>
  memoize((request: Partial<CheckRequest>) => {
    const result = checkMachine(machine, { ...openRequest, ...request }, { version: '0', dataAgeDays: 0 });
    return { result, curves: curvesOf(result, onePerVariant(result)) };
  }),
);
const shown = (machine: Machine, request: Partial<CheckRequest>, columns: number): string[] => {
  const { result, curves } = answered(machine)(request);
  return renderers.human(result, createOptions({ columns, curves })).trimEnd().split('\n');
};
/** A command is not broken: it is there to be copied. */
const isCommand = (line: string) => /^ {4}\S/.test(line);

it('there are at least sixty machines', () => expect(machines.length).toBeGreaterThanOrEqual(60));

describe.each(machines)('%s', (_name, machine) => {
  it.each(requests)('%s: 24 rows of 80 columns', (_request, request) => {
    const lines = shown(machine, request, 80);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => displayWidth(line) > 80 && !isCommand(line))).toEqual([]);
    expect(lines.at(-1)).toContain('--why');
  });

  it.each([60, 40])('%i columns are kept to', (columns) => {
    const lines = shown(machine, asItIs, columns);
    expect(lines.filter((line) => displayWidth(line) > columns && !isCommand(line))).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(columns === 60 ? 30 : 40);
  });

  it('check answers first, then says what the machine is', () => {
    const [first = '', second = ''] = shown(machine, asItIs, 200);
    expect(first).toMatch(/^(Recommended: |No Gemma 4 model|Could not determine|This Ollama|Ollama )/);
    expect(second).toMatch(/Ollama (not running|\d)/);
  });
});
