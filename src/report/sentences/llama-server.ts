import type { AdviceFinding, LeverName, UnlockName } from '../../advice/findings.ts';
import type { MachineFinding } from '../../machine/findings.ts';
import { formatContext, formatMemory, formatSpeed } from '../units.ts';

type Any = AdviceFinding | MachineFinding;
type Of<C extends Any['code']> = Extract<Any, { code: C }>;
type Lever = Of<'lever'>;
type Unlock = Of<'unlock'>;

const levers: Partial<Record<LeverName, (f: Lever) => string>> = {
  'kv-q8_0': (f) =>
    `--cache-type-k q8_0 --cache-type-v q8_0: up to ${formatContext(f.ceilingTokens)} context, at some cost in quality${f.detail ? ` (KL divergence ${f.detail})` : ''}.`,
  'text-only': (f) => `Text only (--no-mmproj): up to ${formatContext(f.ceilingTokens)} context.`,
};

const unlocks: Partial<Record<UnlockName, (f: Unlock) => string>> = {
  'text-only': () => 'Without images (--no-mmproj)',
  'unhide-device': (f) => `Without ${f.setting} in the environment, which hides ${f.detail}`,
  'device-access': (f) => `With ${f.setting} open to llama-server, so that it uses ${f.detail}`,
};

const plainRunWords: Record<Of<'plain-run'>['mode'], string> = {
  full: 'fully on the GPU',
  split: 'partly on the CPU',
  cpu: 'on the CPU',
  none: 'and would not have enough memory',
};

const listed = (names: readonly string[]): string => [...new Set(names)].join(' and ');

/** What a finding says where a llama-server of one's own is answered for; what is left out, or null, says the same for both. */
export const llamaServerSentences: { [C in Any['code']]?: (f: Of<C>) => string | null } = {
  'fits-device': (f) =>
    `Needs ${formatMemory(f.needBytes)} of GPU memory, and llama-server keeps ${formatMemory(f.marginBytes)} free; ${formatMemory(f.freeBytes)} free.`,
  'runs-on-cpu': (f) =>
    f.why === 'no-device'
      ? `Runs on the CPU (no GPU that llama.cpp supports); needs ${formatMemory(f.needBytes)} of RAM.`
      : `Runs on the CPU (not even one layer fits on the GPU); needs ${formatMemory(f.needBytes)} of RAM.`,
  'device-usability-unknown': (f) => `Unknown whether llama.cpp would use ${f.device}.`,
  'projector-margin': (f) =>
    `-hf fetches a vision encoder too (${formatMemory(f.projectorBytes)}), so llama-server keeps ${formatMemory(f.marginBytes)} free instead of ${formatMemory(f.textMarginBytes)}; --no-mmproj leaves it out.`,
  'projector-in-ram': (f) =>
    `The vision encoder (${formatMemory(f.projectorBytes)}) stays in RAM (--no-mmproj-offload), so that more of the model fits on the GPU; reading images is slow.`,
  'text-only': (f) => `Without the vision encoder (--no-mmproj); ${formatMemory(f.marginBytes)} stay free.`,
  'needs-main-gpu': (f) => `llama-server would spread it over all GPUs; --device keeps it on ${f.device}.`,
  'prompt-cache-tight': (f) =>
    `The prompt cache (up to ${formatMemory(f.cacheBytes)}) and checkpoints (up to ${formatMemory(f.checkpointsBytes)}) may grow to ${formatMemory(f.needBytes)} of RAM in all; ${formatMemory(f.availableBytes)} available. --cache-ram and --ctx-checkpoints limit them.`,
  'flash-attention-off': (f) => `llama.cpp has no flash attention on ${f.device}, so the KV cache takes more memory.`,
  'plain-run': (f) =>
    `Plain \`llama-server -hf\` would give ${f.slots ?? 1} requests at a time one context of ${formatContext(f.contextTokens)} to share (batch ${f.microBatch}), ${plainRunWords[f.mode]}.`,
  lever: (f) => levers[f.lever]?.(f) ?? null,
  unlock: (f) => {
    const start = unlocks[f.change]?.(f);
    return start === undefined
      ? null
      : `${start}, ${f.tag.replace(/^hf\.co\//, '')} would run at about ${formatSpeed(f)} tok/s with a ${formatContext(f.contextTokens)} context.`;
  },
  headroom: (f) =>
    `${formatMemory(f.remainingBytes)} left, including what llama-server keeps free${f.ceilingTokens === null ? '' : `: room for a context of up to ${formatContext(f.ceilingTokens)}`}.`,
  'faster-placement': (f) =>
    `On ${listed(f.devices)} alone (${f.variables.join(' ')}) it would reach about ${formatSpeed(f)} tok/s, ${f.timesAsFast.toFixed(1)} times as fast as on ${listed(f.insteadOf)}.`,
  'driver-too-old': (f) => `The ${f.vendor} driver is ${f.driver}; ${f.required} or newer is needed.`,
  'architecture-unsupported': (f) =>
    `${f.vendor} chips of type ${f.architecture} are not in the usual builds; they need ${f.required}.`,
  'backend-missing': (f) =>
    f.backend === 'none'
      ? 'No build of llama.cpp is known for this GPU, so the model runs on the CPU.'
      : `No ${f.backend} build of llama.cpp is known on ${f.platform}.`,
  'usability-unknown': (f) => `Unknown whether llama.cpp can use it: ${f.missing} could not be read.`,
  'architecture-overridden': (f) => `${f.variable}=${f.value} makes ROCm treat it as ${f.architecture}.`,
  'hidden-from-one': (f) => `${f.variable} hides ${f.device} from one backend only; a Vulkan build still uses it.`,
  'desktop-vm': (f) =>
    `This is the virtual machine of ${f.program}${f.host === 'mac' ? ' on a Mac' : ''}: it has part of the RAM and no GPU. Run llama-server on the computer itself.`,
  phone: (f) =>
    `On ${f.device} use Google AI Edge Gallery (LiteRT-LM) or an app built on llama.cpp. An app gets about ${formatMemory(f.appBytes)} of its ${formatMemory(f.totalBytes)}.`,
};
