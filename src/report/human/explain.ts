import type { Candidate, CheckResult, DevicePlacement, NeedParts } from '../../advice/types.ts';
import { onePerVariant } from '../context-matrix.ts';
import { acceleratorOf, sumParts } from '../figures.ts';
import { buildName, plainQuantization, serverNames, shortTag, verdictPhrase } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { sentencesFor } from '../sentences/index.ts';
import { displayWidth, wrap } from '../text.ts';
import { textTable } from '../text-table.ts';
import { formatContext, formatInteger, formatMemory, formatSpeed } from '../units.ts';
import { type ExplainedLine, mlxPeakLines, mlxRoomLines } from './explain-mlx.ts';
import { ramBandwidthSentence } from './explain-ram.ts';
import { valueLines } from './explain-value.ts';
import { computeFormula, kvFormula } from './formula.ts';
import { lmStudioLines } from './lm-studio.ts';

/** The whole calculation of one candidate, every part in bytes with its formula and where that comes from. */
export function explainCandidate(result: CheckResult, wanted: string, options: RenderOptions): string[] {
  const candidate = findCandidate(result, wanted);
  if (candidate === null) {
    const known = result.candidates.map(({ tag }) => tag).join(', ');
    return wrap(`No model called ${wanted} in this answer. Available: ${known || 'none'}.`, options.columns);
  }
  const { workload } = candidate;
  return [
    ...wrap(`${candidate.tag} ${verdictPhrase(candidate)}.`, options.columns).map(options.paint.bold),
    ...wrap(
      `${plainQuantization(candidate.quantization)}. Calculated for ${formatInteger(workload.contextTokensTotal)} tokens of context ` +
        `(${formatContext(workload.contextTokensTotal)}), ${workload.sequences === 1 ? 'one conversation' : `${workload.sequences} conversations at once`}, KV cache ${mlxPeakLines(candidate) === null ? workload.kvType : 'bf16'}, micro-batch ${workload.microBatch}.`,
      options.columns,
    ),
    '',
    ...memoryBlocks(result, candidate, options),
    ...candidate.reasons.flatMap((finding) => wrap(sentencesFor(result.request)(finding), options.columns)),
    ...speedLines(candidate, options),
    ...ramLines(result, candidate, options),
    '',
    ...valueLines(candidate, result.request, options),
    ...lmStudioLines(candidate, options),
  ];
}

function memoryBlocks(result: CheckResult, candidate: Candidate, options: RenderOptions): string[] {
  const { need, placement } = candidate;
  const peak = mlxPeakLines(candidate);
  if (peak !== null) {
    const title = `GPU memory at the peak of a prompt of ${formatContext(candidate.workload.contextTokensPerSequence)}`;
    return [...block(title, peak, options), ...block('On this Mac', mlxRoomLines(candidate), options, false)];
  }
  return [
    ...block('GPU memory (all layers on GPU)', needLines(need.device, candidate, 'device'), options),
    ...block('Also in RAM', needLines(need.host, candidate, 'host'), options),
    ...placement.devices.flatMap((placed) => deviceBlock(result, candidate, placed, options)),
    ...(placement.mode === 'full' ? [] : hostBlock(result, candidate, options)),
  ];
}

/** By variant, which means the build of it that the report shows, also where the plain tag is called so; else by tag or build. */
export function findCandidate(result: CheckResult, wanted: string): Candidate | null {
  const name = wanted.trim().toLowerCase();
  const ranked = result.recommendation === null ? result.candidates : [result.recommendation, ...result.candidates];
  const shown = (prefix: string) => onePerVariant(result).find(({ variant }) => `${prefix}${variant}` === name);
  const exact = ranked.find(({ tag, build }) =>
    [tag, build, shortTag({ tag }), buildName({ tag })].some((known) => known.toLowerCase() === name),
  );
  return shown('') ?? exact ?? shown('gemma4:') ?? null;
}

function needLines(parts: NeedParts, candidate: Candidate, place: 'device' | 'host'): ExplainedLine[] {
  const device = place === 'device';
  return [
    {
      label: 'weights',
      bytes: parts.weightsBytes,
      how: device
        ? 'layers + output norm + tied embedding (data/weights.json, data/builds.json)'
        : 'token embedding and, in e2b and e4b, the per-layer embeddings: read row by row from RAM',
    },
    { label: 'KV cache', bytes: parts.kvCacheBytes, how: kvFormula(candidate, parts.kvCacheBytes) },
    { label: 'compute', bytes: parts.computeBytes, how: computeFormula(candidate, parts.computeBytes) },
    {
      label: 'vision',
      bytes: parts.projectorBytes,
      how: 'vision encoder (images, audio): its tensors and its compute buffers',
    },
    { label: 'draft', bytes: parts.drafterBytes, how: 'draft model (MTP) that guesses tokens ahead' },
  ];
}

