import { FitError } from '../../errors.ts';
import { limits } from '../../limits.ts';

export interface Line {
  text: string;
  /** False for a last line without a line break: perhaps cut off. */
  whole: boolean;
}

/**
 * Splits a byte stream into lines, wherever the network cut it (inside a character too). Empty lines are left out, a
 * last line without a line break is given. Throws FitError('ollama-error') when a line is longer than `limitBytes`.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number = limits.stream.lineBytes,
): AsyncGenerator<Line> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const take = (piece: Uint8Array): string => {
    const text = Buffer.concat([...held, piece])
      .toString('utf8')
      .trim();
    held = [];
    heldBytes = 0;
    return text;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      guard(heldBytes + at - from, limitBytes);
      const line = take(chunk.subarray(from, at));
      from = at + 1;
      if (line !== '') yield { text: line, whole: true };
    }
    if (from < chunk.length) held.push(chunk.subarray(from));
    heldBytes += chunk.length - from;
    guard(heldBytes, limitBytes);
  }
  const last = take(new Uint8Array());
  if (last !== '') yield { text: last, whole: false };
}

function guard(bytes: number, limitBytes: number): void {
  if (bytes <= limitBytes) return;
  throw new FitError('ollama-error', `Ollama sent a line longer than ${limitBytes} bytes.`, 'Is this really Ollama?');
}
