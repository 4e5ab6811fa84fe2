import type { Stack } from '../data/runtime-schema.ts';
import type { MachineFinding } from './findings.ts';
import type { Accelerator, Backend, Platform } from './types.ts';

export interface UsabilityContext {
  platform: Platform;
  /** The server's environment as far as it is known: only that one affects Ollama. */
  env: Readonly<Record<string, string | undefined>>;
  /** Rows of data/runtimes.json. */
  stacks: readonly Stack[];
}

export interface Usability {
  usable: boolean | null;
  /** Why not, or why it is unknown; null when usable. */
  reason: MachineFinding | null;
  /** What Ollama would drive it with. */
  backend: Backend;
  notes: MachineFinding[];
}

/**
 * What Ollama would do with a device: use it, over which backend, or the reason why not. A reason that the probe has already given is kept.
 */
export function usability(accelerator: Accelerator, context: UsabilityContext): Usability {
  const { backend, usable, reason } = accelerator;
  if (usable === false && reason !== null) return { usable, reason, backend, notes: [] };
  const verdict = withoutCuda(accelerator) ?? dropped(accelerator, context) ?? rules[backend](accelerator, context);
  return verdict.usable === true && usable === null && reason !== null ? { ...verdict, usable: null, reason } : verdict;
}

type Rule = (accelerator: Accelerator, context: UsabilityContext) => Usability;

const rules: Record<Backend, Rule> = {
  cuda,
  rocm,
  metal: () => yes('metal'),
  vulkan,
  sycl: vulkan,
  none: (accelerator, { platform }) => no({ code: 'backend-missing', backend: accelerator.vendor, platform }, 'none'),
};

const yes = (backend: Backend, notes: MachineFinding[] = []): Usability => ({
  usable: true,
  reason: null,
  backend,
  notes,
});
const no = (reason: MachineFinding, backend: Backend): Usability => ({ usable: false, reason, backend, notes: [] });
const unknown = (missing: string, backend: Backend): Usability => ({
  usable: null,
  reason: { code: 'usability-unknown', missing },
  backend,
  notes: [],
});

/**
 * Slices for virtual machines (vGPU) whose profile has no CUDA: A for applications and B for desktops; of M6, M10 and M60 only the one that
 * is a whole card has it. Source: NVIDIA vGPU software documentation, virtual GPU types.
 */
function withoutCuda({ vendor, name, backend }: Accelerator): Usability | null {
  if (vendor !== 'nvidia') return null;
  const profile = /-(\d{1,3}[AB]\d?)$/i.exec(name)?.[1] ?? /\bM(?:6|10|60)-((?!8)\d{1,2}Q)$/i.exec(name)?.[1];
  return profile === undefined ? null : no({ code: 'vgpu-profile', profile }, backend);
}

/** Strix Halo, and MI300A, whose memory ROCm shows as the card's own. */
const largeShared = new Set(['gfx1151', 'gfx942']);

/** Integrated GPUs are left out, except CUDA's, ROCm's gfx1151 and Apple's. Source: Ollama discover/runner.go, 2026-08. */
function dropped(accelerator: Accelerator, { env }: UsabilityContext): Usability | null {
  const { kind, backend, architecture, vendor } = accelerator;
  const integrated = kind === 'integrated' || (kind === 'unified' && (vendor === 'amd' || vendor === 'intel'));
  const kept = backend === 'cuda' || backend === 'metal' || (backend === 'rocm' && largeShared.has(architecture ?? ''));
  if (!integrated || kept || backend === 'none' || isOn(env.OLLAMA_IGPU_ENABLE, false)) return null;
  return no({ code: 'integrated-dropped', variable: 'OLLAMA_IGPU_ENABLE' }, backend);
}

function cuda({ architecture, driverVersion }: Accelerator, context: UsabilityContext): Usability {
  const stacks = stacksOf('cuda', context);
  if (architecture === null) return tooOldForAny(driverVersion, stacks) ?? unknown('compute capability', 'cuda');
  const fitting = stacks.filter((stack) => stack.architectures?.includes(architecture));
  if (fitting.length === 0) return unlisted(architecture, stacks);
  const floors = fitting.map((stack) => floorOf(stack, architecture));
  if (floors.includes(null)) return yes('cuda');
  if (driverVersion === null) return unknown('driver version', 'cuda');
  const lowest = floors.flatMap((floor) => floor ?? []).sort(compareLoose)[0] ?? '0';
  if (compareLoose(driverVersion, lowest) >= 0) return yes('cuda');
  return no({ code: 'driver-too-old', vendor: 'nvidia', driver: driverVersion, required: lowest }, 'cuda');
}

