import type { Fleet, FleetRow } from '../../advice/fleet.ts';
import { count, formatInteger } from '../units.ts';

/** The answer for all machines in one sentence. */
export function fleetSentence(fleet: Fleet): string {
  const { rows, requirements } = fleet;
  const machines = rows.length === 1 ? 'the one machine' : `all of ${count(rows.length, 'machine')}`;
  if (requirements.length > 0) return requirementsSentence(fleet);
  const best = fleet.everywhere;
  if (best !== null)
    return `${best.tag} runs on ${machines}${best.onDevice === rows.length ? ', wholly on the GPU' : `, on ${formatInteger(best.onDevice)} of them wholly on the GPU`}.`;
  const [widest] = fleet.models;
  if (widest === undefined) return `No Gemma 4 model is known to run on any of ${count(rows.length, 'machine')}.`;
  return `No model runs on ${machines}; ${widest.tag} runs on ${formatInteger(widest.atAll)}, on ${formatInteger(widest.onDevice)} of them wholly on the GPU.`;
}

function requirementsSentence({ rows, requirements }: Fleet): string {
  const failed = rows.filter(({ requirements: outcomes }) => outcomes.includes('failed')).length;
  const short = rows.filter(({ requirements: outcomes }) => outcomes.some((outcome) => outcome !== 'met')).length;
  const what = requirements.map(({ text }) => text).join(', ');
  if (short === 0)
    return `All of ${count(rows.length, 'machine')} meet ${what}.`.replace(
      'All of 1 machine meet',
      'The one machine meets',
    );
  const of = `of ${count(rows.length, 'machine')}`;
  const untold = short - failed;
  if (failed === 0)
    return `Whether ${formatInteger(untold)} ${of} ${untold === 1 ? 'meets' : 'meet'} ${what} cannot be told.`;
  const more = untold === 0 ? '' : `; of ${formatInteger(untold)} more it cannot be told`;
  return `${formatInteger(failed)} ${of} ${failed === 1 ? 'does' : 'do'} not meet ${what}${more}.`;
}

/** Why a machine at the very edge may count as too small. */
export function roundingSentence({ roundedDownTo: { deviceShare, ramBesideCardShare } }: Fleet): string {
  return `Free memory is counted down to steps of 1/${Math.round(1 / deviceShare)} of it, RAM beside a card of 1/${Math.round(1 / ramBesideCardShare)}: a machine at the very edge counts as too small.`;
}

/** Which requirement fails on a machine, by name. */
export function shortfalls({ requirements }: FleetRow, { requirements: all }: Fleet): string {
  const named = requirements.flatMap((outcome, index) =>
    outcome === 'met' ? [] : [`${all[index]?.text ?? ''}${outcome === 'unknown' ? ' (cannot tell)' : ''}`],
  );
  return named.join(', ');
}
