import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { curvesOf } from '../../src/advice/context/curve.ts';
import type { CheckRequest, CheckResult } from '../../src/advice/types.ts';
import { useCases } from '../../src/data/ids.ts';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import type { Machine } from '../../src/machine/types.ts';
import { renderers } from '../../src/report/index.ts';
import { plainOptions } from '../../src/report/options.ts';
import { shortlist } from '../../src/report/shortlist.ts';
import { machineNames, replay } from '../machine/replay.ts';

const named = [
  'RTX 4090',
  '2x RTX 3090',
  'RTX 3090 + GTX 1060 6GB',
  'RTX 3060 12GB',
  'RTX 4060',
  'M4 16GB',
  'M3 Max 64GB',
  'none',
];
const ofTable = (gpu: string) => hypotheticalMachine({ gpu, ...(gpu.startsWith('M') ? {} : { ramBytes: 2 ** 35 }) });

const ask = (machine: Machine, request: Partial<CheckRequest> = {}): CheckResult =>
  checkMachine(machine, { ...openRequest, runtime: 'llama.cpp', ...request }, { version: '0', dataAgeDays: 0 });

function pagesOf(result: CheckResult): string[] {
  const options = { ...plainOptions, curves: curvesOf(result, shortlist(result)) };
  const { human, markdown, html, junit, github } = renderers;
  return [
    human(result, options),
    human(result, { ...options, why: true }),
    human(result, { ...options, explain: '26b' }),
    ...[markdown, junit, github].map((render) => render(result, options)),
    // Where a reading came from may well be Ollama's log.
    html(result, options).replace(/<(details><summary>Evidence|script ).*/s, ''),
  ];
}

/** Models that Ollama holds are named as its own, and a source of the table as what it is. */
const linesAboutOllama = (page: string) =>
  page
    .split('\n')
    .filter((line) => /ollama|gemma-fit (pull|verify)|num_ctx|num_gpu/i.test(line))
    .filter((line) => !/in Ollama and counted as taken|logs up to macOS/.test(line));

describe('an answer for llama-server', () => {
  it.each(named)(
    'an answer for llama-server on %s says nothing of Ollama, neither what it does nor what to type',
    (gpu) => {
      for (const page of pagesOf(ask(ofTable(gpu)))) expect(linesAboutOllama(page)).toEqual([]);
    },
  );

  it.each(machineNames())(
    'an answer for llama-server says nothing of Ollama on the recorded machine %s, whatever its server was told',
    async (name) => {
      const machine = await probeMachine(replay(name));
      for (const page of pagesOf(ask(machine))) expect(linesAboutOllama(page)).toEqual([]);
    },
  );

  it.each(useCases)('an answer for llama-server for %s says nothing of Ollama on a common card', (useCase) => {
    const result = ask(hypotheticalMachine({ gpu: 'RTX 4060', ramBytes: 2 ** 35 }), { useCase });
    for (const page of pagesOf(result)) expect(page).not.toMatch(/ollama/i);
  });
});
