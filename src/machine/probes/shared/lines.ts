/** Hardly a line that is read is longer; what is longer is cut, so that no pattern takes its time on it. */
const usualLength = 600;

/** Lines of a text, with either line end, each cut to maxLength characters. */
export function linesOf(text: string, maxLength = usualLength): string[] {
  return text.split('\n').map((line) => {
    const end = line.endsWith('\r') ? line.length - 1 : line.length;
    return line.slice(0, Math.min(end, maxLength));
  });
}
