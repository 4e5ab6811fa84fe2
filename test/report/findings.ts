import type { AdviceFinding } from '../../src/advice/findings.ts';
import type { MachineFinding } from '../../src/machine/findings.ts';
import type { AnyFinding } from '../../src/report/sentences/index.ts';
import { GIB, MIB } from './result.ts';

type Examples<F extends { code: string }> = { [C in F['code']]?: Extract<F, { code: C }> };

const mlxFigures = {
  loadBytes: 18 * GIB,
  cacheBytes: GIB,
  scoreBytes: GIB,
  workingBytes: 3 * GIB,
  snapshotBytes: GIB,
  peakBytes: 24 * GIB,
  restBytes: 20 * GIB,
};

/** Plausible findings; a code that has none here gets arguments by the names that its sentence asks for. */
export const machineExamples: Examples<MachineFinding> = {
  'probe-failed': { code: 'probe-failed', probe: 'nvidia-smi', detail: 'exit code 9' },
  'probe-timeout': { code: 'probe-timeout', probe: 'nvidia-smi', timeoutMs: 2000 },
  'driver-broken': { code: 'driver-broken', vendor: 'NVIDIA', detail: 'library and kernel module differ' },
  'tool-missing': { code: 'tool-missing', vendor: 'NVIDIA', tool: 'nvidia-smi', device: 'an NVIDIA card' },
  'driver-missing': { code: 'driver-missing', vendor: 'NVIDIA', device: 'GeForce RTX 3060' },
  'virtual-gpu': { code: 'virtual-gpu', device: 'VMware SVGA' },
  'compute-door-missing': { code: 'compute-door-missing', vendor: 'AMD', path: '/dev/kfd' },
  'reading-implausible': {
    code: 'reading-implausible',
    subject: 'nvidia:0.memory.free',
    value: '-1',
    source: 'nvidia-smi',
  },
  'memory-unknown': { code: 'memory-unknown', device: 'Intel Arc A770' },
  'output-unreadable': { code: 'output-unreadable', probe: 'rocm-smi', detail: 'no JSON' },
  'device-hidden': { code: 'device-hidden', device: 'GeForce RTX 3060', variable: 'CUDA_VISIBLE_DEVICES', value: '1' },
  'device-order-unclear': { code: 'device-order-unclear', variable: 'CUDA_VISIBLE_DEVICES', value: '0' },
  'mig-instance': { code: 'mig-instance', device: 'NVIDIA A100', profile: '3g.40gb' },
  'mig-without-instance': { code: 'mig-without-instance', device: 'NVIDIA A100' },
  'unified-memory': { code: 'unified-memory', device: 'Apple M3', reserveBytes: 6 * GIB },
  'bandwidth-differs': {
    code: 'bandwidth-differs',
    device: 'X',
    tableBytesPerSecond: 448e9,
    clockBytesPerSecond: 336e9,
  },
  'driver-too-old': { code: 'driver-too-old', vendor: 'NVIDIA', driver: '470.1', required: '550' },
  'architecture-unsupported': {
    code: 'architecture-unsupported',
    vendor: 'AMD',
    architecture: 'gfx803',
    required: 'gfx900',
  },
  'integrated-dropped': { code: 'integrated-dropped', variable: 'OLLAMA_IGPU_ENABLE' },
  'backend-missing': { code: 'backend-missing', backend: 'rocm', platform: 'darwin' },
  'backend-disabled': { code: 'backend-disabled', backend: 'vulkan', variable: 'OLLAMA_VULKAN' },
  'usability-unknown': { code: 'usability-unknown', missing: 'the driver version' },
  'architecture-overridden': {
    code: 'architecture-overridden',
    variable: 'HSA_OVERRIDE_GFX_VERSION',
    value: '10.3.0',
    architecture: 'gfx1030',
  },
  'memory-limited': {
    code: 'memory-limited',
    limitedBy: 'cgroup',
    limitBytes: 8 * GIB,
    totalBytes: 64 * GIB,
    source: 'memory.max',
  },
  'wsl-memory': { code: 'wsl-memory', totalBytes: 16 * GIB },
  'ram-unknown': { code: 'ram-unknown' },
  hypothetical: { code: 'hypothetical', what: '24 GiB of GPU memory' },
};

const tag = 'gemma4:26b-a4b-it-qat';

