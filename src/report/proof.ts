// biome-ignore lint/style/noRestrictedImports: types alone, no behaviour
import type { Proof } from '../ollama/verify/types.ts';
import { ollamaSentence } from './sentences/index.ts';
import { textTable } from './text-table.ts';
import { formatContext, formatInteger, formatMemory } from './units.ts';

/** A proof for a person: verdict, predicted against measured part by part, what differs. Plain text. */
export function proofText(proof: Proof, { file, quiet }: { file: string | null; quiet: boolean }): string {
  const verdict = proofVerdict(proof);
  const head = `${proof.tag} ${verdict.charAt(0).toLowerCase()}${verdict.slice(1)}.`;
  if (quiet) return `${head}\n`;
  const table = textTable({ columns: [{}, {}], rows: partRows(proof), indent: 2 });
  const findings = proof.findings.map((finding) => `- ${ollamaSentence(finding)}`);
  const saved = file === null ? [] : [`Proof: ${file}`];
  return `${[head, ...table, ...findings, ...saved].join('\n')}\n`;
}

/** The verdict of a proof: nothing runs `as predicted` without a prediction, or where something else happened. */
export function proofVerdict({ passed, prediction, findings }: Proof): string {
  const otherwise = prediction === null || findings.some(({ code }) => code === 'on-gpu-after-all');
  if (otherwise) return passed ? 'Runs' : 'Does not run well';
  return passed ? 'Runs as predicted' : 'Does not run as predicted';
}

type Row = [name: string, text: string];

function partRows({ prediction, measurement: m, server }: Proof): Row[] {
  const rows: Row[] = [['Ollama', `${server.version} at ${server.host}`]];
  const context = m.contextTokens === null ? 'unknown' : formatContext(m.contextTokens);
  rows.push([
    'context',
    prediction ? `${context} (asked ${formatContext(prediction.contextTokensPerSequence)})` : context,
  ]);
  if (m.sizeBytes !== null && m.deviceBytes !== null) {
    rows.push([
      'on GPU',
      m.deviceBytes === 0 ? 'none' : `${formatMemory(m.deviceBytes)} of ${formatMemory(m.sizeBytes)}`,
    ]);
  }
  if (m.restBytes !== undefined) {
    const predicted = prediction?.restBytes === undefined ? '' : ` (predicted ${formatMemory(prediction.restBytes)})`;
    rows.push(['after answer', `${formatMemory(m.restBytes)}${predicted}`]);
  }
  if (m.peak) rows.push(['peak', peakText(m.peak, prediction?.peakBytes)]);
  rows.push(...logRows(prediction, m));
  if (m.driver) {
    const taken = m.driver.freeBeforeBytes - m.driver.freeAfterBytes;
    rows.push(['driver', `${formatMemory(taken)} taken, ${formatMemory(m.driver.freeAfterBytes)} left free`]);
  }
  return [...rows, ...speedRows(prediction, m)];
}

function peakText({ bytes }: NonNullable<Proof['measurement']['peak']>, predictedBytes?: number): string {
  if (bytes === null) return "not in Ollama's log";
  const predicted = predictedBytes === undefined ? '' : `predicted ${formatMemory(predictedBytes)}; `;
  return `${formatMemory(bytes)} (${predicted}Ollama's log)`;
}

function logRows(prediction: Proof['prediction'], { log }: Proof['measurement']): Row[] {
  if (!log) return [];
  const parts: [string, 'weightsBytes' | 'kvCacheBytes' | 'computeBytes'][] = [
    ['weights', 'weightsBytes'],
    ['KV cache', 'kvCacheBytes'],
    ['compute buffers', 'computeBytes'],
  ];
  return parts.map(([name, key]): Row => {
    const predicted = prediction ? ` (predicted ${formatInteger(prediction.device[key])})` : '';
    return [name, `${formatInteger(log.device[key])} bytes${predicted}`];
  });
}

function speedRows(prediction: Proof['prediction'], { timing }: Proof['measurement']): Row[] {
  const rows: Row[] = [];
  if (timing?.tokensPerSecond != null) {
    const speed = prediction?.speed;
    const band = speed
      ? ` (predicted ${Math.round(speed.lowTokensPerSecond)} to ${Math.round(speed.highTokensPerSecond)})`
      : '';
    rows.push(['answer', `${timing.tokensPerSecond.toFixed(1)} tok/s${band}`]);
  }
  if (timing?.promptTokensPerSecond != null) rows.push(['prompt', `${Math.round(timing.promptTokensPerSecond)} tok/s`]);
  return rows;
}
