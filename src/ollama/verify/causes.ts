import { compareVersions, gateOf, isKnownVersion, runtimeDefaults } from '../../data/tables.ts';
import type { Cause, VerifiedPart } from '../findings.ts';
import { hasFewerLayers } from './server-sum.ts';
import type { Measurement, Prediction } from './types.ts';

/** The facts that the causes are derived from. */
export interface Comparison {
  prediction: Prediction;
  measurement: Measurement;
  serverVersion: string;
}

const pick = (rules: [boolean, Cause][]): Cause[] => rules.flatMap(([holds, cause]) => (holds ? cause : []));

/** Whether Ollama's MLX runner has it, by what the server says. */
export const isMlx = ({ runner, format }: Measurement) => runner === 'mlx' || format === 'safetensors';

const isOlderThan = (version: string, than: string) => isKnownVersion(version) && compareVersions(version, than) < 0;

/** Sum of all parts on the device, bytes. */
export function deviceSum({ device }: Prediction): number {
  return device.weightsBytes + device.kvCacheBytes + device.computeBytes + device.projectorBytes + device.drafterBytes;
}

/** Why a model that should lie on the device does not. */
export function offloadCauses({ prediction, measurement }: Comparison): Cause[] {
  const { others, driver, log, deviceBytes } = measurement;
  const noDevice = deviceBytes === 0 && others.every((o) => o.deviceBytes === 0);
  const outOfMemory =
    /out of memory|failed to allocate/i.test(measurement.loadError ?? '') ||
    isTooBigForMlx(measurement.loadError) ||
    log?.notes.includes('out-of-memory') === true;
  const free = driver?.freeBeforeBytes ?? log?.devices.reduce((sum, d) => sum + d.freeBytes, 0) ?? null;
  return pick([
    [lacksMlxLibrary(measurement.loadError), 'mlx-library'],
    [isBadSetting(measurement.loadError) && !outOfMemory, 'bad-setting'],
    [isMlx(measurement) && !lacksMlxLibrary(measurement.loadError), 'mlx-build'],
    [others.some((o) => o.deviceBytes > 0), 'other-model-loaded'],
    [outOfMemory || (free !== null && free < deviceSum(prediction)), 'little-memory-free'],
    [prediction.vision && !noDevice, 'projector-margin'],
    [noDevice || log?.notes.includes('driver-too-old') === true, 'driver-or-backend'],
  ]);
}

/** llama-server ends before it loads, or in no time: of all settings only a bad one does that (OLLAMA_KV_CACHE_TYPE, OLLAMA_LOAD_TIMEOUT). */
function isBadSetting(said: string | null): boolean {
  return (
    /process has terminated|timed out waiting|unsupported (cache|kv)|to start -/i.test(said ?? '') &&
    !/memory|cuda error/i.test(said ?? '')
  );
}

/** With OLLAMA_LLM_LIBRARY=mlx_… Ollama tries that library alone. Words: ollama x/mlxrunner/mlx/dynamic.go, v0.33. */
function lacksMlxLibrary(said: string | null): boolean {
  return /MLX dynamic library/i.test(said ?? '');
}

/** Ollama's own test before it starts the MLX runner. Words: ollama x/mlxrunner/client.go. */
function isTooBigForMlx(said: string | null): boolean {
  return /model requires .* available/i.test(said ?? '');
}

/** Why a model that answered the load is not listed: another program made the server load something else in its place. */
export function notLoadedCauses(comparison: Comparison): Cause[] {
  const { measurement } = comparison;
  return pick([
    [measurement.others.length > 0 || measurement.timing !== null, 'other-client-reloaded'],
    ...offloadCauses(comparison).map((cause): [boolean, Cause] => [true, cause]),
    [measurement.others.length === 0, 'other-client-reloaded'],
  ]).filter((cause, index, all) => all.indexOf(cause) === index);
}

