import { newestEngine } from '../data/engines.ts';
import type { MachineFinding } from '../machine/findings.ts';
import { processOverheadBytes } from '../machine/overhead.ts';
import type { Accelerator, Machine } from '../machine/types.ts';
import { type SchedulerTarget, toSchedulerTarget } from '../server-rules/target.ts';

/** Ollama's own choices: a llama-server uses such a device. */
const choicesOfOllama: readonly MachineFinding['code'][] = ['integrated-dropped', 'backend-disabled'];
/** What is said of Ollama alone. */
const aboutOllama: readonly MachineFinding['code'][] = [...choicesOfOllama, 'server-setting', 'runtime-saw-no-gpu'];

/** The machine as a llama-server finds it: with the devices that Ollama would leave out, without what its service was told. */
export function withoutOllamasChoices(machine: Machine): Machine {
  return {
    ...machine,
    accelerators: machine.accelerators.map(usedHere),
    warnings: machine.warnings.filter(({ code }) => !aboutOllama.includes(code)),
  };
}

/** What the advice needs of it. The models that Ollama holds keep their memory: a llama-server does not unload them. */
export function llamaServerTarget(machine: Machine): SchedulerTarget {
  const own = { ...withoutOllamasChoices(machine), ollama: null };
  return { ...toSchedulerTarget(own), runtime: 'llama.cpp', engine: newestEngine };
}

function usedHere(accelerator: Accelerator): Accelerator {
  const { usable, reason, vendor } = accelerator;
  if (usable !== false || reason === null || !choicesOfOllama.includes(reason.code)) return accelerator;
  const backend = accelerator.backend === 'none' && vendor !== 'nvidia' ? 'vulkan' : accelerator.backend;
  const overheadBytes = accelerator.overheadBytes || processOverheadBytes(backend);
  return { ...accelerator, usable: true, reason: null, backend, overheadBytes };
}
