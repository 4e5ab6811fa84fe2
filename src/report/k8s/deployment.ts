import type { Candidate, CheckResult, Recommendation } from '../../advice/types.ts';
import { runtimeDefaults } from '../../data/runtimes.ts';
import { isKnownVersion } from '../../data/versions.ts';
import { hostNeedBytes, sumParts } from '../figures.ts';
import { fitsGpu } from '../fits.ts';
import { fitsLabel, labelPrefix, labelValue } from '../nfd.ts';
import { type Caches, cachesOf, ramBeside } from './caches.ts';
import { gpuOf } from './gpu.ts';
import type { Yaml } from './yaml.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
/** The server itself and a file cache that keeps loading from thrashing; a request, not a prediction. */
const serverBytes = 2 * gibibyte;

/** A Deployment of the official ollama image that makes the recommended model run as predicted. */
export function deployment(result: CheckResult, best: Recommendation): Yaml {
  const name = `gemma4-${best.variant}`;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'gemma-fit' };
  const models = { name: 'models', mountPath: '/root/.ollama' };
  const image = imageOf(result, best);
  const memory = memoryOf(result, best);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      // Two pods would fight for one GPU during a rolling update.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: {
        metadata: { labels, annotations: { [`${labelPrefix}/model`]: best.tag } },
        spec: {
          ...nodeSelector(best),
          initContainers: [{ ...pullContainer(best), image, volumeMounts: [models] }],
          containers: [
            {
              name: 'ollama',
              image,
              ports: [{ name: 'http', containerPort: 11434 }],
              env: serverEnvironment(best, memory.caches),
              resources: resources(result, best, memory.bytes),
              readinessProbe: { httpGet: { path: '/api/version', port: 'http' } },
              volumeMounts: [models],
            },
          ],
          volumes: [{ name: 'models', emptyDir: { sizeLimit: sizeLimit(best) } }],
        },
      },
    },
  };
}

function nodeSelector(best: Candidate): { nodeSelector?: Yaml } {
  return fitsGpu(best) === 'met' ? { nodeSelector: { [`${labelPrefix}/${fitsLabel(best.variant)}`]: 'true' } } : {};
}

function versionOf({ request, machine }: CheckResult): string {
  const wanted = [request.ollamaVersion, machine.ollama?.version ?? null].find(isKnownVersion);
  return (wanted ?? runtimeDefaults.newestKnownOllama).replace(/^v/, '');
}

function imageOf(result: CheckResult, best: Candidate): string {
  return `ollama/ollama:${labelValue(versionOf(result))}${gpuOf(result, best)?.imageSuffix ?? ''}`;
}

/** RAM of the pod: the model's part, the server, and what the server may let grow. */
function memoryOf(result: CheckResult, best: Candidate): { bytes: number; caches: Caches | null } {
  const hostBytes = best.placement.mode === 'full' ? hostNeedBytes(best) : sumParts(best.placement.host);
  const bytes = hostBytes + serverBytes;
  const caches = cachesOf(best, versionOf(result), ramBeside(result, best, bytes));
  return { bytes: bytes + (caches?.bytes ?? 0), caches };
}

function resources(result: CheckResult, best: Candidate, memoryBytes: number): Yaml {
  const gpu = gpuOf(result, best);
  const memory = `${Math.ceil(memoryBytes / mebibyte)}Mi`;
  const devices = gpu === null ? {} : { [gpu.resource]: best.placement.devices.length };
  return { requests: { memory, cpu: 1 }, limits: { memory, ...devices } };
}

function serverEnvironment({ workload }: Candidate, caches: Caches | null): Yaml {
  const values = {
    OLLAMA_HOST: '0.0.0.0:11434',
    OLLAMA_CONTEXT_LENGTH: workload.contextTokensPerSequence,
    OLLAMA_NUM_PARALLEL: workload.sequences,
    OLLAMA_KV_CACHE_TYPE: workload.kvType,
    OLLAMA_MAX_LOADED_MODELS: 1,
    OLLAMA_KEEP_ALIVE: '-1',
    ...(caches && {
      LLAMA_ARG_CACHE_RAM: caches.promptCacheMiB,
      LLAMA_ARG_CTX_CHECKPOINTS: caches.checkpoints,
    }),
  };
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}

/** Fetches the model before the server starts; the name goes in as a variable, not into the script. */
function pullContainer({ tag }: Candidate): { [key: string]: Yaml } {
  const script = 'ollama serve & until ollama list >/dev/null 2>&1; do sleep 1; done; ollama pull "$MODEL"';
  return { name: 'pull', command: ['/bin/sh', '-c', script], env: [{ name: 'MODEL', value: tag }] };
}

function sizeLimit({ downloadBytes, need }: Candidate): string {
  const bytes = downloadBytes ?? sumParts(need.device) + sumParts(need.host);
  return `${Math.ceil((bytes * 1.1) / gibibyte) + 1}Gi`;
}
