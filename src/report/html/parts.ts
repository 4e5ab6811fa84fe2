import type { Candidate, CheckResult, Verdict } from '../../advice/types.ts';
import { contextSteps } from '../../data/ids.ts';
import type { Segment } from '../bar.ts';
import { onePerVariant, type StripCell, stripRows } from '../context-matrix.ts';
import { decidedWith } from '../decided-with.ts';
import { acceleratorOf } from '../figures.ts';
import { deviceSegments, hostSegments } from '../human/memory.ts';
import { buildName, verdictSign, verdictWords } from '../labels.ts';
import type { Curve } from '../options.ts';
import { requirementHeads, rowHeads, toTableRow } from '../rows.ts';
import { sentencesFor } from '../sentences/index.ts';
import { bySize, shortlist } from '../shortlist.ts';
import { escapeXml } from '../text.ts';
import { count, formatContext, formatInteger, formatMemory } from '../units.ts';

const numeric = new Set(['Download', 'Memory', 'Max context', 'Tok/s']);

/** Table of the best builds, the others folded away; exact bytes in the title of a cell. */
export function candidatesTable(result: CheckResult, curves: readonly Curve[]): string {
  if (result.candidates.length === 0) return '';
  const short = shortlist(result);
  const others = result.candidates.filter((candidate) => !short.includes(candidate));
  const folded = `<details><summary>${count(others.length, 'more build')}</summary>${table(others, result, 'More builds', curves)}</details>`;
  return htmlSection('What runs here', table(short, result, 'Models', curves) + (others.length > 0 ? folded : ''));
}

function table(candidates: readonly Candidate[], result: CheckResult, name: string, curves: readonly Curve[]): string {
  const rows = candidates.map((candidate) => candidateRow(candidate, result, curves));
  return scroll(name, `<table>${head(rowHeads)}<tbody>${rows.join('')}</tbody></table>`);
}

function candidateRow(candidate: Candidate, result: CheckResult, curves: readonly Curve[]): string {
  const row = toTableRow(candidate, result, curves);
  const { tone } = verdictWords[candidate.verdict];
  const runs = `<span class="${tone}">${verdictSign(candidate.verdict, true)} ${row.runsOn}</span>`;
  return (
    `<tr${row.recommended ? ' class="best"' : ''}><th scope="row">${escapeXml(row.tag)}${row.recommended ? ' (recommended)' : ''}</th>` +
    `<td>${escapeXml(row.precision)}</td><td class="n">${row.download}</td>` +
    `<td class="n" title="${formatInteger(row.memoryBytes)} bytes">${row.memory}</td>` +
    `<td>${runs}</td><td class="n">${row.ceiling}</td><td class="n">${row.speed}</td></tr>`
  );
}

/** Bars of the recommended model, one for each device it uses and one for RAM, with a list that says the same in words. */
export function memorySection(result: CheckResult): string {
  const best = result.recommendation;
  if (best === null) return '';
  const bars = best.placement.devices.map((placed) => {
    const device = acceleratorOf(result, placed);
    const segments = deviceSegments(placed, device?.memory.totalBytes ?? null).filter(({ bytes }) => bytes > 0);
    return `<h3>${escapeXml(device?.name ?? placed.accelerator)}</h3>${bar(segments)}`;
  });
  if (best.placement.mode !== 'full') {
    bars.push(`<h3>RAM</h3>${bar(hostSegments(result, best).filter(({ bytes }) => bytes > 0))}`);
  }
  return bars.length === 0 ? '' : htmlSection('Where the memory goes', bars.join(''));
}

function bar(segments: readonly Segment[]): string {
  const total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const cells = segments.map(
    ({ letter, bytes }) =>
      `<span class="b${letter}" style="flex:${((bytes / total) * 1000).toFixed(1)}">${letter}</span>`,
  );
  const words = segments.map(
    ({ letter, label, bytes }) =>
      `<li><b>${letter}</b> ${label}: ${formatMemory(bytes)} (${formatInteger(bytes)} bytes)</li>`,
  );
  return `<div class="bar" aria-hidden="true">${cells.join('')}</div><ul>${words.join('')}</ul>`;
}

