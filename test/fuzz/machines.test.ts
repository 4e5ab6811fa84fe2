import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doctorReport } from '../../src/commands/doctor.ts';
import { parseMachineFile } from '../../src/machine/file.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import type { System } from '../../src/system/system.ts';
import { machineNames, machinesFolder, replay } from '../machine/replay.ts';
import { cpuMsOf, dirt, mutation } from './hostile.ts';

/** The same machine, of which everything that matches says something else. */
function changed(system: System, what: RegExp, change: (text: string) => string): System {
  return {
    ...system,
    run: async (program, args, options) => {
      const result = await system.run(program, args, options);
      if (result.kind !== 'done' || !what.test(program)) return result;
      return { ...result, stdout: change(result.stdout), stderr: change(result.stderr) };
    },
    read: async (path, maxBytes, from) => {
      const text = await system.read(path, maxBytes, from);
      return text === null || !what.test(path) ? text : change(text).slice(0, maxBytes ?? 1024 * 1024);
    },
  };
}

const names = machineNames().filter((name) => existsSync(join(machinesFolder, name, 'system.json')));
const secrets = { hostName: 'alices-box', userName: 'alice', homeDir: '/home/alice' };
const sources = fc.constantFrom(
  /./,
  /nvidia/,
  /amd|rocm/,
  /vulkan/,
  /^\/proc/,
  /^\/sys/,
  /^\/etc/,
  /reg|powershell/,
  /llama|ollama/,
);

describe('a machine that talks nonsense', () => {
  it('a machine that talks nonsense is read all the same, in bounded time, and doctor’s file of it is one that --machine takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), sources, mutation, async (name, what, change) => {
        const system = changed(replay(name), what, change);
        const { result: machine, cpuMs } = await cpuMsOf(() => probeMachine(system, { budgetMs: 30_000 }));
        expect(cpuMs).toBeLessThan(2500);
        const { text, json } = doctorReport(machine, secrets);
        expect(text).not.toMatch(dirt);
        expect(json).not.toMatch(dirt);
        expect(() => parseMachineFile(json)).not.toThrow();
        expect(machine.accelerators.length).toBeLessThanOrEqual(256);
      }),
      { numRuns: 250 },
    );
  }, 120_000);

  it('the machines that are changed are machines', () => {
    expect(names.length).toBeGreaterThan(50);
    expect(readFileSync(join(machinesFolder, names[0] ?? '', 'system.json'), 'utf8')).toContain('{');
  });
});
