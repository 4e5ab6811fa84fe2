import type { Candidate, CheckResult, Recommendation } from '../../advice/types.ts';
import { runtimeDefaults } from '../../data/runtimes.ts';
import { isKnownVersion } from '../../data/versions.ts';
import { hostNeedBytes, sumParts } from '../figures.ts';
import { fitsGpu } from '../fits.ts';
import { fitsLabel, labelPrefix, labelValue } from '../nfd.ts';
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
              env: serverEnvironment(best),
              resources: resources(result, best),
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

function imageOf(result: CheckResult, best: Candidate): string {
  const wanted = [result.request.ollamaVersion, result.machine.ollama?.version ?? null].find(isKnownVersion);
  const version = labelValue((wanted ?? runtimeDefaults.newestKnownOllama).replace(/^v/, ''));
  return `ollama/ollama:${version}${gpuOf(result, best)?.imageSuffix ?? ''}`;
}

function resources(result: CheckResult, best: Candidate): Yaml {
  const gpu = gpuOf(result, best);
  const hostBytes = best.placement.mode === 'full' ? hostNeedBytes(best) : sumParts(best.placement.host);
  const memory = `${Math.ceil((hostBytes + serverBytes) / mebibyte)}Mi`;
  const devices = gpu === null ? {} : { [gpu.resource]: best.placement.devices.length };
  return { requests: { memory, cpu: 1 }, limits: { memory, ...devices } };
}

function serverEnvironment({ workload }: Candidate): Yaml {
  const values = {
    OLLAMA_HOST: '0.0.0.0:11434',
    OLLAMA_CONTEXT_LENGTH: workload.contextTokensPerSequence,
    OLLAMA_NUM_PARALLEL: workload.sequences,
    OLLAMA_KV_CACHE_TYPE: workload.kvType,
    OLLAMA_MAX_LOADED_MODELS: 1,
    OLLAMA_KEEP_ALIVE: '-1',
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
