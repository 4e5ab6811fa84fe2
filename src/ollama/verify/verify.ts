import { FitError } from '../../errors.ts';
import type { OllamaClient } from '../api/client.ts';
import { sameName } from '../api/names.ts';
import type { TagModel } from '../api/types.ts';
import type { PullEvent } from '../events.ts';
import type { VerifyFinding } from '../findings.ts';
import { compare, matters } from './compare.ts';
import { runVerification, type VerifyPorts } from './run.ts';
import type { Measurement, Prediction, Proof } from './types.ts';

export interface VerifyOptions {
  client: OllamaClient;
  tag: string;
  /** null: nothing is known of this model; then only what needs no prediction is judged. */
  prediction: Prediction | null;
  around: VerifyPorts;
  machine: Proof['machine'];
  /** Whether this machine has a GPU that Ollama uses: without a prediction the model is then expected on it. Default false. */
  hasUsableGpu?: boolean | undefined;
  toolVersion: string;
  /** ISO 8601. */
  now(): string;
  onEvent(event: PullEvent): void;
  signal?: AbortSignal | undefined;
  silenceMs?: number;
}

/**
 * Loads the tag and compares what server, driver and log report with the prediction, part by part. The proof says what
 * differs, why, and whether it matters. Throws FitError `ollama-error` when the tag is not installed,
 * `ollama-unreachable`, or the signal's reason.
 */
export async function verifyModel(options: VerifyOptions): Promise<Proof> {
  const { client, tag, prediction, signal } = options;
  const version = await client.version({ signal });
  const tags = await client.tags({ signal });
  const installed = installedTag(tag, tags);
  const measurement = await runVerification({ ...options, tag: installed.name, tags });
  const findings = prediction
    ? compare({ prediction, measurement, serverVersion: version })
    : withoutPrediction(measurement, version, options.hasUsableGpu ?? false);
  return {
    schemaVersion: '1.0',
    kind: 'gemma-fit-proof',
    tool: { name: 'gemma-fit', version: options.toolVersion },
    at: options.now(),
    tag: installed.name,
    base: installed.parentModel,
    server: { host: client.host.url, remote: client.host.remote, version },
    machine: options.machine,
    prediction,
    measurement,
    findings,
    passed: !findings.some(matters),
  };
}

/** Without a prediction: loaded at all, fully on the GPU where there is one, and text. */
function withoutPrediction(measurement: Measurement, serverVersion: string, hasUsableGpu: boolean): VerifyFinding[] {
  const nothing = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 };
  const prediction: Prediction = {
    contextTokensPerSequence: measurement.contextTokens ?? 0,
    mode: hasUsableGpu ? 'full' : 'none',
    device: nothing,
    host: nothing,
    gpuLayers: 0,
    totalLayers: 0,
    speed: null,
    vision: false,
    textBytes: null,
    fullKvBytes: null,
    digest: null,
  };
  // Of the parts nothing was predicted, so that none can differ.
  return compare({ prediction, measurement, serverVersion }).filter(({ code }) => code !== 'part-differs');
}

/** The tag as the server writes it. Throws FitError `ollama-error` when it is not installed. */
export function installedTag(tag: string, tags: readonly TagModel[]): TagModel {
  const installed = tags.find(({ name }) => sameName(name, tag));
  if (installed) return installed;
  const ours = tags.flatMap(({ name }) => (/gemma-?4/i.test(name) ? name : [])).slice(0, 5);
  const hint = ours.length > 0 ? `Installed: ${ours.join(', ')}` : 'Pull one first: gemma-fit pull';
  throw new FitError('ollama-error', `Ollama has no model ${tag}.`, hint);
}
