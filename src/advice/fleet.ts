import { dataVersion } from '../data/tables.ts';
import type { Machine } from '../machine/types.ts';
import type { VariantId } from '../model/types.ts';
import { type CheckContext, checkMachine } from './check.ts';
import { exitOf } from './exit.ts';
import { type FleetSteps, roundedDown, signatureOf } from './fleet-machine.ts';
import { exclusionsOf } from './recommendation/exclusions.ts';
import { doesRun } from './run-outcome.ts';
import type { CheckRequest, CheckResult, RequirementResult, Speed, Verdict } from './types.ts';

/** One machine's answer. `error`: its file could not be used, and nothing else is known. */
export interface FleetRow {
  name: string;
  hardware: string;
  recommended: string | null;
  variant: VariantId | null;
  verdict: Verdict;
  /** What is missing where the verdict is no: memory, a speed or quality that was asked for, or a server that can; null otherwise. */
  missing: 'memory' | 'speed' | 'server' | null;
  ceilingTokens: number | null;
  speed: Speed | null;
  /** In the order of the request. */
  requirements: RequirementResult['outcome'][];
  error: string | null;
}

/** On how many machines a build runs: fully on devices, and at all. */
export interface FleetModel {
  tag: string;
  variant: VariantId;
  onDevice: number;
  atAll: number;
}

/** Many machines and one question. */
export interface Fleet {
  schemaVersion: '1.0';
  tool: CheckResult['tool'];
  data: CheckResult['data'];
  request: CheckResult['request'];
  /** Free memory is rounded down in steps, so that nearly equal machines share one answer. */
  roundedDownTo: FleetSteps;
  rows: FleetRow[];
  /** The best build that runs on every machine, fully on devices if possible; null when none runs everywhere. */
  everywhere: FleetModel | null;
  /** Builds that run on at least one machine, the most widely usable first. */
  models: FleetModel[];
  requirements: { text: string; met: number; failed: number; unknown: number }[];
}

/** What is kept of a checked machine: enough for its row and the totals. */
interface Answer {
  row: Omit<FleetRow, 'name' | 'hardware'>;
  ranked: { tag: string; variant: VariantId; verdict: Verdict }[];
}

export interface FleetBuilder {
  add(name: string, machine: Machine): void;
  addUnreadable(name: string, why: string): void;
  finish(): Fleet;
}

export const fleetSteps: FleetSteps = { deviceShare: 1 / 128, ramShare: 1 / 64, ramBesideCardShare: 1 / 8 };
/** Answers kept for equal machines. */
const mostKept = 4096;

/** Takes machines one by one and keeps only a short row of each. `add` throws FitError as `check` does for an impossible request. */
export function createFleet(request: CheckRequest, context: CheckContext): FleetBuilder {
  const { leftOpen: _, ...asked } = request;
  const rows: FleetRow[] = [];
  const tally = new Map<string, FleetModel & { places: number }>();
  const kept = new Map<string, Answer>();
  const answerOf = (machine: Machine): Answer => {
    const rounded = roundedDown(machine, fleetSteps);
    const key = signatureOf(rounded);
    const found = kept.get(key);
    if (found !== undefined) return found;
    if (kept.size >= mostKept) kept.clear();
    const made = shortened(checkMachine(rounded, request, { ...context, brief: true }));
    kept.set(key, made);
    return made;
  };
  return {
    add(name, machine) {
      const { row, ranked } = answerOf(machine);
      rows.push({ name, hardware: hardwareOf(machine), ...row });
      for (const [place, { tag, variant, verdict }] of ranked.entries()) {
        const sum = tally.get(tag) ?? { tag, variant, onDevice: 0, atAll: 0, places: 0 };
        sum.onDevice += Number(verdict === 'gpu');
        sum.atAll += Number(doesRun({ verdict }));
        sum.places += place;
        tally.set(tag, sum);
      }
    },
    addUnreadable(name, why) {
      rows.push({ name, hardware: '', ...unreadable(request, why) });
    },
    finish() {
      const models = [...tally.values()].filter(({ atAll }) => atAll > 0).sort(byUse);
      return {
        schemaVersion: '1.0',
        tool: { name: 'gemma-fit', version: context.version },
        data: { version: dataVersion, ageDays: context.dataAgeDays },
        request: asked,
        roundedDownTo: fleetSteps,
        rows,
        everywhere: everywhereOf(models, rows.length),
        models: models.map(plain),
        requirements: request.requirements.map(({ text }, index) => ({ text, ...countOutcomes(rows, index) })),
      };
    },
  };
}

function shortened(result: CheckResult): Answer {
  const { recommendation, candidates, requirements, request } = result;
  const verdict = recommendation?.verdict ?? (candidates.some((one) => one.verdict === 'unknown') ? 'unknown' : 'no');
  return {
    row: {
      recommended: recommendation?.tag ?? null,
      variant: recommendation?.variant ?? null,
      verdict,
      missing: verdict === 'no' ? missingOf(result) : null,
      ceilingTokens: recommendation?.ceilingTokens ?? null,
      speed: recommendation?.speed ?? null,
      requirements: requirements.map(({ outcome }) => outcome),
      error: null,
    },
    // What does not answer the request does not run as asked.
    ranked: candidates.map((one) => ({
      tag: one.tag,
      variant: one.variant,
      verdict: exclusionsOf(one, request).length > 0 ? 'no' : one.verdict,
    })),
  };
}

function missingOf(result: CheckResult): Exclude<FleetRow['missing'], null> {
  if (exitOf({ ...result, requirements: [] }) === 'ollama-unavailable') return 'server';
  return result.candidates.some(doesRun) ? 'speed' : 'memory';
}

function unreadable(request: CheckRequest, error: string): Omit<FleetRow, 'name' | 'hardware'> {
  const requirements = request.requirements.map((): RequirementResult['outcome'] => 'unknown');
  return {
    recommended: null,
    variant: null,
    verdict: 'unknown',
    missing: null,
    ceilingTokens: null,
    speed: null,
    requirements,
    error,
  };
}

/** More machines fully on devices first, then more machines at all, then the better rank. */
function byUse(a: FleetModel & { places: number }, b: FleetModel & { places: number }): number {
  return b.onDevice - a.onDevice || b.atAll - a.atAll || a.places - b.places || (a.tag < b.tag ? -1 : 1);
}

function everywhereOf(models: readonly (FleetModel & { places: number })[], machines: number): FleetModel | null {
  const best = models.find(({ atAll }) => atAll === machines);
  return best === undefined ? null : plain(best);
}

function plain({ tag, variant, onDevice, atAll }: FleetModel): FleetModel {
  return { tag, variant, onDevice, atAll };
}

function countOutcomes(rows: readonly FleetRow[], index: number): { met: number; failed: number; unknown: number } {
  const counts = { met: 0, failed: 0, unknown: 0 };
  for (const { requirements } of rows) counts[requirements[index] ?? 'unknown'] += 1;
  return counts;
}

function hardwareOf({ accelerators, cpu }: Machine): string {
  const usable = accelerators.filter((one) => one.usable !== false).map(({ name }) => name);
  const counts = new Map<string, number>();
  for (const name of usable) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${count} x ${name}`));
  return names.length > 0 ? names.join(' + ') : (cpu.brand ?? 'no GPU');
}
