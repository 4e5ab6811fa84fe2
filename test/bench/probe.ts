import { readCpu } from '../../src/machine/host/cpu/cpu.ts';
import { readDisk } from '../../src/machine/host/disk.ts';
import { readMemory } from '../../src/machine/host/memory/memory.ts';
import { readOs } from '../../src/machine/host/os.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import { probes } from '../../src/machine/probes/index.ts';
import type { Probe } from '../../src/machine/probes/types.ts';
import { realSystem, type System } from '../../src/system/system.ts';
import { stage } from '../machine/stubs.ts';
import { median } from './timing.ts';

const rounds = 5;

/** Where probing this computer spends its time, part by part, and the cost of a tool that never ends. */
const parts: Record<string, (system: System) => Promise<unknown>> = {
  'system, container, CI': readOs,
  'RAM and limits': (system) => readMemory(system, []),
  CPU: (system) => readCpu(system),
  'disk of the models': readDisk,
  ...Object.fromEntries(
    Object.entries<Probe>(probes).map(([name, probe]) => [`probe ${name}`, (system: System) => probe.run(system)]),
  ),
  'everything at once': (system) => probeMachine(system),
};

for (const [name, run] of Object.entries(parts)) {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await milliseconds(() => run(realSystem())));
  console.log(`${name.padEnd(24)} ${median(times).toFixed(1).padStart(8)} ms`);
}

const hanging = stage({ 'nvidia-smi': [{ when: '*', script: 'exec sleep 60' }] });
const path = `${hanging.folder}/bin:${process.env.PATH ?? ''}`;
const wait = await milliseconds(() => probeMachine(realSystem({ ...process.env, PATH: path })));
hanging.remove();
console.log(`${'with nvidia-smi hanging'.padEnd(24)} ${wait.toFixed(1).padStart(8)} ms`);

async function milliseconds(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
