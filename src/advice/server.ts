import type { Runtime } from '../data/ids.ts';
import { llamaServerRules } from '../llama-server-rules/rules.ts';
import { llamaServerTarget, withoutOllamasChoices } from '../llama-server-rules/target.ts';
import type { Machine } from '../machine/types.ts';
import { ollamaRules, type ServerRules } from '../server-rules/server-rules.ts';
import { type SchedulerTarget, type ServerChoice, toSchedulerTarget } from '../server-rules/target.ts';

/** What is asked of every kind of server. */
interface Server {
  rules: ServerRules;
  target: (machine: Machine, choice: ServerChoice) => SchedulerTarget;
  /** The machine as this server would find it. */
  view: (machine: Machine) => Machine;
}

const servers: Record<Runtime, Server> = {
  ollama: {
    rules: ollamaRules,
    target: (machine, { ollamaVersion }) => toSchedulerTarget(machine, ollamaVersion),
    view: (machine) => machine,
  },
  'llama.cpp': { rules: llamaServerRules, target: llamaServerTarget, view: withoutOllamasChoices },
};

const serverOf = ({ runtime = 'ollama' }: Pick<ServerChoice, 'runtime'>): Server => servers[runtime];

/** What the server that is answered for decides before it loads. */
export function rulesOf(choice: Pick<ServerChoice, 'runtime'>): ServerRules {
  return serverOf(choice).rules;
}

/** What the advice needs of a machine, for that server. */
export function targetOf(machine: Machine, choice: ServerChoice): SchedulerTarget {
  return serverOf(choice).target(machine, choice);
}

/** The machine with what that server would use of it. */
export function machineFor(machine: Machine, choice: Pick<ServerChoice, 'runtime'>): Machine {
  return serverOf(choice).view(machine);
}

/** Whether it is Ollama that is answered for. */
export function isOllama({ runtime = 'ollama' }: Pick<ServerChoice, 'runtime'>): boolean {
  return runtime === 'ollama';
}
