import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { exitOfError } from '../../src/errors.ts';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { codesPage } from '../../src/report/explain-code.ts';
import { codes, explanationOf } from '../../src/report/explanations/index.ts';
import { displayWidth } from '../../src/report/text.ts';
import { record } from './record.ts';

const said = (command: string, env: Record<string, string> = {}) => record({ name: '', command, machine: null, env });

describe('gemma-fit explain CODE', () => {
  it('gemma-fit explain CODE says what it means, why it matters, what to do and where it comes from', async () => {
    const text = await said('explain kv-quantized');
    for (const label of ['Meaning', 'Why it matters', 'What to do', 'Source', 'docs/codes.md#kv-quantized']) {
      expect(text).toContain(label);
    }
    expect(text).toContain('Exit code: 0');
  });

  it.each(codes)('%s has four sentences', (code) => {
    const { means, matters, remedy, source } = explanationOf(code)?.explanation ?? {};
    for (const text of [means, matters, remedy]) expect(text).toMatch(/^\S.{5,}(\.|https:\/\/\S+)$/);
    expect(source?.length).toBeGreaterThan(3);
  });

  it('gemma-fit explain CODE knows every code of an error', () => {
    for (const code of Object.keys(exitOfError)) expect(codes).toContain(code);
  });

  it('gemma-fit explain CODE knows every code of an answer', () => {
    const machine = hypotheticalMachine({ gpu: 'RTX 4060', ramBytes: 16 * 2 ** 30 });
    const result = checkMachine(machine, openRequest, { version: '0', dataAgeDays: 0 });
    const used = [...result.warnings, ...result.candidates.flatMap(({ reasons }) => reasons)].map(({ code }) => code);
    expect(used.length).toBeGreaterThan(20);
    for (const code of used) expect(codes).toContain(code);
  });

  it('gemma-fit explain CODE refuses a word that is no code, and lists the codes without one', async () => {
    expect(await said('explain nosuch')).toContain('"nosuch" is not a code of gemma-fit.');
    expect(await said('explain nosuch')).toContain('Exit code: 2');
    expect(await said('explain')).toContain('kv-quantized');
  });

  it('gemma-fit explain CODE is a document with --json', async () => {
    const text = await said('explain spills --json');
    expect(text).toContain('"code": "spills"');
    expect(text).toContain('docs/codes.md#spills');
  });

  it.each(['explain', 'explain spills', 'help terms'])('%s keeps to the width of the terminal', async (command) => {
    for (const columns of [40, 60, 80]) {
      const lines = (await said(command, { COLUMNS: String(columns) })).split('\n').slice(3, -3);
      const long = lines.filter((line) => displayWidth(line) > columns && !line.startsWith('https://'));
      expect(long).toEqual([]);
    }
  });
});

describe('help terms', () => {
  it('help terms explains the words of the reports, units too', async () => {
    const text = await said('help terms');
    for (const word of ['context', 'quantization', 'KV cache', 'reserve', 'GiB']) expect(text).toContain(word);
    expect(await said('explain terms')).toContain('quantization');
  });
});

describe('docs/codes.md', () => {
  const page = readFileSync(new URL('../../docs/codes.md', import.meta.url), 'utf8');

  it('docs/codes.md is what npm run docs writes', () => expect(page).toBe(codesPage()));

  it('docs/codes.md has a heading for each code', () => {
    for (const code of codes) expect(page).toContain(`\n### ${code}\n`);
  });
});

describe('JSON leads to the page', () => {
  it('JSON leads to the page of an answer and of an error', async () => {
    expect(await said('check --json --gpu "RTX 4090"')).toContain('"docs": "https://');
    expect(await said('check --json --context 12q')).toContain('docs/codes.md#bad-number"');
  });
});
