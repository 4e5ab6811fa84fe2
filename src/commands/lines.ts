import type { TextDecoder } from 'node:util';
import { decoderOf } from '../system/text.ts';
import { cannotRead } from './machine.ts';

/**
 * Lines of a stream, without the line break. Throws FitError `bad-file` where the stream cannot be read: node:readline, which would
 * do the rest, leaves a stream's error unheard, and that ends the process.
 */
export async function* linesOf(stream: NodeJS.ReadableStream, name: string): AsyncGenerator<string> {
  let held = '';
  try {
    for await (const text of decoded(stream)) {
      const [first = '', ...others] = text.split('\n');
      held += first;
      for (const next of others) {
        yield held;
        held = next;
      }
    }
  } catch (error) {
    throw cannotRead(name, error);
  }
  if (held !== '') yield held;
}

async function* decoded(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    decoder ??= decoderOf(bytes);
    yield decoder.decode(bytes, { stream: true });
  }
  if (decoder !== null) yield decoder.decode();
}
