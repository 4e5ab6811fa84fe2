import type { Candidate } from '../../advice/types.ts';
import { contextOfOne } from '../pull-line.ts';

/** A thing to do, and what to type for it. */
export interface Step {
  label: string;
  command: string;
}

/** How a GGUF file becomes a model of Ollama, with the context that was calculated: `pull` takes no files. */
export function fileSteps({ workload }: Candidate, path: string): Step[] {
  const name = nameFor(path);
  const context = contextOfOne(workload.contextTokensTotal, workload.sequences);
  const from = /^[./\\~]|^[A-Za-z]:/.test(path) ? path : `./${path}`;
  return [
    { label: 'Describe it', command: `printf 'FROM ${quoted(from)}\\nPARAMETER num_ctx ${context}\\n' > Modelfile` },
    { label: 'Install', command: `ollama create ${name} -f Modelfile` },
    { label: 'Run', command: `ollama run ${name}` },
  ];
}

/** `models/31b Q4.gguf` becomes `31b-q4`: what Ollama takes as a name. */
function nameFor(path: string): string {
  const base = path.split(/[\\/]/).at(-1) ?? '';
  const name = base
    .replace(/\.gguf$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return name === '' ? 'my-gemma4' : name;
}

/** Inside single quotes of a shell. */
function quoted(path: string): string {
  return path
    .replace(/'/g, `'\\''`)
    .replace(/%/g, '%%')
    .replace(/\\(?!')/g, '\\\\');
}