/** A driver below every library's floor rules any card out, whatever chip it has. */
function tooOldForAny(driverVersion: string | null, stacks: readonly Stack[]): Usability | null {
  const required = stacks.flatMap(({ minimumDriver }) => minimumDriver ?? []).sort(compareLoose)[0];
  if (driverVersion === null || required === undefined || compareLoose(driverVersion, required) >= 0) return null;
  return no({ code: 'driver-too-old', vendor: 'nvidia', driver: driverVersion, required }, 'cuda');
}

/** Not in any list: too old when something newer is listed, else newer than this table. */
function unlisted(architecture: string, stacks: readonly Stack[]): Usability {
  const listed = stacks.flatMap((stack) => stack.architectures ?? []).sort(compareLoose);
  const newest = listed.at(-1);
  if (newest === undefined || compareLoose(architecture, newest) > 0)
    return unknown(`support for ${architecture}`, 'cuda');
  const required = listed[0] ?? '';
  return no({ code: 'architecture-unsupported', vendor: 'nvidia', architecture, required }, 'cuda');
}

function floorOf(stack: Stack, architecture: string): string | null {
  const older = stack.olderArchitectures;
  return older && compareLoose(architecture, older.below) < 0 ? older.minimumDriver : stack.minimumDriver;
}

/** What ROCm's libraries were not built for goes over Vulkan. HSA_OVERRIDE_GFX_VERSION makes one target pass for another. */
function rocm(accelerator: Accelerator, context: UsabilityContext): Usability {
  const listed = stacksOf('rocm', context).flatMap((stack) => stack.architectures ?? []);
  const override = context.env.HSA_OVERRIDE_GFX_VERSION?.trim();
  const target = overriddenTarget(override) ?? accelerator.architecture;
  if (target === null) return unknown('LLVM target', 'rocm');
  if (!listed.includes(target)) return vulkan(accelerator, context);
  if (target === accelerator.architecture || override === undefined) return yes('rocm');
  return yes('rocm', [
    { code: 'architecture-overridden', variable: 'HSA_OVERRIDE_GFX_VERSION', value: override, architecture: target },
  ]);
}

/** `10.3.0` is gfx1030, `9.0.10` is gfx90a: the last part is hexadecimal in the name. */
function overriddenTarget(text: string | undefined): string | null {
  const match = /^(\d{1,2})\.(\d{1,2})\.(\d{1,2})$/.exec(text ?? '');
  return match ? `gfx${match[1]}${match[2]}${Number(match[3]).toString(16)}` : null;
}

function vulkan(accelerator: Accelerator, context: UsabilityContext): Usability {
  if (!isOn(context.env.OLLAMA_VULKAN, true)) {
    return no({ code: 'backend-disabled', backend: 'vulkan', variable: 'OLLAMA_VULKAN' }, 'vulkan');
  }
  if (stacksOf('vulkan', context).length > 0) return yes('vulkan');
  return no({ code: 'backend-missing', backend: accelerator.vendor, platform: context.platform }, 'none');
}

/** Whether the server tries Vulkan at all. */
export function canUseVulkan(context: UsabilityContext): boolean {
  return isOn(context.env.OLLAMA_VULKAN, true) && stacksOf('vulkan', context).length > 0;
}

function stacksOf(backend: Backend, { platform, stacks }: UsabilityContext): readonly Stack[] {
  return stacks.filter(
    (stack) => stack.backend === backend && (stack.platform === null || stack.platform === platform),
  );
}

/** Ollama's way with switches: unset is the default, what Go's ParseBool cannot read counts as on. */
function isOn(text: string | undefined, unset: boolean): boolean {
  const value = text?.trim().replace(/^["']|["']$/g, '') ?? '';
  return value === '' ? unset : !/^(0|f|false)$/i.test(value);
}

/** Dotted numbers of any length: `8.6` below `12.0`, `550` below `550.54`. */
function compareLoose(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
