import { adviceTable } from '../../data/advice.ts';
import { buildById } from '../../data/tables.ts';
import { deviceName } from '../../llama-server-rules/device-name.ts';
import type { Backend, Platform } from '../../machine/types.ts';
import { isPreferred, type UsableDevice } from '../../server-rules/devices.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { candidateFor } from '../candidate.ts';
import type { Finding } from '../findings.ts';
import { isOllama } from '../server.ts';
import type { Candidate, Verdict, Workload } from '../types.ts';

type Faster = Finding<'faster-placement'>;
type Setting = Pick<Faster, 'setting' | 'variables'>;

/** A choice of devices that a setting can make Ollama use. */
interface Choice extends Setting {
  target: SchedulerTarget;
}

/**
 * The fastest placement that a setting of Ollama allows, if it is clearly faster than the reported one; null otherwise, or where a
 * bandwidth is assumed.
 */
export function fasterPlacement(target: SchedulerTarget, told: Candidate, workload: Workload): Faster | null {
  const build = buildById(told.build);
  if (build === null || target.groups.flat().length < 2) return null;
  const found = choicesOf(target).flatMap(({ target: chosen, setting, variables }) => {
    const candidate = candidateFor(chosen, build, workload);
    const timesAsFast = gainOf(candidate, told);
    if (candidate.speed === null || timesAsFast === null) return [];
    const { lowTokensPerSecond, highTokensPerSecond } = candidate.speed;
    const devices = namesOf(target, candidate);
    const speed = { lowTokensPerSecond, highTokensPerSecond, timesAsFast };
    return [
      { code: 'faster-placement' as const, setting, devices, insteadOf: namesOf(target, told), variables, ...speed },
    ];
  });
  const [first = null, ...others] = found;
  return others.reduce((best, next) => (best !== null && next.timesAsFast > best.timesAsFast ? next : best), first);
}

function choicesOf(target: SchedulerTarget): Choice[] {
  return isOllama(target) ? choicesOfOllama(target) : devicesAlone(target);
}

/** `--device` names one of them. */
function devicesAlone(target: SchedulerTarget): Choice[] {
  const [devices = []] = target.groups;
  return devices.map((device) => {
    const { name, environment } = deviceName(devices, device);
    const variables = [...environment, `--device ${name}`];
    return { setting: 'device', variables, target: { ...target, groups: [[device]] } };
  });
}

function choicesOfOllama(target: SchedulerTarget): Choice[] {
  const { groups, platform } = target;
  const single = groups.flatMap((group) =>
    group.flatMap((device, index) => (reachedByIndex(groups, device, index) ? [{ device, index }] : [])),
  );
  return [
    ...single.map(({ device, index }) => ({
      setting: 'main_gpu' as const,
      variables: [`main_gpu ${index}`],
      target: { ...target, groups: [[device]] },
    })),
    { ...plainly('OLLAMA_SCHED_SPREAD'), target: { ...target, spread: true } },
    ...groups.flatMap((group) =>
      partsOf(group).map((kept) => ({ ...keeping(kept), target: { ...target, groups: [kept] } })),
    ),
    ...groups.flatMap((group) => {
      const variables = hiding(groups, group, platform);
      return variables === null
        ? []
        : [{ setting: 'hide-devices' as const, variables, target: { ...target, groups: [group] } }];
    }),
  ];
}

/** Sets of several CUDA devices that leave out all of one name, or keep all of one: what a person would try. */
function partsOf(group: readonly UsableDevice[]): UsableDevice[][] {
  if (!group.every(({ id }) => cudaIndex.test(id))) return [];
  const names = [...new Set(group.map(({ name }) => name))];
  if (names.length < 2) return [];
  const only = names.map((kept) => group.filter(({ name }) => name === kept));
  const without = names.length < 3 ? [] : names.map((left) => group.filter(({ name }) => name !== left));
  return [...only, ...without].filter(({ length }) => length > 1);
}

/** Number by bus order. */
const cudaIndex = /^nvidia:(\d+)$/;

/** CUDA counts the fastest first unless told otherwise; what it may not use would come back over Vulkan (ollama issue 16508). */
function keeping(devices: readonly UsableDevice[]): Setting {
  const visible = devices.map(({ id }) => cudaIndex.exec(id)?.[1]).join(',');
  const variables = ['CUDA_DEVICE_ORDER=PCI_BUS_ID', `CUDA_VISIBLE_DEVICES=${visible}`, 'GGML_VK_VISIBLE_DEVICES=-1'];
  return { setting: 'hide-devices', variables };
}

function plainly(setting: Faster['setting']): Setting {
  return { setting, variables: [] };
}

/**
 * Whether main_gpu can mean this device: it counts within each library, and of those with that number the preferred one is taken.
 * Source: ollama llm/llama_server.go, bestExplicitMainGPU.
 */
function reachedByIndex(groups: readonly UsableDevice[][], device: UsableDevice, index: number): boolean {
  return groups.every((group) => {
    const rival = group[index];
    return rival === undefined || rival === device || isPreferred(device, rival);
  });
}

/**
 * What to set so that one library is left alone; null where none do. A card hidden from CUDA or ROCm comes back over Vulkan, so Vulkan is
 * hidden with it (ollama issue 16508).
 */
function hiding(groups: readonly UsableDevice[][], kept: readonly UsableDevice[], platform: Platform): string[] | null {
  const others = groups.filter((group) => group !== kept).flatMap(([first]) => first?.backend ?? []);
  const keepsVulkan = kept[0]?.backend === 'vulkan';
  if (others.length === 0 || (keepsVulkan && others.length > 0)) return null;
  const names = [...others, 'vulkan' as const].map((backend) => hidingVariable(backend, platform));
  return names.includes(null) ? null : [...new Set(names.filter((name) => name !== null))].map((name) => `${name}=-1`);
}

function hidingVariable(backend: Backend, platform: Platform): string | null {
  if (backend === 'cuda') return 'CUDA_VISIBLE_DEVICES';
  if (backend === 'rocm') return platform === 'win32' ? 'HIP_VISIBLE_DEVICES' : 'ROCR_VISIBLE_DEVICES';
  return backend === 'vulkan' ? 'GGML_VK_VISIBLE_DEVICES' : null;
}

const order: readonly Verdict[] = ['gpu', 'split', 'cpu'];

/** How many times as fast, if that is clear: no end of the band, no depth and no placement may be worse. */
function gainOf(other: Candidate, told: Candidate): number | null {
  const place = order.indexOf(other.verdict);
  if (place < 0 || place > order.indexOf(told.verdict) || needsMore(other)) return null;
  const [start, full] = [ratio(other.speed, told.speed), ratio(other.speedAtFullContext, told.speedAtFullContext)];
  if (start === null || full === null || full < 1) return null;
  return start >= adviceTable.alternatives.placementFactor ? start : null;
}

/** Whether Ollama places it this way with the setting alone. */
function needsMore({ reasons }: Candidate): boolean {
  return reasons.some(({ code }) => code === 'needs-main-gpu' || code === 'needs-spread' || code === 'pinned-layers');
}

function ratio(other: Candidate['speed'], told: Candidate['speed']): number | null {
  if (other === null || told === null || other.basis === 'assumed' || told.basis === 'assumed') return null;
  return other.expectedTokensPerSecond / told.expectedTokensPerSecond;
}

function namesOf(target: SchedulerTarget, { placement }: Candidate): string[] {
  const used = placement.devices.filter(({ layers }) => layers > 0);
  const names = used.map(({ accelerator }) => target.groups.flat().find(({ id }) => id === accelerator)?.name);
  return names.filter((name) => name !== undefined);
}