function deviceBlock(
  result: CheckResult,
  candidate: Candidate,
  placed: DevicePlacement,
  options: RenderOptions,
): string[] {
  const device = acceleratorOf(result, placed);
  const lines: ExplainedLine[] = [
    {
      label: 'free',
      bytes: placed.freeBytes,
      how: device === null ? placed.accelerator : `${device.confidence}: ${device.source}`,
    },
    {
      label: 'model',
      bytes: placed.projectorBytes - sumParts(placed),
      how: `${placed.layers} of ${candidate.placement.totalLayers} layers with KV cache and compute buffers`,
    },
    {
      label: 'reserve',
      bytes: -placed.marginBytes,
      how: marginWords(placed, serverNames[result.request.runtime ?? 'ollama']),
    },
    {
      label: 'left',
      bytes: placed.remainingBytes + placed.projectorBytes - placed.marginBytes,
      how: 'free - model - reserve (negative: does not fit)',
    },
  ];
  return block(device?.name ?? placed.accelerator, lines, options, false);
}

function marginWords({ projectorBytes }: DevicePlacement, server: string): string {
  if (projectorBytes === 0) return `reserved by ${server}`;
  return `reserved by ${server}; the vision encoder (${formatInteger(projectorBytes)} B) is loaded into it`;
}

function hostBlock({ machine }: CheckResult, { placement }: Candidate, options: RenderOptions): string[] {
  const taken = sumParts(placement.host);
  const available = machine.memory.availableBytes;
  const lines: ExplainedLine[] = [
    { label: 'model', bytes: taken, how: 'layers that run on the CPU, with their KV cache' },
  ];
  if (available !== null) {
    lines.unshift({
      label: 'available',
      bytes: available,
      how: `RAM inside every limit (${machine.memory.limitedBy})`,
    });
    lines.push({ label: 'left', bytes: available - taken, how: 'available - model' });
  }
  return block('RAM, as placed', lines, options, false);
}

function block(title: string, lines: readonly ExplainedLine[], options: RenderOptions, addUp = true): string[] {
  const shown = addUp ? lines.filter(({ bytes }) => bytes !== 0) : lines;
  if (shown.length === 0) return [];
  const total = { label: 'sum', bytes: shown.reduce((sum, { bytes }) => sum + bytes, 0), how: '' };
  const all = addUp ? [...shown, total] : shown;
  const starts = textTable({
    columns: [{ cells: 10 }, { align: 'right', cells: 17 }, { align: 'right', cells: 10 }],
    rows: all.map(({ label, bytes }) => [label, `${formatInteger(bytes)} B`, formatMemory(bytes)]),
    indent: 2,
  });
  const explained = all.flatMap(({ how }, index) => withReason(starts[index] ?? '', how, options));
  return [options.paint.bold(title), ...explained, ''];
}

/** The reason beside the figures where it fits, else below them. */
function withReason(start: string, how: string, { columns, paint }: RenderOptions): string[] {
  const indent = '            ';
  if (how === '') return [start];
  if (columns - displayWidth(start) - 2 >= displayWidth(how)) return [`${start}  ${paint.dim(how)}`];
  return [start, ...wrap(how, columns - indent.length).map((line) => paint.dim(indent + line))];
}

function speedLines({ speed, ceilingTokens, verdict }: Candidate, { columns }: RenderOptions): string[] {
  const basis = {
    formula: 'bytes read per token / bandwidth + fixed overhead',
    class: 'typical for this class of devices',
    measured: 'measured by others on this chip',
    proof: 'measured by gemma-fit verify on this machine',
    assumed: 'with an assumed memory bandwidth',
  };
  const lines = [
    ceilingTokens === null
      ? 'No context fits entirely on the GPU.'
      : `Longest context fully on the GPU: ${formatInteger(ceilingTokens)} tokens.`,
    speed === null
      ? `Speed: no estimate (${verdict === 'no' ? 'it does not run' : 'nothing to base it on'}).`
      : `Speed: ${formatSpeed(speed)} tok/s (${basis[speed.basis]}).`,
  ];
  return lines.flatMap((line) => wrap(line, columns));
}

/** What the part on the CPU rests on. */
function ramLines({ machine }: CheckResult, { placement, verdict }: Candidate, { columns }: RenderOptions): string[] {
  return placement.mode === 'full' || verdict === 'no' ? [] : wrap(ramBandwidthSentence(machine), columns);
}
