import type { RunResult, System } from '../../../system/system.ts';
import type { MachineFinding } from '../../findings.ts';
import { brokenText, classifyFailure } from './failure.ts';
import { parseCards } from './parse.ts';
import { type QueryField, queries, type RawCard } from './types.ts';

/** The result of nvidia-smi. missing: no such program. silent: it hangs or prints nothing useful. */
export interface SmiAnswer {
  outcome: 'cards' | 'missing' | 'broken' | 'silent';
  cards: RawCard[];
  /** The command that answered, word for word. */
  source: string;
  findings: MachineFinding[];
}

/** One nvidia-smi call; a deadline is shared by all calls of a probe. */
export type Smi = (args: readonly string[], atMostMs?: number) => Promise<RunResult>;

/** Calls nvidia-smi until deadlineMs after now; at least 250 ms a call, so that a late call can still answer from memory. */
export function smiOf(system: System, places: readonly string[], deadlineMs: number, now: () => number): Smi {
  const end = now() + deadlineMs;
  return (args, atMostMs = deadlineMs) => {
    const timeoutMs = Math.max(250, Math.round(Math.min(end - now(), atMostMs)));
    return system.run('nvidia-smi', args, { timeoutMs, maxBytes: 2 * 1024 * 1024, places });
  };
}

/** Asks for every field, then for fewer, then for the XML report, then for the list: the first answer with cards wins. */
export async function askCards(smi: Smi): Promise<SmiAnswer> {
  const findings: MachineFinding[] = [];
  for (const { args, fields } of attempts()) {
    const source = `nvidia-smi ${args.join(' ')}`;
    const result = await smi(args);
    if (result.kind === 'missing') return { outcome: 'missing', cards: [], source, findings };
    if (result.kind === 'timeout') {
      findings.push({ code: 'probe-timeout', probe: 'nvidia-smi', timeoutMs: result.timeoutMs });
      return { outcome: 'silent', cards: [], source, findings };
    }
    if (result.kind === 'failed') {
      findings.push({ code: 'probe-failed', probe: 'nvidia-smi', detail: result.detail });
      return { outcome: 'silent', cards: [], source, findings };
    }
    const { cards, unreadable } = parseCards(result.stdout, fields);
    const useful = cards.some((card) => card.name !== undefined || card.total !== undefined);
    if (useful) return withNotes({ outcome: 'cards', cards, source, findings }, result, unreadable);
    const failure = classifyFailure(result);
    if (failure.kind === 'broken') {
      const broken: MachineFinding = { code: 'driver-broken', vendor: 'nvidia', detail: failure.detail };
      return { outcome: 'broken', cards: [], source, findings: [broken] };
    }
    if (failure.kind === 'unclear' && findings.length === 0) {
      findings.push({ code: 'output-unreadable', probe: 'nvidia-smi', detail: failure.detail });
    }
  }
  return { outcome: 'silent', cards: [], source: 'nvidia-smi', findings };
}

function attempts(): { args: string[]; fields: readonly QueryField[] }[] {
  const asked = queries.map((fields) => ({
    args: [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'],
    fields,
  }));
  return [...asked, { args: ['-q', '-x'], fields: [] }, { args: ['-L'], fields: [] }];
}

/** Cards came, and something else with them: a cut-off text, rows that are not cards, an error beside the rows. */
function withNotes(answer: SmiAnswer, result: Extract<RunResult, { kind: 'done' }>, unreadable: number): SmiAnswer {
  const broken = unreadable > 0 || result.exitCode !== 0 ? brokenText(`${result.stdout}\n${result.stderr}`) : null;
  const notes: MachineFinding[] = [];
  if (broken !== null) notes.push({ code: 'driver-broken', vendor: 'nvidia', detail: broken });
  else if (unreadable > 0)
    notes.push({ code: 'output-unreadable', probe: 'nvidia-smi', detail: `${unreadable} lines` });
  if (result.truncated) notes.push({ code: 'output-unreadable', probe: 'nvidia-smi', detail: 'cut off' });
  return { ...answer, findings: [...answer.findings, ...notes] };
}
