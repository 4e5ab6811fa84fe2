import type { CheckResult } from '../../advice/types.ts';
import { variantIds } from '../../model/types.ts';
import { decidingBytes, usableBytes } from '../figures.ts';
import type { Curve } from '../options.ts';
import { escapeXml } from '../text.ts';
import { formatContext, formatInteger, formatMemory } from '../units.ts';

const frame = { width: 760, height: 380, left: 62, right: 104, top: 14, bottom: 42 };
const gibibyte = 1024 ** 3;
const contexts = [4096, 32768, 65536, 131072, 196608, 262144];

interface Scale {
  x: (tokens: number) => number;
  y: (bytes: number) => number;
  topBytes: number;
}

/**
 * Memory against context, one line a model, and the machine's memory as a line across. Both axes are linear, so that
 * the piecewise linear need is drawn exactly. Lines differ in dash and carry their name, not only a colour.
 */
export function needChart(result: CheckResult, curves: readonly Curve[]): string {
  const drawn = curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return '';
  const about = result.recommendation ?? result.candidates[0] ?? null;
  const budget = usableBytes(result, about);
  const inRam = about !== null && about.placement.devices.length === 0;
  const scale = scaleFor(drawn, budget);
  const words = drawn.map((curve) => curveSentence(curve)).join(' ');
  return [
    `<svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-labelledby="chart-title chart-words">`,
    '<title id="chart-title">Memory needed against context</title>',
    `<desc id="chart-words">${escapeXml(words)}</desc>`,
    axes(scale),
    budget === null ? '' : budgetLine(budget, inRam, scale),
    ...drawn.map((curve) => curvePath(curve, scale)),
    ...curveNames(drawn, scale),
    ...result.candidates
      .filter(({ tag }) => drawn.some((curve) => curve.tag === tag))
      .map((candidate) =>
        candidateDot(candidate.tag, candidate.workload.contextTokensTotal, decidingBytes(candidate), scale),
      ),
    '</svg>',
  ].join('');
}

function scaleFor(curves: readonly Curve[], budget: number | null): Scale {
  const highest = Math.max(...curves.flatMap(({ points }) => points.map(({ needBytes }) => needBytes)), 1);
  // A machine far larger than any model would press all lines to the floor: its line is then left out above the top.
  const wanted = Math.max(highest, budget !== null && budget < highest * 2.5 ? budget : 0) * 1.06;
  const topBytes = Math.max(Math.ceil(wanted / (4 * gibibyte)) * 4 * gibibyte, 4 * gibibyte);
  const across = frame.width - frame.left - frame.right;
  const up = frame.height - frame.top - frame.bottom;
  const widest = Math.max(...curves.map(({ trainedContextTokens }) => trainedContextTokens), 262144);
  return {
    x: (tokens) => round(frame.left + (tokens / widest) * across),
    y: (bytes) => round(frame.top + up - (bytes / topBytes) * up),
    topBytes,
  };
}

function axes({ x, y, topBytes }: Scale): string {
  const step = niceStep(topBytes / gibibyte) * gibibyte;
  const rows: string[] = [];
  for (let bytes = 0; bytes <= topBytes; bytes += step) {
    rows.push(`<path class="grid" d="M${frame.left} ${y(bytes)}H${frame.width - frame.right}"/>`);
    rows.push(`<text x="${frame.left - 8}" y="${y(bytes) + 4}" class="end">${Math.round(bytes / gibibyte)} GiB</text>`);
  }
  const ticks = contexts.map(
    (c) => `<text x="${x(c)}" y="${frame.height - frame.bottom + 18}" class="mid">${formatContext(c)}</text>`,
  );
  const title = `<text x="${(frame.left + frame.width - frame.right) / 2}" y="${frame.height - 6}" class="mid">context in tokens</text>`;
  return [...rows, ...ticks, title].join('');
}

function niceStep(gibibytes: number): number {
  return [1, 2, 4, 8, 16, 32, 64, 128, 256].find((step) => gibibytes / step <= 9) ?? 512;
}

/** Where a model stops to fit: free memory less what Ollama reserves. */
function budgetLine(budget: number, inRam: boolean, { x, y, topBytes }: Scale): string {
  if (budget > topBytes) return '';
  const label = `<text x="${frame.width - frame.right - 6}" y="${y(budget) - 6}" class="budget-name end">${inRam ? 'usable RAM' : 'usable'}: ${formatMemory(budget)}</text>`;
  return `<g><title>${formatInteger(budget)} bytes ${inRam ? 'of RAM' : 'on the GPU'} that models may use</title><path class="budget" d="M${x(0)} ${y(budget)}H${frame.width - frame.right}"/>${label}</g>`;
}

function curvePath(curve: Curve, { x, y }: Scale): string {
  const look = variantIds.indexOf(curve.variant);
  const points = curve.points.map(({ contextTokens, needBytes }) => `${x(contextTokens)} ${y(needBytes)}`);
  return `<g><title>${escapeXml(curveSentence(curve))}</title><path class="curve c${look}" d="M${points.join('L')}"/></g>`;
}

/** Names at the right end of their lines, moved apart where they would overlap. */
function curveNames(curves: readonly Curve[], { x, y }: Scale): string[] {
  const ends = curves.map((curve) => {
    const last = curve.points.at(-1) ?? { contextTokens: 0, needBytes: 0 };
    return { variant: curve.variant, left: x(last.contextTokens) + 6, top: y(last.needBytes) + 4 };
  });
  ends.sort((a, b) => a.top - b.top);
  let before = Number.NEGATIVE_INFINITY;
  return ends.map(({ variant, left, top }) => {
    before = Math.max(top, before + 15);
    return `<text x="${left}" y="${round(before)}" class="name">${escapeXml(variant)}</text>`;
  });
}

function candidateDot(tag: string, tokens: number, bytes: number, { x, y, topBytes }: Scale): string {
  if (bytes > topBytes) return '';
  const words = `${tag} at ${formatContext(tokens)}: ${formatInteger(bytes)} bytes`;
  return `<circle cx="${x(tokens)}" cy="${y(bytes)}" r="4"><title>${escapeXml(words)}</title></circle>`;
}

function curveSentence({ tag, points }: Curve): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${tag}.`;
  const ends = [first, last].map((p) => `${formatMemory(p.needBytes)} at ${formatContext(p.contextTokens)}`);
  return `${tag}: ${ends.join(' to ')}.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
