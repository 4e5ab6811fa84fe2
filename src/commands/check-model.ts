import { type CheckContext, check } from '../advice/check.ts';
import { candidateOfCustomModel } from '../advice/custom-model.ts';
import { noAlternatives } from '../advice/recommendation/alternatives.ts';
import { candidateNamed } from '../advice/select.ts';
import type { Candidate, CheckRequest, CheckResult } from '../advice/types.ts';
import { checkWarnings } from '../advice/warnings.ts';
import { buildByTag } from '../data/tables.ts';
import { FitError } from '../errors.ts';
import type { Machine } from '../machine/types.ts';
import { createClient } from '../ollama/api/client.ts';
import { unsizedTypes } from '../ollama/api/shown-shape.ts';
import type { ShownModel } from '../ollama/api/types.ts';
import { parseOllamaHost } from '../ollama/http/host.ts';
import { tierMemoryBytes } from '../server-rules/context.ts';
import { toSchedulerTarget } from '../server-rules/target.ts';
import type { Io } from './io.ts';
import { modelOfFile, modelOfShown } from './own-model.ts';

/**
 * `check --model X`: the answer for one model. A GGUF file is read by its header, a model that the server has by its tensors,
 * anything else is looked up in the tables (`hf.co/…`, a tag, a variant).
 * Without `io` the machine is another computer's: what its server has cannot be asked, and its models are looked up too.
 * Throws FitError `bad-file` or `unknown-variant`.
 */
export async function checkModel(
  model: string,
  machine: Machine,
  request: CheckRequest,
  context: CheckContext,
  io: Io | null,
): Promise<CheckResult> {
  const candidate = await candidateOf(model, machine, request, io);
  const whole = check(machine, request, context);
  const target = toSchedulerTarget(machine, request.ollamaVersion);
  const runs = candidate.verdict !== 'no' && candidate.verdict !== 'unknown';
  return {
    ...whole,
    candidates: [candidate],
    recommendation: runs ? { ...candidate, because: [] } : null,
    alternatives: noAlternatives,
    unlock: null,
    plainRun: null,
    warnings: checkWarnings(machine, target, request, candidate, tierMemoryBytes(machine)),
  };
}

async function candidateOf(model: string, machine: Machine, request: CheckRequest, io: Io | null): Promise<Candidate> {
  if (/\.gguf$/i.test(model)) return candidateOfCustomModel(modelOfFile(model), machine, request);
  const installed = machine.ollama?.installed.find(({ name }) => name === model || name === `${model}:latest`);
  if (installed !== undefined && io !== null) {
    const shown = await createClient(parseOllamaHost(io.env.OLLAMA_HOST, io.env)).show(installed.name, {
      verbose: true,
    });
    const own = modelOfShown(installed.name, shown);
    if (own === null && buildByTag(model) === null) refuseUnknownTypes(installed.name, shown);
    if (own !== null) return candidateOfCustomModel(own, machine, request);
  }
  if (model.includes('/') && buildByTag(model) === null) {
    throw new FitError(
      'unknown-variant',
      `Nothing is known of "${model}".`,
      'Pull it and ask again by its name, or give a .gguf file.',
    );
  }
  // At the asked context, not at the ceiling: what is asked here is whether it fits.
  return candidateNamed(machine, request, model);
}

/** A size that leaves tensors out would be a wrong answer. Throws FitError `cannot-tell`. */
function refuseUnknownTypes(name: string, shown: ShownModel): void {
  if (shown.format === 'safetensors') return;
  const [type] = unsizedTypes(shown);
  if (type === undefined) return;
  throw new FitError(
    'cannot-tell',
    `Memory of ${name} unknown: it has tensors of the type ${type}, which this version does not support.`,
    'Is there a newer gemma-fit?',
  );
}