export const adviceExamples: Examples<AdviceFinding> = {
  'fits-device': { code: 'fits-device', needBytes: 15 * GIB, marginBytes: GIB, freeBytes: 23 * GIB },
  spills: { code: 'spills', gpuLayers: 55, totalLayers: 61, missingBytes: 700 * MIB },
  'experts-on-cpu': { code: 'experts-on-cpu', layers: 4, totalLayers: 31, missingBytes: GIB },
  'runs-on-cpu': { code: 'runs-on-cpu', why: 'no-device', needBytes: 4 * GIB },
  'host-too-small': { code: 'host-too-small', needBytes: 9 * GIB, availableBytes: 6 * GIB },
  'pool-too-small': { code: 'pool-too-small', needBytes: 20 * GIB, availableBytes: 12 * GIB },
  'mlx-refused': { code: 'mlx-refused', needBytes: 20 * GIB, freeBytes: 12 * GIB },
  'device-memory-unknown': { code: 'device-memory-unknown', device: 'Intel Arc A770' },
  'device-usability-unknown': { code: 'device-usability-unknown', device: 'Intel Arc A770' },
  'host-memory-unknown': { code: 'host-memory-unknown', needBytes: 4 * GIB },
  'build-bytes-unknown': { code: 'build-bytes-unknown', tag },
  'projector-margin': { code: 'projector-margin', marginBytes: 2 * GIB, textMarginBytes: GIB, projectorBytes: GIB },
  'projector-in-ram': { code: 'projector-in-ram', projectorBytes: GIB, freeBytes: 500 * MIB },
  'text-only': { code: 'text-only', marginBytes: GIB, oneFile: false },
  'micro-batch-lowered': { code: 'micro-batch-lowered', from: 2048, to: 512 },
  'needs-main-gpu': { code: 'needs-main-gpu', device: 'GeForce RTX 4090' },
  'needs-spread': { code: 'needs-spread', devices: 2 },
  'device-left-out': { code: 'device-left-out', device: 'Radeon', backend: 'rocm', usedBackend: 'cuda' },
  'preflight-differs': { code: 'preflight-differs', predictedBytes: 17 * GIB, needBytes: 15 * GIB },
  'mmap-off': { code: 'mmap-off', why: 'cpu' },
  'draft-length': { code: 'draft-length', draftTokens: 0, usualTokens: 3, factor: 1, usualFactor: 0.72 },
  'slow-host': { code: 'slow-host', cpu: 'Intel(R) Xeon(R) Gold 5318N CPU @ 2.10GHz' },
  'large-image': { code: 'large-image', imageBytes: 500 * MIB, remainingBytes: GIB },
  'drafter-dropped': { code: 'drafter-dropped', drafterBytes: 500 * MIB, freeBytes: 100 * MIB },
  'cpu-peak': { code: 'cpu-peak', peakBytes: 14 * GIB, copyBytes: 6 * GIB },
  'engine-assumed': { code: 'engine-assumed', ollamaVersion: '9.0.0', llamaCpp: 'b10864' },
  'prompt-cache-tight': {
    code: 'prompt-cache-tight',
    needBytes: 12 * GIB,
    cacheBytes: 8 * GIB,
    checkpointsBytes: GIB,
    availableBytes: 10 * GIB,
  },
  'flash-attention-off': { code: 'flash-attention-off', device: 'Tesla K80' },
  'pinned-layers': { code: 'pinned-layers', gpuLayers: 61, totalLayers: 61 },
  'kv-quantized': { code: 'kv-quantized', kvType: 'q8_0', meanKld: 0.38 },
  'context-clamped': { code: 'context-clamped', askedTokens: 262144, contextTokens: 131072 },
  'above-trained-context': { code: 'above-trained-context', contextTokens: 262144, trainedTokens: 131072 },
  'server-elsewhere': { code: 'server-elsewhere', host: 'http://10.0.0.5:11434' },
  'held-beside': { code: 'held-beside', models: ['gemma4:e4b'], heldBytes: 5 * GIB },
  'held-by-ollama': { code: 'held-by-ollama', models: ['gemma4:e4b'], heldBytes: 5 * GIB },
  ceiling: { code: 'ceiling', ceilingTokens: 18432, textCeilingTokens: 48128, trainedTokens: 262144 },
  lever: { code: 'lever', lever: 'kv-q8_0', ceilingTokens: 65536, detail: '0.38' },
  'missing-modality': { code: 'missing-modality', modality: 'audio' },
  'context-too-short': { code: 'context-too-short', contextTokens: 4096, minimumTokens: 32768 },
  'too-slow': { code: 'too-slow', tokensPerSecond: 4.2, minimumTokensPerSecond: 20 },
  'speed-unknown': { code: 'speed-unknown', minimumTokensPerSecond: 20 },
  'wrong-platform': { code: 'wrong-platform', tag: 'gemma4:31b-mlx' },
  'server-too-old': { code: 'server-too-old', tag, version: '0.20.0', minimumVersion: '0.30.5' },
  'mlx-build': { code: 'mlx-build', tag: 'gemma4:31b-mlx' },
  'mlx-context-open': { code: 'mlx-context-open', ceilingTokens: 16_384 },
  'mlx-fits': { code: 'mlx-fits', promptTokens: 16_384, roomBytes: 25 * GIB, ...mlxFigures },
  'mlx-aborts': { code: 'mlx-aborts', promptTokens: 32_768, roomBytes: 22 * GIB, ceilingTokens: 8192, ...mlxFigures },
  'mlx-snapshots': {
    code: 'mlx-snapshots',
    tag: 'gemma4:31b',
    budgetBytes: 8 * GIB,
    turnBytes: 838_860_800,
    longestTokens: 3072,
  },
  'mlx-one-request': { code: 'mlx-one-request', sequences: 4 },
  'mlx-cache-type': { code: 'mlx-cache-type', kvType: 'q8_0' },
  'known-problem': { code: 'known-problem', id: 'x', severity: 'slow', text: 'It is slow.', remedy: 'Update.' },
  'best-quality': {
    code: 'best-quality',
    variant: '26b',
    benchmarks: ['mmluPro', 'gpqaDiamond'],
    score: 82.45,
    useCase: 'chat',
  },
  'build-choice': { code: 'build-choice', tag, over: 'gemma4:26b', why: 'qat' },
  headroom: { code: 'headroom', remainingBytes: 6 * GIB, ceilingTokens: 180224 },
  'plain-run': { code: 'plain-run', contextTokens: 4096, microBatch: 512, mode: 'full', ceilingTokens: 49_152 },
  'larger-split': { code: 'larger-split', tag, lowTokensPerSecond: 18, highTokensPerSecond: 35 },
  'larger-too-slow': { code: 'larger-too-slow', tag, highTokensPerSecond: 6, wantedTokensPerSecond: 8 },
  'larger-does-not-fit': {
    code: 'larger-does-not-fit',
    tag,
    verdict: 'split',
    missingBytes: GIB,
    ceilingTokens: 30_208,
  },
  'loaded-context-short': {
    code: 'loaded-context-short',
    model: 'gemma4:26b',
    contextTokens: 4096,
    minimumTokens: 32_768,
  },
  'not-for-use': { code: 'not-for-use', useCase: 'agent', tokensPerSecond: 3.1, leastTokensPerSecond: 5 },
  'slower-when-full': {
    code: 'slower-when-full',
    lowTokensPerSecond: 58,
    highTokensPerSecond: 114,
    contextTokens: 131_072,
  },
  'speed-assumed': { code: 'speed-assumed' },
  unlock: {
    code: 'unlock',
    change: 'text-only',
    detail: null,
    setting: null,
    tag,
    contextTokens: 32_768,
    lowTokensPerSecond: 25,
    highTokensPerSecond: 35,
  },
  'faster-placement': {
    code: 'faster-placement',
    setting: 'main_gpu',
    devices: ['GeForce RTX 3060'],
    insteadOf: ['TITAN Xp'],
    variables: [],
    lowTokensPerSecond: 38,
    highTokensPerSecond: 52,
    timesAsFast: 1.4,
  },
  'only-slower': { code: 'only-slower', why: 'nothing-fits' },
  'expected-speed': { code: 'expected-speed', lowTokensPerSecond: 88, highTokensPerSecond: 131 },
};

export const everyFinding: AnyFinding[] = [...Object.values(machineExamples), ...Object.values(adviceExamples)];

/** The example of a code, or one that answers every argument by its name: numbers for amounts, a word for the rest. */
export function exampleOf(code: AnyFinding['code']): AnyFinding {
  const known = everyFinding.find((finding) => finding.code === code);
  const amounts = /Bytes|Tokens|Second|Ms|[lL]ayers|devices|score|microBatch|from|to$/;
  const answer = (_: object, name: string): unknown => (name === 'code' ? code : amounts.test(name) ? 1000 : 'text');
  return known ?? (new Proxy({}, { get: answer }) as AnyFinding);
}
