import { FitError } from '../errors.ts';
import { limits } from '../limits.ts';
import { cannotRead } from '../system/read-file.ts';
import { decoderOf } from '../system/text.ts';

/** A longer line is not a machine; the rest of it is skipped. */
const longest = limits.machineFile.bytes + 1;
/** Characters of one line, and empty lines in a row, after which reading stops. */
const endless = { letters: 16 * longest, emptyLines: limits.fleet.machines };

/**
 * Lines of a stream without their line breaks, each cut to the size of a machine file. Throws FitError `bad-file` where the stream cannot
 * be read; node:readline would leave a stream's error unhandled, which ends the process.
 */
export async function* linesOfStream(stream: NodeJS.ReadableStream, name: string): AsyncGenerator<string> {
  let held = '';
  let [letters, emptyLines] = [0, 0];
  try {
    for await (const text of decoded(stream)) {
      const [first = '', ...others] = text.split('\n');
      held += first.slice(0, longest - held.length);
      letters += first.length;
      for (const next of others) {
        emptyLines = held.trim() === '' ? emptyLines + 1 : 0;
        if (emptyLines > endless.emptyLines) throw withoutEnd(name);
        yield held;
        held = next;
        letters = next.length;
      }
      if (letters > endless.letters) throw withoutEnd(name);
    }
  } catch (error) {
    throw error instanceof FitError ? error : cannotRead(name, error);
  }
  if (held !== '') yield held;
}

const withoutEnd = (name: string) => new FitError('bad-file', `Cannot read ${name}: it has no end.`);

async function* decoded(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  let decoder: ReturnType<typeof decoderOf> | null = null;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    decoder ??= decoderOf(bytes);
    yield decoder.decode(bytes, { stream: true });
  }
  if (decoder !== null) yield decoder.decode();
}
