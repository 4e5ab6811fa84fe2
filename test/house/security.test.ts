import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { root, sources } from './sources.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const size = (bytes: number) => (bytes >= MiB ? `${bytes / MiB} MiB` : `${bytes / KiB} KiB`);
const count = (number: number) => number.toLocaleString('en');
const json = ({ items, depth }: { items: number; depth: number }) => `${count(items)} values, ${depth} levels`;
const { program, machineFile, fleet, requirements, gguf, answer, verboseAnswer, stream } = limits;

/** Every limit in words. */
const rows: [what: string, limit: string][] = [
  ['Output of one program', `${size(program.outputBytes)}, ${count(program.lines)} lines; JSON: ${json(program)}`],
  ['Time of one program', `${program.timeoutMs / 1000} s, and all together 2.5 s`],
  ['Devices, readings of one source', `${limits.devices}, ${count(limits.readings)}`],
  ['A file of the system', size(limits.systemFileBytes)],
  ['A machine file', `${size(machineFile.bytes)}, ${json(machineFile)}, ${limits.devices} devices`],
  ['A list, a text in it', `${count(machineFile.listItems)} entries, ${machineFile.textCharacters} characters`],
  ['Machines in one answer, unreadable ones', `${count(fleet.machines)}, ${count(fleet.unreadable)}`],
  ['A file of requirements', `${size(requirements.fileBytes)}, ${count(requirements.items)} requirements`],
  [
    'A GGUF header',
    `${size(gguf.headerBytes)}, ${count(gguf.keys)} keys, ${count(gguf.tensors)} tensors, ${gguf.splitParts} parts`,
  ],
  ['Kept of one list, of all lists in it', `${count(gguf.listItems)}, ${count(gguf.listItemsInAll)} elements`],
  ['Kept of one text, of all texts in it', `${size(gguf.textBytes)}, ${size(gguf.textBytesInAll)}`],
  ['An answer of the server', `${size(answer.bytes)}, ${json(answer)}`],
  ['The same with tensors and vocabulary', `${size(verboseAnswer.bytes)}, ${json(verboseAnswer)}`],
  ['A line, files of a download', `${size(stream.lineBytes)}, ${json(stream)}; ${count(stream.layers)} files`],
  ['Parameters of a model', count(limits.parameters)],
  ['A manifest of the registry', size(limits.manifestBytes)],
  ['A proof, the list of own tags', `${size(limits.proofBytes)}, ${size(limits.stateFileBytes)}`],
  ['A sentence that quotes foreign text', `${count(limits.messageCharacters)} characters`],
];

/** The table as it stands in SECURITY.md. */
export function limitsTable(): string {
  const width = (at: 0 | 1) => Math.max(...[['What', 'Limit'] as const, ...rows].map((row) => row[at].length));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(width(at as 0 | 1))).join(' | ')} |`;
  const rule = `| ${'-'.repeat(width(0))} | ${'-'.repeat(width(1))} |`;
  return [line(['What', 'Limit']), rule, ...rows.map(line)].join('\n');
}

describe('the limits', () => {
  it('the limits in SECURITY.md are those of the code', () => {
    expect(readFileSync(join(root, 'SECURITY.md'), 'utf8')).toContain(limitsTable());
  });

  it('the limits are all told', () => {
    const numbers = (value: object): number[] =>
      Object.values(value).flatMap((inner) => (typeof inner === 'object' ? numbers(inner) : [inner]));
    const told = rows.flatMap(([, limit]) => limit.match(/[\d,.]+( MiB| KiB| s\b)?/g) ?? []);
    for (const number of numbers(limits)) {
      const forms = [count(number), size(number), String(number), `${number / 1000} s`];
      expect(
        forms.some((form) => told.some((one) => one.replace(/,$/, '') === form)),
        String(number),
      ).toBe(true);
    }
  });

  it('the limits are all used', () => {
    const text = sources
      .filter(({ path }) => path !== 'limits.ts')
      .map((source) => source.text)
      .join('\n');
    for (const group of Object.keys(limits))
      expect(text, group).toMatch(new RegExp(`\\blimits\\.${group}\\b|\\b${group}\\b[^;]*\\} = limits`));
  });
});

describe('what leaves the program', () => {
  const printing = sources.filter(({ path }) => /^(cli|commands|terminal|report)\b/.test(path));

  it('what leaves the program as JSON is escaped: nobody who prints calls JSON.stringify himself', () => {
    const callers = printing.filter(({ text }) => /JSON\.stringify\(/.test(text)).map(({ path }) => path);
    // The escape itself, YAML's quotes, the list in a GitHub output, of which the values were cleaned before, and a key that is not shown.
    const known = ['report/github.ts', 'report/human/machine-line.ts', 'report/json.ts', 'report/k8s/yaml.ts'];
    expect(callers.sort()).toEqual(known);
  });

  it('what leaves the program is written in one place', () => {
    const writers = sources.filter(({ text }) => /\b(stdout|stderr)\.write\(/.test(text));
    expect(writers.map(({ path }) => path).sort()).toEqual([
      'commands/pull-output.ts',
      'machine/host/system-information/ask.ts',
    ]);
  });
});

it('every pause hears an interrupt: timers that reject with an error of their own are used nowhere', () => {
  expect(sources.filter(({ text }) => /timers\/promises/.test(text) && !/has an error of its own/.test(text))).toEqual(
    [],
  );
});
