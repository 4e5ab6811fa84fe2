import { formatDownload } from '../report/units.ts';

export interface ProgressState {
  completedBytes: number;
  totalBytes: number;
  bytesPerSecond: number | null;
}

/** `1:05:09`, `2:07`, `0:04`. */
export function formatDuration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor((s % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** Whole per cent, 100 only when every byte is there. */
export function percentOf({ completedBytes, totalBytes }: ProgressState): number {
  if (totalBytes <= 0) return 0;
  return Math.min(completedBytes >= totalBytes ? 100 : 99, Math.floor((completedBytes / totalBytes) * 100));
}

/** One line of at most `columns` cells: bar, per cent, bytes, rate, time left. The bar shrinks first. */
export function progressLine(state: ProgressState, columns: number, unicode: boolean): string {
  const { completedBytes, totalBytes, bytesPerSecond } = state;
  const parts = [
    `${percentOf(state)} %`.padStart(5),
    `${formatDownload(completedBytes)} of ${formatDownload(totalBytes)}`,
  ];
  if (bytesPerSecond !== null && bytesPerSecond > 0) {
    parts.push(`${formatDownload(bytesPerSecond)}/s`);
    parts.push(`${formatDuration((totalBytes - completedBytes) / bytesPerSecond)} left`);
  }
  const text = parts.join('  ');
  const width = Math.min(30, columns - text.length - 4);
  if (width < 5) return text.slice(0, columns - 1);
  const filled = Math.round((Math.min(completedBytes, totalBytes) / Math.max(totalBytes, 1)) * width);
  const [full, empty] = unicode ? ['█', '░'] : ['#', '.'];
  return `[${full.repeat(filled)}${empty.repeat(width - filled)}]${text}`;
}