export function requirementsSection({ requirements, request }: CheckResult): string {
  const sentence = sentencesFor(request);
  if (requirements.length === 0) return '';
  const words = { met: ['good', '✓ passed'], failed: ['bad', '✗ failed'], unknown: ['warn', '? unknown'] } as const;
  const rows = requirements.map((one) => {
    const [tone, text] = words[one.outcome];
    const why = [...decidedWith(one), ...one.reasons.map(sentence)].map(escapeXml).join('<br>');
    return `<tr><th scope="row">${escapeXml(one.requirement.text)}</th><td class="${tone}">${text}</td><td>${why}</td></tr>`;
  });
  return htmlSection(
    'Requirements',
    scroll('Requirements', `<table>${head(requirementHeads)}<tbody>${rows.join('')}</tbody></table>`),
  );
}

/** Every reading with the command or file that it came from. */
export function evidenceSection({ machine }: CheckResult): string {
  if (machine.evidence.length === 0) return '';
  const rows = machine.evidence.map(
    (item) =>
      `<tr><th scope="row">${escapeXml(item.subject)}</th><td class="long">${escapeXml(String(item.value ?? 'unknown'))}</td>` +
      `<td class="long">${escapeXml(item.source)}</td><td>${item.confidence}${item.chosen ? '' : ', not used'}</td></tr>`,
  );
  const table = `<table>${head(['What', 'Value', 'Read from', 'How sure'])}<tbody>${rows.join('')}</tbody></table>`;
  return `<details><summary>Evidence: what was read, and from where</summary>${scroll('Evidence', table)}</details>`;
}

export function listSection(title: string, items: readonly string[]): string {
  return items.length === 0
    ? ''
    : htmlSection(title, `<ul>${items.map((item) => `<li>${escapeXml(item)}</li>`).join('')}</ul>`);
}

export function htmlSection(title: string, content: string): string {
  return `<section><h2>${escapeXml(title)}</h2>${content}</section>`;
}

/** Which context runs how, a row a model. */
export function contextSection(result: CheckResult, curves: readonly Curve[]): string {
  const models = onePerVariant(result);
  if (models.length === 0) return '';
  const names: Record<StripCell, string> = { ...shortVerdicts, beyond: '–' };
  const rows = bySize(models).map((candidate) => {
    const [row] = stripRows([candidate], curves);
    const cells = (row?.cells ?? []).map((cell) => {
      const tone = cell === 'beyond' ? 'soft' : verdictWords[cell].tone;
      return `<td class="n"><span class="${tone}">${names[cell]}</span></td>`;
    });
    return `<tr><th scope="row">${escapeXml(buildName(candidate))}</th>${cells.join('')}</tr>`;
  });
  const heads = ['Model', ...contextSteps.map(formatContext)];
  const table = `<table>${head(heads)}<tbody>${rows.join('')}</tbody></table>`;
  return htmlSection(
    'Which context runs where',
    `${scroll('Contexts', table)}<p class="soft">– beyond the model’s limit</p>`,
  );
}

const shortVerdicts = Object.fromEntries(
  Object.entries(verdictWords).map(([verdict, { short }]) => [verdict, short]),
) as Record<Verdict, string>;

/** A wide table scrolls in itself; focusable, so that the keyboard can do it too. */
export function scroll(name: string, table: string): string {
  return `<div class="scroll" role="region" aria-label="${name}" tabindex="0">${table}</div>`;
}

function head(heads: readonly string[]): string {
  const cells = heads.map(
    (name) => `<th scope="col"${numeric.has(name) || /^\d+[KM]$/.test(name) ? ' class="n"' : ''}>${name}</th>`,
  );
  return `<thead><tr>${cells.join('')}</tr></thead>`;
}
