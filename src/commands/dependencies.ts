import { openRequest } from '../advice/check.ts';
import { candidateOfCustomModel } from '../advice/custom-model.ts';
import { chooseCandidate } from '../advice/select.ts';
import { targetOf } from '../advice/server.ts';
import type { Candidate, CheckRequest } from '../advice/types.ts';
import { variantOf } from '../data/tables.ts';
import { probeMachine } from '../machine/probe.ts';
import type { Machine } from '../machine/types.ts';
import { type PullPlan, type PullPlanRequest, planFor, predictionOf } from '../ollama/pull/plan.ts';
import { proofMachine } from '../ollama/verify/proofs.ts';
import type { Prediction } from '../ollama/verify/types.ts';
import { defaultContextTokens, tierMemoryBytes } from '../server-rules/context.ts';
import { areAlike } from '../server-rules/device-sets.ts';
import { imageFitTargetBytes } from '../server-rules/margin.ts';
import { serviceSettingsOf } from '../server-rules/service-settings.ts';
import { unlessAborted } from '../system/sleep.ts';
import { probeThisMachine } from '../this-machine/probe.ts';
import type { RamUse } from '../this-machine/ram-timer.ts';
import { checkContext } from './document-head.ts';
import type { Io } from './io.ts';
import { modelOfShown } from './own-model.ts';
import type { PullDeps } from './pull.ts';
import type { Server } from './server.ts';
import type { VerifyDeps } from './verify.ts';

/** Dependencies of `pull`: the advice for this machine and server, and the driver's free memory. */
export async function pullDeps(
  model: string | null,
  request: CheckRequest,
  io: Io,
  signal: AbortSignal,
  ramUse: RamUse = 'once',
): Promise<PullDeps> {
  const machine = await unlessAborted(probeThisMachine(io, ramUse), signal);
  const context = checkContext(io);
  return {
    choose: async () => {
      const candidate = chooseCandidate(machine, request, model, context);
      const devicesAlike = areAlike(targetOf(machine, request));
      const plan = planFor(candidate, {
        ...planRequestOf(candidate),
        textOnly: request.vision === false,
        devicesAlike,
      });
      return { ...plan, settings: plan.settings.filter((setting) => !isSet(machine, setting)) };
    },
    machine: proofMachine(machine),
    readFreeBytes: () => unlessAborted(freeDeviceBytes(io), signal),
  };
}

/** Dependencies of `verify`. */
export async function verifyDeps(io: Io, signal: AbortSignal): Promise<VerifyDeps> {
  const machine = await unlessAborted(probeThisMachine(io), signal);
  return {
    predict: async (tag, server) => predict(tag, server, machine),
    machine: proofMachine(machine),
    hasUsableGpu: machine.accelerators.some(({ usable }) => usable === true),
    readFreeBytes: () => unlessAborted(freeDeviceBytes(io), signal),
  };
}

/** Whether the service has it already. */
function isSet({ warnings }: Machine, { variable, value }: PullPlan['settings'][number]): boolean {
  return warnings.some((one) => one.code === 'server-setting' && one.variable === variable && one.value === value);
}

/**
 * What would have to be set on the server, from the reasons of the advice. A tag with a fixed number of layers needs no reserve: it
 * switches off llama.cpp's fit, which is what reads it.
 */
export function planRequestOf({ reasons, verdict, variant }: Candidate): PullPlanRequest {
  const projector = reasons.find(({ code }) => code === 'projector-margin');
  const fixed = reasons.some(({ code }) => code === 'pinned-layers');
  const wouldFitAsText = verdict === 'split' && !fixed && projector?.code === 'projector-margin';
  const fitTargetBytes = imageFitTargetBytes(variantOf(variant).projector.largeImageBytes);
  return {
    hostMemoryTight: reasons.some(({ code }) => code === 'prompt-cache-tight'),
    fitTargetMiB: wouldFitAsText ? fitTargetBytes / 2 ** 20 : null,
    fitTargetGainBytes: wouldFitAsText ? projector.marginBytes - fitTargetBytes : null,
  };
}

/** The prediction for that tag on this machine, from its own tensors and parameters. */
async function predict(tag: string, { client }: Server, machine: Machine): Promise<Prediction | null> {
  const shown = await client.show(tag, { verbose: true });
  const model = modelOfShown(tag, shown);
  if (model === null) return null;
  const contextTokens =
    parameter(shown.parameters.num_ctx) ??
    serviceSettingsOf(machine).contextTokens ??
    defaultContextTokens(tierMemoryBytes(machine));
  const request: CheckRequest = {
    ...openRequest,
    leftOpen: ['kvType', 'sequences'],
    contextTokensTotal: contextTokens,
    microBatch: parameter(shown.parameters.num_batch),
    fixed: { gpuLayers: parameter(shown.parameters.num_gpu, 0), mainGpu: parameter(shown.parameters.main_gpu, 0) },
  };
  return predictionOf(candidateOfCustomModel(model, machine, request));
}

/** The last value of a parameter of a tag; null where it has none of at least so much. */
function parameter(values: readonly string[] | undefined, least = 1): number | null {
  const value = values === undefined ? Number.NaN : Number(values.at(-1));
  return Number.isSafeInteger(value) && value >= least ? value : null;
}

/**
 * Free memory of the usable cards now; null when a driver does not report it, and for chips that share RAM, where mapped weights do not
 * count.
 */
async function freeDeviceBytes(io: Io): Promise<number | null> {
  const { accelerators } = await probeMachine(io.system);
  const used = accelerators.filter(({ usable }) => usable !== false);
  const free = used.map(({ memory }) => memory.freeBytes);
  const shared = used.some(({ kind }) => kind !== 'discrete');
  return used.length === 0 || shared || free.includes(null)
    ? null
    : free.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
}
