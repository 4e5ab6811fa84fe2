import { type CheckContext, checkMachine } from '../advice/check.ts';
import { candidateOfCustomModel } from '../advice/custom-model.ts';
import { noAlternatives } from '../advice/recommendation/alternatives.ts';
import { doesRun, isSpeedTold } from '../advice/run-outcome.ts';
import { candidateNamed, insistedOn } from '../advice/select.ts';
import { isOllama, targetOf } from '../advice/server.ts';
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
import type { Io } from './io.ts';
import { modelOfFile, modelOfShown } from './own-model.ts';

/**
 * `check --model X`: the answer for one model. A GGUF file is read by its header, a model that the server has by its tensors, anything else
 * is looked up in the tables (`hf.co/…`, a tag, a variant). Without `io` the machine is another computer, whose server cannot be asked: its
 * models are looked up too. Throws FitError `bad-file` or `unknown-variant`.
 */
export async function checkModel(
  model: string,
  machine: Machine,
  request: CheckRequest,
  context: CheckContext,
  io: Io | null,
): Promise<CheckResult> {
  const asked = forFile(model, request);
  const candidate = await candidateOf(model, machine, asked, io);
  const missing = insistedOn(candidate, asked);
  const isTaken = doesRun(candidate) && isSpeedTold(candidate, asked) && missing.length === 0;
  const whole = checkMachine(machine, asked, context);
  const target = targetOf(machine, request);
  return {
    ...whole,
    candidates: [{ ...candidate, reasons: [...missing, ...candidate.reasons] }],
    recommendation: isTaken ? { ...candidate, because: [] } : null,
    alternatives: noAlternatives,
    unlock: null,
    plainRun: null,
    warnings: checkWarnings(machine, target, request, candidate, tierMemoryBytes(machine)),
  };
}

/** A llama-server that is given a file loads that alone: images need a second one. */
function forFile(model: string, request: CheckRequest): CheckRequest {
  if (isOllama(request) || !isFile(model)) return request;
  const seeing = request.useCase === 'vision' || request.useCase === 'audio';
  return { ...request, vision: seeing ? true : (request.vision ?? false) };
}

const isFile = (model: string) => /\.gguf$/i.test(model);

async function candidateOf(model: string, machine: Machine, request: CheckRequest, io: Io | null): Promise<Candidate> {
  if (isFile(model)) return candidateOfCustomModel(modelOfFile(model), machine, request);
  const has = isOllama(request) ? (machine.ollama?.installed ?? []) : [];
  const installed = has.find(({ name }) => name === model || name === `${model}:latest`);
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
  // At the requested context, not at the ceiling: the question is whether it fits.
  return candidateNamed(machine, request, model);
}

/** A size without some of the tensors would be wrong. Throws FitError `cannot-tell`. */
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
