import { checkMachine, openRequest } from '../advice/check.ts';
import { curvesOf } from '../advice/context/curve.ts';
import { tableHardware } from '../advice/hardware.ts';
import { needsOf } from '../advice/needs.ts';
import { asksForSpeed } from '../advice/needs-asked.ts';
import { otherNeedsOf } from '../advice/needs-other.ts';
import type { CheckResult } from '../advice/types.ts';
import type { VariantId } from '../data/ids.ts';
import { parseAmount } from '../data/units.ts';
import { FitError } from '../errors.ts';
import { type HypotheticalOptions, hypotheticalMachine } from '../machine/hypothetical/index.ts';
import { parseGpuSpecs } from '../machine/hypothetical/parse-gpu.ts';
import { renderNeeds } from '../report/needs.ts';
import { type Curve, plainOptions } from '../report/options.ts';
import { shortlist } from '../report/shortlist.ts';
import { type PlannerState, requestOfState } from './state.ts';

/** What the page shows: the answer of `check` for the stated machine, or why there is none. */
export type PlannerAnswer =
  | { kind: 'answer'; result: CheckResult; curves: readonly Curve[] }
  | { kind: 'refused'; message: string; hint: string | null };

/**
 * The answer of `gemma-fit check` with the options that a state stands for, by the same functions. What the command line refuses with a
 * sentence is refused with that sentence; anything else is a bug and thrown.
 */
export function answerTo(state: PlannerState, version: string): PlannerAnswer {
  try {
    const machine = hypotheticalMachine(machineOptions(state));
    const result = checkMachine(machine, requestOfState(state, openRequest), { version, dataAgeDays: 0 });
    return { kind: 'answer', result, curves: curvesOf(result, shortlist(result)) };
  } catch (error) {
    if (!(error instanceof FitError)) throw error;
    return { kind: 'refused', message: error.message, hint: error.hint };
  }
}

function machineOptions(state: PlannerState): HypotheticalOptions {
  const { gpu, os } = state;
  const ramBytes = bringsItsMemory(gpu) ? null : ramOf(state);
  return {
    gpu: gpu.trim() === '' ? 'none' : gpu,
    ...(ramBytes !== null && { ramBytes }),
    ...(os !== '' && { platform: os }),
  };
}

/**
 * What `gemma-fit needs` says of a model at the context and use of a state: the hardware of the table that runs it fully on its GPU, as text
 * of 80 columns.
 */
export function hardwareFor(variant: VariantId, state: PlannerState): string {
  const request = requestOfState({ ...state, users: 1 }, openRequest);
  const needs = needsOf(variant, null, request, tableHardware());
  const other = otherNeedsOf(needs, null, request);
  return renderNeeds(needs, { ...plainOptions, runtime: state.runtime, other, asksForSpeed: asksForSpeed(request) });
}

/** Whether a device as typed names the RAM of its computer (`M3 Max 64GB`, `iPhone 17 Pro`): the page's RAM then says nothing. */
export function bringsItsMemory(gpu: string): boolean {
  try {
    const specs = parseGpuSpecs(gpu, null, null);
    return (
      specs.length > 0 && specs.every(({ device, memoryBytes }) => device.kind !== 'discrete' && memoryBytes !== null)
    );
  } catch (error) {
    if (error instanceof FitError) return false;
    throw error;
  }
}

function ramOf({ ram }: PlannerState): number | null {
  const ramBytes = ram.trim() === '' ? null : parseAmount(ram, 'g');
  if (ram.trim() !== '' && ramBytes === null) {
    throw new FitError('bad-number', `"${ram}" is not an amount of memory.`, 'For example: 32GB.');
  }
  return ramBytes;
}
