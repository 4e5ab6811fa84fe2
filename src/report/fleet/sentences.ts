import type { Fleet, FleetRow } from '../../advice/fleet.ts';
import { verdictWords } from '../labels.ts';
import { count, formatInteger } from '../units.ts';

/** The answer for all machines in one sentence. */
export function fleetSentence(fleet: Fleet): string {
  const { rows, requirements } = fleet;
  const machines = rows.length === 1 ? 'the one machine' : `all ${count(rows.length, 'machine')}`;
  if (requirements.length > 0) return requirementsSentence(fleet);
  const best = fleet.everywhere;
  if (best !== null)
    return `${best.tag} runs on ${machines}${best.onDevice === rows.length ? ', fully on the GPU' : `, fully on the GPU on ${formatInteger(best.onDevice)} of them`}.`;
  const [widest] = fleet.models;
  const asked = rows.some(({ missing }) => missing === 'speed') ? ' as asked' : '';
  if (widest === undefined)
    return `No Gemma 4 model is known to run${asked} on any of ${count(rows.length, 'machine')}.`;
  return `No model runs${asked} on ${machines}; ${widest.tag} runs on ${formatInteger(widest.atAll)}, fully on the GPU on ${formatInteger(widest.onDevice)} of them.`;
}

function requirementsSentence({ rows, requirements }: Fleet): string {
  const failed = rows.filter(({ requirements: outcomes }) => outcomes.includes('failed')).length;
  const short = rows.filter(({ requirements: outcomes }) => outcomes.some((outcome) => outcome !== 'met')).length;
  const what = requirements.map(({ text }) => text).join(', ');
  if (short === 0)
    return rows.length === 1 ? `The one machine passes ${what}.` : `All ${count(rows.length, 'machine')} pass ${what}.`;
  const of = `of ${count(rows.length, 'machine')}`;
  const untold = short - failed;
  if (failed === 0)
    return `Unknown whether ${formatInteger(untold)} ${of} ${untold === 1 ? 'passes' : 'pass'} ${what}.`;
  const more = untold === 0 ? '' : `; unknown for ${formatInteger(untold)} more`;
  return `${formatInteger(failed)} ${of} ${failed === 1 ? 'fails' : 'fail'} ${what}${more}.`;
}

/** Why a machine at the very edge may count as too small. */
export function roundingSentence({ roundedDownTo: { deviceShare, ramBesideCardShare } }: Fleet): string {
  return `Free memory is rounded down by up to ${percent(deviceShare)} (RAM beside a GPU ${percent(ramBesideCardShare)}).`;
}

/** Which requirement fails on a machine, by name. */
export function shortfalls({ requirements }: FleetRow, { requirements: all }: Fleet): string {
  const named = requirements.flatMap((outcome, index) =>
    outcome === 'met' ? [] : [`${all[index]?.text ?? ''}${outcome === 'unknown' ? ' (unknown)' : ''}`],
  );
  return named.join(', ');
}

function percent(share: number): string {
  return `${Math.ceil(share * 100)} %`;
}

const missingWords: Record<NonNullable<FleetRow['missing']>, string> = {
  memory: verdictWords.no.short,
  speed: 'too slow',
  server: 'needs another Ollama',
};

/** `GPU`, `too big`, `too slow`. */
export function whereItRuns({ verdict, missing }: FleetRow): string {
  return missing === null ? verdictWords[verdict].short : missingWords[missing];
}
