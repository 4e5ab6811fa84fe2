import type { Candidate, CheckResult, RequirementResult } from '../advice/types.ts';
import { deviceNeedBytes, hostNeedBytes } from './figures.ts';
import type { Renderer } from './options.ts';

type Labels = Record<string, string | number>;
interface Sample {
  labels: Labels;
  value: number | null;
}
interface Metric {
  name: string;
  help: string;
  samples: Sample[];
}

/**
 * Text format 0.0.4 for the textfile collector of node_exporter and windows_exporter: gauges in base units, no
 * timestamps (the collector refuses them), unknown values left out.
 */
export const renderPrometheus: Renderer = (result, { nowSeconds }) =>
  [...about(result, nowSeconds ?? null), ...machineMetrics(result), ...candidateMetrics(result)]
    .map(metricText)
    .join('');

function about({ tool, data, requirements }: CheckResult, nowSeconds: number | null): Metric[] {
  return [
    metric('info', 'Version of gemma-fit and of its data.', [
      { labels: { version: tool.version, data: data.version }, value: 1 },
    ]),
    metric('data_age_seconds', 'Age of the data tables.', [{ labels: {}, value: data.ageDays * 86_400 }]),
    metric('last_run_timestamp_seconds', 'Unix time of this run.', [{ labels: {}, value: nowSeconds }]),
    metric(
      'requirement_met',
      'Whether a requirement is met (1) or not (0); absent when unknown.',
      requirements.map(({ requirement, outcome }) => ({
        labels: { requirement: requirement.text },
        value: outcomes[outcome],
      })),
    ),
  ];
}

function machineMetrics({ machine }: CheckResult): Metric[] {
  const devices = machine.accelerators.map(({ id, name, memory }) => ({
    labels: { pool: 'device', id, name },
    memory,
  }));
  const ram = { pool: 'ram', id: 'ram', name: 'RAM' };
  return [
    metric('memory_budget_bytes', 'Memory free for a model now.', [
      ...devices.map(({ labels, memory }) => ({ labels, value: memory.freeBytes })),
      { labels: ram, value: machine.memory.availableBytes },
    ]),
    metric('memory_total_bytes', 'Memory installed.', [
      ...devices.map(({ labels, memory }) => ({ labels, value: memory.totalBytes })),
      { labels: ram, value: machine.memory.totalBytes },
    ]),
  ];
}

function candidateMetrics({ candidates, recommendation }: CheckResult): Metric[] {
  const each = (value: (candidate: Candidate) => number | null, extra: Labels = {}): Sample[] =>
    candidates.map((candidate) => ({ labels: { ...labelsOf(candidate), ...extra }, value: value(candidate) }));
  return [
    metric('memory_required_bytes', 'Memory needed with all layers on the device, by place.', [
      ...each(deviceNeedBytes, { place: 'device' }),
      ...each(hostNeedBytes, { place: 'host' }),
    ]),
    metric(
      'fits',
      'Whether the model runs fully on the GPU at a usable speed (1) or not (0), with this context or less: a requirement with :gpu.',
      each((c) => outcomes[c.fits]),
    ),
    metric(
      'runs',
      'Whether the model runs here at a usable speed, on the CPU too (1), or not (0), with this context or less: a requirement.',
      each((c) => outcomes[c.runs]),
    ),
    metric(
      'context_ceiling_tokens',
      'Largest context that stays fully on the GPU.',
      each((c) => c.ceilingTokens),
    ),
    metric('speed_tokens_per_second', 'Expected generation speed, lower and upper end.', [
      ...each(({ speed }) => speed && rounded(speed.lowTokensPerSecond), { bound: 'low' }),
      ...each(({ speed }) => speed && rounded(speed.highTokensPerSecond), { bound: 'high' }),
    ]),
    metric(
      'recommended',
      'The model to take.',
      recommendation === null ? [] : [{ labels: labelsOf(recommendation), value: 1 }],
    ),
  ];
}

/** Two decimals: an expectation has no more to say. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function labelsOf({ variant, tag, workload }: Candidate): Labels {
  return { variant, tag, context: workload.contextTokensTotal };
}

/** Absent where unknown. */
const outcomes: Record<RequirementResult['outcome'], number | null> = { met: 1, failed: 0, unknown: null };

function metric(name: string, help: string, samples: Sample[]): Metric {
  return { name: `gemma_fit_${name}`, help, samples };
}

/** A metric without a sample is left out whole; a second sample of the same labels would make the file unreadable. */
function metricText({ name, help, samples }: Metric): string {
  const lines = new Map<string, string>();
  for (const { labels, value } of samples) {
    const key = labelText(labels);
    if (value !== null && !lines.has(key)) lines.set(key, `${name}${key} ${value}\n`);
  }
  if (lines.size === 0) return '';
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${[...lines.values()].join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
