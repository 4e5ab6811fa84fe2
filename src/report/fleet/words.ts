import type { Fleet, FleetRow } from '../../advice/fleet.ts';
import { count, formatInteger } from '../units.ts';

/** The answer for all machines in one sentence. */
export function fleetSentence(fleet: Fleet): string {
  const { rows, requirements } = fleet;
  const machines = count(rows.length, 'machine');
  if (requirements.length > 0) return requirementsSentence(fleet);
  const best = fleet.everywhere;
  if (best !== null)
    return `${best.tag} runs on all of ${machines}${best.onDevice === rows.length ? ', wholly on the GPU' : `, on ${formatInteger(best.onDevice)} of them wholly on the GPU`}.`;
  const [widest] = fleet.models;
  if (widest === undefined) return `No Gemma 4 model is known to run on any of ${machines}.`;
  return `No model runs on all of ${machines}; ${widest.tag} runs on ${formatInteger(widest.atAll)}, on ${formatInteger(widest.onDevice)} of them wholly on the GPU.`;
}

function requirementsSentence({ rows, requirements }: Fleet): string {
  const short = rows.filter(({ requirements: outcomes }) => outcomes.some((outcome) => outcome !== 'met')).length;
  const what = requirements.map(({ text }) => text).join(', ');
  if (short === 0)
    return `All of ${count(rows.length, 'machine')} meet ${what}.`.replace(
      'All of 1 machine meet',
      'The one machine meets',
    );
  return `${formatInteger(short)} of ${count(rows.length, 'machine')} ${short === 1 ? 'does' : 'do'} not meet ${what}.`;
}

/** Which requirement fails on a machine, by name. */
export function shortfalls({ requirements }: FleetRow, { requirements: all }: Fleet): string {
  const named = requirements.flatMap((outcome, index) =>
    outcome === 'met' ? [] : [`${all[index]?.text ?? ''}${outcome === 'unknown' ? ' (cannot tell)' : ''}`],
  );
  return named.join(', ');
}
