import { GiB, MiB } from '../../../data/units.ts';

interface LimitRow {
  /** First Darwin release (major) with this rule: 25 is macOS 26. */
  fromDarwin: number;
  /** RAM up to this many GiB, inclusive; null for everything above. */
  upToGiB: number | null;
  /** Part of the RAM that Metal recommends as the working set. */
  share: number;
  source: string;
}

const macos26 = 'llama.cpp logs and sysctl/Metal readings on macOS 26, 16 to 128 GiB, 2026-03';
const macos15 = 'llama.cpp and Ollama logs up to macOS 15.6, 16 to 128 GiB';

/** Metal's default working-set limit by macOS and RAM, as read on machines; 96 GiB and above 128 GiB on macOS 26 are not measured. */
export const limitRows: readonly LimitRow[] = [
  { fromDarwin: 25, upToGiB: 24, share: 0.74, source: macos26 },
  { fromDarwin: 25, upToGiB: 48, share: 0.78, source: macos26 },
  { fromDarwin: 25, upToGiB: 96, share: 0.81, source: macos26 },
  { fromDarwin: 25, upToGiB: null, share: 0.84, source: macos26 },
  { fromDarwin: 0, upToGiB: 32, share: 2 / 3, source: macos15 },
  { fromDarwin: 0, upToGiB: null, share: 0.75, source: macos15 },
];

/** Fallback; no Mac needs it today. */
const fallbackShare = { share: 2 / 3, source: macos15 };

/**
 * Metal's working-set limit in bytes where Metal itself cannot be asked: iogpu.wired_limit_mb when it is set (MiB, 0 is not set), else
 * the share of the table. `darwinRelease` is the kernel's, `25.1.0`.
 */
export function limitByRule(
  ramBytes: number,
  darwinRelease: string,
  wiredLimitMib: number | null = null,
): { bytes: number; source: string } {
  const wired = (wiredLimitMib ?? 0) * MiB;
  if (wired > 0 && wired <= ramBytes) return { bytes: wired, source: 'sysctl iogpu.wired_limit_mb' };
  const darwin = Number.parseInt(darwinRelease, 10) || 0;
  const row = limitRows.find(
    ({ fromDarwin, upToGiB }) => darwin >= fromDarwin && (upToGiB === null || ramBytes <= upToGiB * GiB),
  );
  const { share, source } = row ?? fallbackShare;
  return { bytes: Math.floor(ramBytes * share), source: `${(share * 100).toFixed(1)} % of RAM: ${source}` };
}
