import { MiB } from '../../../data/units.ts';
import { limits } from '../../../limits.ts';
import { cleanText } from '../../../text.ts';
import type { Backend } from '../../types.ts';
import { gfxIn } from '../amd/gfx.ts';
import { linesOf } from '../shared/lines.ts';

/** A device that llama.cpp would compute on. */
export interface RuntimeDevice {
  /** `CUDA0`, `ROCm1`, `Vulkan0`, `MTL0`. */
  handle: string;
  name: string;
  backend: Backend;
  totalBytes: number;
  freeBytes: number;
  /** Compute capability or LLVM target, where llama.cpp printed it. */
  architecture: string | null;
  /** Whether its memory is the RAM; null when it was not printed. */
  unified: boolean | null;
}

const backends: readonly (readonly [RegExp, Backend])[] = [
  [/cuda|nvidia/i, 'cuda'],
  [/rocm|hip/i, 'rocm'],
  [/metal|^mtl\d/i, 'metal'],
  [/vulkan/i, 'vulkan'],
  [/sycl/i, 'sycl'],
];

/** More than this many MiB, or as many free as no card has, is not a reading. */
const absurdMib = 16 * 1024 * 1024;

const deviceLine = /^\s+(\S[^:]*): (.*) \((\d{1,9}) MiB, (\d{1,9}) MiB free\)\s*$/;

/**
 * Devices in the output (stdout and stderr together) of `llama-server --list-devices`; figures there are MiB. Backends without memory
 * of their own (BLAS) and lines that are no devices are passed over.
 */
export function parseListDevices(text: string): RuntimeDevice[] {
  const lines = linesOf(text);
  const details = lines.flatMap((line) => detailOf(line) ?? []).slice(0, 4 * limits.devices);
  const counters = new Map<string, number>();
  const devices = lines.filter((line) => deviceLine.test(line)).slice(0, limits.devices);
  return devices.flatMap((line) => {
    const match = deviceLine.exec(line);
    if (!match) return [];
    const [, left = '', right = '', total = '', free = ''] = match;
    const [totalMib, freeMib] = [Number(total), Number(free)];
    if (totalMib <= 0 || totalMib > absurdMib || freeMib > totalMib) return [];
    const named = /^[A-Za-z]+\d*$/.test(left.trim());
    const backend = backends.find(([pattern]) => pattern.test(left) || (!named && pattern.test(right)))?.[1] ?? 'none';
    const order = counters.get(backend) ?? 0;
    counters.set(backend, order + 1);
    const index = Number(/\d+$/.exec(left.trim())?.[0] ?? order);
    const detail = details.find(
      (other) => other.index === index && (other.vulkan ? backend === 'vulkan' : backend !== 'vulkan'),
    );
    return [
      {
        handle: cleanText(left, 40),
        name: cleanText(named ? right : left),
        backend,
        totalBytes: totalMib * MiB,
        freeBytes: freeMib * MiB,
        architecture: detail?.architecture ?? null,
        unified: backend === 'metal' ? true : (detail?.unified ?? null),
      },
    ];
  });
}

interface Detail {
  index: number;
  vulkan: boolean;
  architecture: string | null;
  unified: boolean | null;
}

/** What the backends print while they start: `Device 0: …, compute capability 8.9, …`, `ggml_vulkan: 0 = … | uma: 1 | …`. */
function detailOf(line: string): Detail | null {
  const vulkan = /^ggml_vulkan:\s+(\d{1,2}) = .*\|\s*uma:\s*([01])/.exec(line);
  if (vulkan) return { index: Number(vulkan[1]), vulkan: true, architecture: null, unified: vulkan[2] === '1' };
  const device = /^\s+Device (\d{1,2}): (.*)$/.exec(line);
  if (!device) return null;
  const capability = /compute capability (\d+\.\d+)/.exec(device[2] ?? '')?.[1] ?? null;
  return { index: Number(device[1]), vulkan: false, architecture: capability ?? gfxIn(device[2]), unified: null };
}
