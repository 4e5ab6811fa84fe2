import type { Fleet } from '../../advice/fleet.ts';
import type { RequirementOutcome } from '../../advice/vocabulary.ts';
import { cleanDeep } from '../../clean-deep.ts';
import { safeJson } from '../json.ts';
import { markdownTable } from '../markdown.ts';
import type { FleetFormat, RenderOptions } from '../options.ts';
import { contextOfOne } from '../pull-line.ts';
import { escapeMarkdown, escapeXml } from '../text.ts';
import { formatContext, formatInteger, formatSpeed } from '../units.ts';
import { renderFleetHuman } from './human.ts';
import { fleetSentence, shortfalls, whereItRuns } from './sentences.ts';

type FleetRenderer = (fleet: Fleet, options: RenderOptions) => string;

function cleanly(render: FleetRenderer): FleetRenderer {
  return (fleet, options) => render(cleanDeep(fleet), options);
}

/** One renderer for each format that makes sense for many machines. */
export const fleetRenderers = {
  human: cleanly(renderFleetHuman),
  json: (fleet) => `${safeJson(fleet, 2)}\n`,
  markdown: cleanly(renderFleetMarkdown),
  junit: cleanly(renderFleetJunit),
} satisfies Record<FleetFormat, FleetRenderer>;

function renderFleetMarkdown(fleet: Fleet): string {
  const rows = fleet.rows.map((row) => [
    escapeMarkdown(row.name),
    escapeMarkdown(row.error ?? row.hardware),
    row.recommended === null ? '-' : escapeMarkdown(row.recommended),
    whereItRuns(row),
    row.ceilingTokens === null ? '-' : formatContext(contextOfOne(row.ceilingTokens, fleet.request.sequences)),
    row.speed === null ? 'unknown' : formatSpeed(row.speed),
    escapeMarkdown(shortfalls(row, fleet)) || '-',
  ]);
  const heads = ['Machine', 'Hardware', 'Model', 'Runs on', 'Max context', 'Tok/s', 'Failed'];
  return `### ${escapeMarkdown(fleetSentence(fleet))}\n\n${markdownTable(heads, rows)}\n`;
}

/** A case for each machine and requirement; without requirements one for each machine. */
function renderFleetJunit(fleet: Fleet): string {
  const cases = fleet.rows.flatMap((row, place) => {
    const machine = `${escapeXml(row.name)} (${formatInteger(place + 1)})`;
    if (row.requirements.length === 0)
      return [caseXml(machine, 'any Gemma 4 model', outcomeOf(row.verdict), row.error)];
    return row.requirements.map((outcome, index) =>
      caseXml(machine, fleet.requirements[index]?.text ?? '', outcome, row.error),
    );
  });
  const tally = (sign: string): number => cases.filter((text) => text.includes(sign)).length;
  const counts = `tests="${cases.length}" failures="${tally('<failure')}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gemma-fit" ${counts} time="0">`,
    `  <testsuite name="gemma-fit" ${counts} skipped="${tally('<skipped')}" time="0">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function outcomeOf(verdict: Fleet['rows'][number]['verdict']): RequirementOutcome {
  if (verdict === 'unknown') return 'unknown';
  return verdict === 'no' ? 'failed' : 'met';
}

function caseXml(machine: string, name: string, outcome: RequirementOutcome, error: string | null): string {
  const start = `    <testcase classname="${machine}" name="${escapeXml(name)}" time="0"`;
  if (outcome === 'failed')
    return `${start}><failure type="NO_FIT" message="failed">${escapeXml(name)} failed.</failure></testcase>`;
  if (outcome === 'unknown') return `${start}><skipped message="${escapeXml(error ?? 'unknown')}"/></testcase>`;
  return `${start}/>`;
}
