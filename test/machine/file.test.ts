import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doctorReport } from '../../src/commands/doctor.ts';
import { FitError } from '../../src/errors.ts';
import { parseMachineFile } from '../../src/machine/file.ts';
import { emptyMachine, hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import { redactMachine } from '../../src/machine/redact.ts';
import { machineExamples } from '../report/findings.ts';
import { machineNames, replay } from './replay.ts';

const nobody = { hostName: '', userName: null, homeDir: null };

function refusal(text: string): string {
  try {
    parseMachineFile(text);
  } catch (thrown) {
    if (thrown instanceof FitError && thrown.code === 'bad-file') return thrown.message;
    throw thrown;
  }
  throw new Error('it was accepted');
}

describe('a machine file', () => {
  it.each(machineNames())('%s: what doctor prints is read back as the same machine', async (name) => {
    const machine = await probeMachine(replay(name), { budgetMs: 15_000 });
    const { json } = doctorReport(machine, nobody);
    const read = parseMachineFile(json);
    expect(read).toEqual(redactMachine(machine, nobody));
    expect(read.accelerators.map(({ memory }) => memory)).toEqual(machine.accelerators.map(({ memory }) => memory));
    expect(JSON.parse(doctorReport(read, nobody).json)).toEqual(JSON.parse(json));
  });

  it.each(['linux', 'discrete', 'cuda', 'container', 'measured', 'vm', 'avx2'])(
    'a computer or user called "%s" spoils no word of the file',
    async (name) => {
      const machine = await probeMachine(replay('gke-l4-pod'), { budgetMs: 15_000 });
      const { json } = doctorReport(machine, { hostName: name, userName: name, homeDir: `/home/${name}` });
      expect(parseMachineFile(json)).toMatchObject({ os: machine.os, cpu: { flags: machine.cpu.flags } });
    },
  );

  it('the document of check --json serves as well', () => {
    const machine = hypotheticalMachine({ gpu: 'RTX 4090' });
    expect(parseMachineFile(JSON.stringify({ schemaVersion: '1.0', machine, candidates: [] }))).toEqual(machine);
  });

  it.each([
    ['', 'empty'],
    ['{', 'not JSON'],
    ['<html>', 'not JSON'],
    ['[]', 'the document'],
    ['null', 'the document'],
    ['{"os":{}}', 'os.'],
    ['"text"', 'the document'],
  ])('%j is refused', (text, why) => {
    expect(refusal(text)).toContain(why);
  });

  it('a machine file says which place is wrong', () => {
    const machine = hypotheticalMachine({ gpu: 'RTX 4090' });
    const [device] = machine.accelerators;
    const file = (about: object) => JSON.stringify({ ...machine, accelerators: [{ ...device, ...about }] });
    expect(refusal(file({ memory: { totalBytes: -1, freeBytes: null } }))).toContain(
      'accelerators.0.memory.totalBytes',
    );
    expect(refusal(file({ memory: { totalBytes: 1.5, freeBytes: null } }))).toContain(
      'accelerators.0.memory.totalBytes',
    );
    expect(refusal(file({ memory: { totalBytes: 5, freeBytes: 6 } }))).toContain('more free memory than memory');
    expect(refusal(file({ memory: { totalBytes: 0, freeBytes: 0 } }))).toContain('0 bytes');
    expect(refusal(JSON.stringify({ ...machine, accelerators: [device, device] }))).toContain('twice');
    expect(refusal(file({ backend: 'opengl' }))).toContain('accelerators.0.backend');
  });

  it('keys that this version does not know are passed over', () => {
    expect(parseMachineFile(JSON.stringify({ ...emptyMachine(), future: true }))).toEqual(emptyMachine());
  });

  it.each([
    { code: '__proto__' },
    { code: 'constructor' },
    { code: 'memory-limited' },
    { code: 'memory-limited', limitedBy: 'cgroup', limitBytes: '8', totalBytes: null, source: 'x' },
    { code: 'driver-broken', vendor: {}, detail: 'x' },
    { code: 'ceiling' },
  ])('a finding without a sentence is passed over: %j', (finding) => {
    const machine = hypotheticalMachine({ gpu: 'RTX 4090' });
    const accelerators = machine.accelerators.map((device) => ({ ...device, usable: false, reason: finding }));
    const text = JSON.stringify({ ...machine, accelerators, warnings: [finding, ...machine.warnings] });
    const read = parseMachineFile(text);
    expect(read.warnings).toEqual(machine.warnings);
    expect(read.accelerators).toMatchObject([{ usable: false, reason: null }]);
  });

  it('a finding is kept with what its sentence needs, an unknown size too', () => {
    const warnings = [
      { code: 'memory-limited', limitedBy: 'cgroup', limitBytes: 8e9, totalBytes: null, source: 'x' },
      { code: 'ram-unknown' },
    ];
    expect(parseMachineFile(JSON.stringify({ ...emptyMachine(), warnings })).warnings).toEqual(warnings);
    for (const finding of Object.values(machineExamples)) {
      expect(parseMachineFile(JSON.stringify({ ...emptyMachine(), warnings: [finding] })).warnings).toEqual([finding]);
    }
  });

  it('any text is read or refused with bad-file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(refusal(text)).toMatch(/^This is not a machine file: /);
      }),
    );
  });
});
