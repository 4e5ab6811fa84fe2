import { limits } from '../../../limits.ts';

/** Hardly a line that is read is longer; what is longer is cut, so that no pattern takes its time on it. */
const usualLength = 600;

/** Lines of a text, with either line end, each cut to maxLength characters; of a text without end the first, or for a log the last. */
export function linesOf(text: string, maxLength = usualLength, from: 'start' | 'end' = 'start'): string[] {
  const part = from === 'start' ? text : text.slice(startOfLast(text, limits.program.lines));
  return part.split('\n', limits.program.lines).map((line) => {
    const end = line.endsWith('\r') ? line.length - 1 : line.length;
    return line.slice(0, Math.min(end, maxLength));
  });
}

/** Where the last `count` lines begin. */
function startOfLast(text: string, count: number): number {
  let at = text.length;
  for (let left = count; left > 0 && at > 0; left--) at = text.lastIndexOf('\n', at - 1);
  return Math.max(0, at + 1);
}
