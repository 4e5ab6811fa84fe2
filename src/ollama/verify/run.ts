import { unlessAborted } from '../../system/sleep.ts';
import { type OllamaClient, type RequestOptions, ServerError } from '../api/client.ts';
import { sameName } from '../api/names.ts';
import { shapeOfShown } from '../api/shown-shape.ts';
import type { Generation, RunningModel, ShownModel, TagModel } from '../api/types.ts';
import { weightsDiffer, weightsFile } from '../api/weights-file.ts';
import type { PullEvent, PullPhase } from '../events.ts';
import { lastStart, parseLoadLog } from './log.ts';
import { waitForMlxPeak } from './mlx-peak.ts';
import { invalidOutputReason } from './output-check.ts';
import { answerTokens, probePrompt } from './probe-prompt.ts';
import type { Measurement, Timing } from './types.ts';
import { unload } from './unload.ts';

/** What verify reads in addition to the server. */
export interface VerifyPorts {
  /** Free memory over all devices that Ollama may use, bytes; null when the driver does not tell. */
  readFreeBytes(): Promise<number | null>;
  /** End of the server's log; null when it cannot be read. */
  readLog(): Promise<string | null>;
  /** A text that no earlier run used. */
  unique(): string;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface VerifyRunOptions {
  client: OllamaClient;
  tag: string;
  tags: readonly TagModel[];
  around: VerifyPorts;
  onEvent(event: PullEvent): void;
  signal?: AbortSignal | undefined;
  silenceMs?: number | undefined;
}

/** Asked for where the server keeps no model by itself (OLLAMA_KEEP_ALIVE=0) and nothing could be looked at; taken back at the end. */
const keepAlive = '5m';

/** Unloads, loads, looks, generates. Throws only when the server cannot be reached or the signal ends it. */
export async function runVerification(options: VerifyRunOptions): Promise<Measurement> {
  const { client, tag, tags, around, onEvent, signal } = options;
  const readLog = async () => (await unlessAborted(around.readLog(), signal)) ?? '';
  const readFreeBytes = () => unlessAborted(around.readFreeBytes(), signal);
  const installed = tags.find((t) => sameName(t.name, tag)) ?? null;
  const shown = await client.show(tag, { signal, verbose: true });
  const identity = await identify(options, installed, shown);
  const { others, gone } = await unload({
    client,
    tag,
    parent: installed?.parentModel ?? null,
    shown,
    sleep: around.sleep,
    signal,
  });
  const textBefore = await readLog();
  const freeBeforeBytes = await readFreeBytes();
  onEvent({ type: 'phase', phase: 'load', status: 'loading' });
  const loading = await load(options, false);
  const loadError = loading.error;
  const first = await findRunning(client, tag, signal);
  const held = first === null && loadError === null;
  if (held) await load(options, true);
  const entry = held ? await findRunning(client, tag, signal) : first;
  const freeAfterBytes = await readFreeBytes();
  const text = await readLog();
  // A log that is no longer written, or of another server, still ends with an older load.
  const log = lastStart(text) === lastStart(textBefore) ? null : parseLoadLog(text);
  const answer = entry && loadError === null ? await generate(options, held) : null;
  const generation = answer?.generation ?? null;
  const { later, mlx } = await lookAgain(options, generation !== null, isMlx(entry, identity), text);
  if (held) await letGo(options);
  // What was in memory before cannot be seen to come.
  const known = gone && freeBeforeBytes !== null && freeAfterBytes !== null;
  return {
    ...identity,
    loadError,
    generateError: answer?.error ?? null,
    ...placeOf(entry, later, identity),
    ...mlx,
    driver: known ? { freeBeforeBytes, freeAfterBytes } : null,
    log: matchesLoad(log, entry, weightsFile(shown)) ? log : null,
    timing: generation && timing(generation, loading.generation?.loadMs ?? null),
    garbage: generation && invalidOutputReason(generation.response, generation.thinking),
    others: others.map(({ name, deviceBytes }) => ({ name, deviceBytes })),
    busy: !gone,
  };
}

/** Asked again: another client may have made the server reload the model with its own options. */
async function lookAgain(options: VerifyRunOptions, answered: boolean, mlx: boolean, logBefore: string) {
  const { client, tag, around, signal } = options;
  if (!answered) return { later: null, mlx: {} };
  if (!mlx) return { later: await findRunning(client, tag, signal), mlx: {} };
  const readLog = async () => (await unlessAborted(around.readLog(), signal)) ?? '';
  const { peak } = await waitForMlxPeak({ readLog, sleep: around.sleep, signal }, logBefore);
  const later = await findRunning(client, tag, signal);
  return { later, mlx: { peak, ...(later && { restBytes: later.deviceBytes }) } };
}

function isMlx(entry: RunningModel | null, { runner, format }: Identity): boolean {
  return (entry?.runner ?? runner) === 'mlx' || format === 'safetensors';
}

type Identity = Pick<Measurement, 'digest' | 'baseDigest' | 'movedBase' | 'textBytes' | 'runner' | 'format'>;

/** What lies behind the tag, as the server's list and show tell. */
async function identify(
  { client, tags, signal }: VerifyRunOptions,
  installed: TagModel | null,
  shown: ShownModel,
): Promise<Identity> {
  const base = tags.find((t) => sameName(t.name, installed?.parentModel ?? '')) ?? null;
  return {
    digest: installed?.digest ?? null,
    baseDigest: base?.digest ?? null,
    movedBase: base && (await hasMoved(client, shown, base.name, signal)) ? base.name : null,
    textBytes: shapeOfShown(shown)?.weights.tensorBytes ?? null,
    runner: shown.runner,
    format: shown.format,
  };
}

/** What /api/ps says, which knows better than the list once the model is loaded. */
function placeOf(entry: RunningModel | null, later: RunningModel | null, identity: Identity) {
  return {
    loaded: entry !== null,
    sizeBytes: entry?.sizeBytes ?? null,
    deviceBytes: entry?.deviceBytes ?? null,
    contextTokens: (later ?? entry)?.contextTokens ?? null,
    digest: entry?.digest ?? identity.digest,
    runner: entry?.runner ?? identity.runner,
  };
}

/** Whether tag and base no longer lie on one file of weights: a derived tag does not follow its base. */
async function hasMoved(client: OllamaClient, shown: ShownModel, base: string, signal: AbortSignal | undefined) {
  return weightsDiffer(shown, await client.show(base, { signal }));
}

/** A log whose last load has another context or other weights is about another load. */
function matchesLoad(log: Measurement['log'], entry: RunningModel | null, weights: string | null): boolean {
  const file = log?.command?.weightsFile ?? null;
  if (file !== null && weights !== null && file !== weights) return false;
  const inLog = log?.command?.contextTokens ?? null;
  const total = (entry?.contextTokens ?? 0) * (log?.command?.parallel ?? 1);
  return inLog === null || entry === null || inLog === entry.contextTokens || inLog === total;
}

/** `held`: kept for a while, against the rule of the server. Without it the server keeps the model as long as its rule says. */
async function load(options: VerifyRunOptions, held: boolean): Promise<Answer> {
  try {
    const request = { model: options.tag, ...(held && { keep_alive: keepAlive }) };
    return { generation: await options.client.generate(request, requestOptions(options, 'load')), error: null };
  } catch (error) {
    if (error instanceof ServerError) return { generation: null, error: error.said };
    throw error;
  }
}

/** A later request without keep_alive does not bring the rule back (server/sched.go): a server that keeps none is to keep none. */
async function letGo({ client, tag, signal }: VerifyRunOptions): Promise<void> {
  try {
    await client.generate({ model: tag, keep_alive: 0 }, { signal });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  }
}

type Answer = { generation: Generation; error: null } | { generation: null; error: string };

async function generate(options: VerifyRunOptions, held: boolean): Promise<Answer> {
  const prompt = probePrompt(options.around.unique());
  const settings = { num_predict: answerTokens, temperature: 0 };
  options.onEvent({ type: 'phase', phase: 'generate', status: 'generating' });
  try {
    const request = {
      model: options.tag,
      prompt,
      think: false,
      ...(held && { keep_alive: keepAlive }),
      options: settings,
    };
    const generation = await options.client.generate(request, requestOptions(options, 'generate'));
    return { generation, error: null };
  } catch (error) {
    if (error instanceof ServerError) return { generation: null, error: error.said };
    throw error;
  }
}

function requestOptions({ signal, silenceMs, onEvent }: VerifyRunOptions, phase: PullPhase): RequestOptions {
  return { signal, silenceMs, onSilence: (silentMs) => onEvent({ type: 'waiting', phase, silentMs }) };
}

async function findRunning(client: OllamaClient, tag: string, signal: AbortSignal | undefined) {
  return (await client.running({ signal })).find((m) => sameName(m.name, tag)) ?? null;
}

/** loadMs: of the request that loaded the model, not of the one that found it there. */
function timing(g: Generation, loadMs: number | null): Timing {
  const rate = (tokens: number | null, ms: number | null) => (tokens && ms ? (tokens / ms) * 1000 : null);
  return {
    promptTokens: g.promptTokens,
    promptTokensPerSecond: rate(g.promptTokens, g.promptMs),
    evalTokens: g.evalTokens,
    // A few tokens say nothing about speed.
    tokensPerSecond: (g.evalTokens ?? 0) >= 8 ? rate(g.evalTokens, g.evalMs) : null,
    loadMs: loadMs ?? g.loadMs,
  };
}
