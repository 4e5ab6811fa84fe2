import type { CheckResult } from '../../advice/types.ts';

import type { RenderOptions } from '../options.ts';
import { type AnyFinding, sentencesFor } from '../sentences/index.ts';
import { clip, wrap } from '../text.ts';

/** What changes the answer, most important first; everything else waits for `--why`. */
const telling: readonly AnyFinding['code'][] = [
  'phone',
  'desktop-vm',
  'driver-broken',
  'runtime-saw-no-gpu',
  'driver-missing',
  'driver-too-old',
  'device-node-missing',
  'tool-missing',
  'device-hidden',
  'integrated-dropped',
  'backend-disabled',
  'backend-missing',
  'architecture-unsupported',
  'vgpu-profile',
  'mig-without-instance',
  'probe-timeout',
  'memory-unknown',
  'ram-unknown',
  'device-memory-unknown',
  'not-for-use',
  'weak-for-use',
  'device-usability-unknown',
  'server-elsewhere',
  'server-too-old',
  'context-clamped',
  'above-trained-context',
  'virtual-gpu',
  'wsl-memory',
  'memory-limited',
  'zfs-cache',
  'huge-pages',
  'host-gpu',
  'hidden-from-one',
  'known-problem',
  'needs-main-gpu',
  'needs-spread',
  'faster-placement',
  'unlock',
  'loaded-context-short',
  'probe-failed',
  'output-unreadable',
  'speed-unmeasured',
];

const rowsMost = 2;

/** The one note of the screen, in two lines at most; none where nothing changes the answer. */
export function noteLines(result: CheckResult, { columns }: RenderOptions): string[] {
  const finding = noteFor(result);
  if (finding === null) return [];
  return clip(wrap(sentencesFor(result.request)(finding), columns), rowsMost, columns);
}

function noteFor(result: CheckResult): AnyFinding | null {
  const { recommendation, warnings, machine, unlock } = result;
  const about: readonly AnyFinding[] = [
    ...warnings,
    ...(unlock === null ? [] : [unlock]),
    ...unusableReasons(machine.accelerators),
    ...(recommendation?.because ?? []),
    ...(recommendation?.reasons ?? smallestReasons(result)),
  ].filter((finding) => !isMereNote(finding));
  const found = telling.flatMap((code) => about.find((finding) => finding.code === code) ?? []);
  return found[0] ?? null;
}

/** Why a GPU is not used: it changes the answer only where no other is. */
function unusableReasons(accelerators: CheckResult['machine']['accelerators']): AnyFinding[] {
  if (accelerators.some(({ usable }) => usable === true)) return [];
  return accelerators.flatMap(({ reason }) => (reason === null ? [] : [reason]));
}

/** Where nothing is recommended: what decides about the model that comes nearest. */
function smallestReasons({ candidates }: CheckResult): readonly AnyFinding[] {
  return candidates[0]?.reasons ?? [];
}

/** Problems with Ollama's default context do not occur with a tag made by `pull`. */
const setByPull: ReadonlySet<string> = new Set(['silent-truncation', 'default-context-too-large']);

function isMereNote(finding: AnyFinding): boolean {
  if (finding.code !== 'known-problem') return false;
  return setByPull.has(finding.id) || (finding.severity !== 'blocker' && finding.severity !== 'wrong');
}
