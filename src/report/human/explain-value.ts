import type { Candidate, CheckRequest, Value } from '../../advice/types.ts';
import { defaultUseCase, profileOf } from '../../advice/use-case.ts';
import { wantedContext } from '../../advice/value.ts';
import { adviceTable } from '../../data/advice.ts';
import { useCaseWords } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { benchmarkNames } from '../scores.ts';
import { wrap } from '../text.ts';
import { textTable } from '../text-table.ts';
import { formatContext } from '../units.ts';

interface Term {
  label: string;
  points: number;
  why: string;
}

/** What a candidate is ranked by: each term in points with one sentence, and their sum. */
export function valueLines(candidate: Candidate, request: CheckRequest, { columns, paint }: RenderOptions): string[] {
  const { value, verdict } = candidate;
  if (value === null) {
    const why = verdict === 'no' ? 'it does not run here' : 'its speed or its memory here is unknown';
    return wrap(`Not ranked by value: ${why}.`, columns);
  }
  const title = `Value for ${useCaseWords[request.useCase ?? defaultUseCase]}, in points: what the models are ranked by`;
  const terms = [...termsOf(candidate, value, request), { label: 'sum', points: value.points, why: '' }];
  return [...wrap(title, columns).map(paint.bold), ...termLines(terms, columns, paint.dim)];
}

function termLines(terms: readonly Term[], columns: number, dim: (text: string) => string): string[] {
  const left = Math.max(columns - 22, 20);
  return textTable({
    columns: [{ cells: 10 }, { align: 'right', cells: 6 }, {}],
    rows: terms.map(({ label, points, why }) => [
      label,
      points.toFixed(2),
      wrap(why, left)
        .map((line) => (line === '' ? '' : dim(line)))
        .join('\n'),
    ]),
    indent: 2,
  });
}

function termsOf(candidate: Candidate, value: Value, request: CheckRequest): Term[] {
  const { benchmarks } = profileOf(request.useCase);
  const names = benchmarks.map((id) => benchmarkNames[id]);
  const quality = names.length > 1 ? `The mean of ${names.join(' and ')}, of 100.` : `${names[0]}, of 100.`;
  return [
    { label: 'quality', points: value.quality, why: quality },
    { label: 'weights', points: value.weightLoss, why: weightLossWords(candidate, value) },
    { label: 'KV cache', points: value.cacheLoss, why: cacheLossWords(candidate) },
    { label: 'speed', points: value.speed, why: speedWords(value, request) },
    { label: 'context', points: value.context, why: contextWords(candidate, request) },
    { label: 'fragility', points: value.fragility, why: fragilityWords(candidate) },
  ];
}

function weightLossWords({ quantization }: Candidate, { weightLoss }: Value): string {
  return weightLoss === 0 ? `${quantization} loses next to nothing.` : `What ${quantization} loses against 8 bits.`;
}

function cacheLossWords({ workload: { kvType } }: Candidate): string {
  if (kvType === 'f16') return 'The cache is not quantized.';
  return `What a ${kvType} cache loses: ${adviceTable.cacheLoss.pointsPerKld} points for a KL divergence of 1.`;
}

function speedWords({ tokensPerSecond }: Value, { useCase }: CheckRequest): string {
  const wanted = profileOf(useCase).tokensPerSecond;
  const { mostBonus, perHalving, slowTokensPerSecond, perSlowHalving } = adviceTable.speed;
  const pace = tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : String(Math.round(tokensPerSecond));
  const start = `${pace} tok/s with half of the context in use, ${wanted} wanted`;
  if (tokensPerSecond >= wanted) return `${start}: a doubling above brings 1 point, ${mostBonus} at most.`;
  const slow = tokensPerSecond < slowTokensPerSecond ? `, below ${slowTokensPerSecond} another ${perSlowHalving}` : '';
  return `${start}: each halving below costs ${perHalving}${slow}.`;
}

function contextWords({ workload: { contextTokensPerSequence: tokens } }: Candidate, request: CheckRequest): string {
  const wanted = wantedContext(request);
  const start = `${formatContext(tokens)}, ${formatContext(wanted)} wanted`;
  const { perHalving, leastShare, perFurtherHalving } = adviceTable.context;
  if (tokens >= wanted) return `${start}.`;
  const further = tokens < leastShare * wanted ? `, further ones ${perFurtherHalving}` : '';
  return `${start}: a halving costs ${perHalving}${further}.`;
}

function fragilityWords({ verdict, value }: Candidate): string {
  if (-(value?.fragility ?? 0) > adviceTable.fragility.cpuTakesPart) {
    return 'The CPU takes part, and little RAM is left for anything else.';
  }
  if (verdict === 'gpu') return 'Not split between GPU and CPU.';
  return verdict === 'split'
    ? 'Split between GPU and CPU: one more program on either makes it slower still.'
    : 'On the CPU: every other program makes it slower.';
}