/** Why a part's size differs. */
export function partCauses(part: VerifiedPart, comparison: Comparison): Cause[] {
  const { prediction, measurement } = comparison;
  const { log, others } = measurement;
  const env = log?.serverEnv ?? {};
  const command = log?.command;
  const kvOther = (env.OLLAMA_KV_CACHE_TYPE ?? 'f16') !== 'f16' || (command?.kvType ?? 'f16') !== 'f16';
  const parallel = (command?.parallel ?? 1) > 1;
  const fewer = hasFewerLayers(comparison);
  const byPart: Record<typeof part, [boolean, Cause][]> = {
    weights: [
      [true, 'tag-moved'],
      [true, 'old-format'],
    ],
    kvCache: [
      [kvOther, 'kv-type-on-server'],
      [parallel, 'parallel-on-server'],
      [!kvOther && !parallel, 'tag-moved'],
    ],
    compute: [[command?.flashAttention === 'off', 'flash-attention-off']],
    server: [
      [isMlx(measurement), 'mlx-build'],
      [kvOther, 'kv-type-on-server'],
      [parallel, 'parallel-on-server'],
      [fewer, 'little-memory-free'],
      [!isMlx(measurement) && !fewer, 'tag-moved'],
    ],
    mlxRest: [[true, 'tag-moved']],
    mlxPeak: [[true, 'tag-moved']],
    device: [
      [others.length > 0, 'other-model-loaded'],
      [prediction.vision, 'projector-margin'],
      [isMlx(measurement), 'mlx-build'],
    ],
  };
  return pick(byPart[part]);
}

/** Why the context is another one. */
export function contextCauses({ measurement }: Comparison): Cause[] {
  const mlx = isMlx(measurement);
  return pick([
    [mlx, 'mlx-build'],
    [!mlx, 'server-limits-context'],
    [!mlx, 'other-client-reloaded'],
  ]);
}

/** Why the card of this machine holds nothing of it: as fast as predicted, another machine's card does; slower, the CPU may. */
export function elsewhereCauses({ prediction, measurement }: Comparison): Cause[] {
  const seen = measurement.timing?.tokensPerSecond ?? null;
  const low = prediction.speed?.lowTokensPerSecond ?? null;
  const slow = seen !== null && low !== null && seen < low / 2;
  return slow ? ['cpu-fallback', 'server-elsewhere'] : ['server-elsewhere', 'cpu-fallback'];
}

/** Why it is slow though the server says that it lies on the GPU. */
export function slowCauses(comparison: Comparison): Cause[] {
  const { prediction, measurement, serverVersion } = comparison;
  return pick([
    // Before it Ollama computed gemma4 on the CPU and reported the GPU (ollama#15237).
    [isOlderThan(serverVersion, gateOf('flash-attention').ollama), 'old-server'],
    [isMlx(measurement), 'mlx-build'],
    [measurement.log?.command?.flashAttention === 'off', 'flash-attention-off'],
    [measurement.busy, 'server-busy'],
    [hasFewerLayers(comparison), 'little-memory-free'],
    // A split lies on a GPU that the server found.
    [prediction.mode !== 'split', 'cpu-fallback'],
    [true, 'thermal-or-busy'],
  ]);
}

/** Why a loaded model cannot answer. */
export function generateCauses(comparison: Comparison): Cause[] {
  const said = comparison.measurement.generateError ?? '';
  if (/model '.*' not found/i.test(said)) return ['tag-removed'];
  const outOfMemory = /out of memory|failed to allocate/i.test(said);
  return outOfMemory ? ['little-memory-free'] : invalidOutputCauses(comparison);
}

/** Why the output is not text. */
export function invalidOutputCauses({ serverVersion }: Comparison): Cause[] {
  return pick([
    [isOlderThan(serverVersion, runtimeDefaults.minimumOllama), 'old-server'],
    [true, 'driver-or-backend'],
    [true, 'broken-files'],
  ]);
}
