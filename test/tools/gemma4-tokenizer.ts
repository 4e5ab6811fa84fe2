import type { MetadataValue } from './gguf-writer.ts';

const special = ['<pad>', '<eos>', '<bos>', '<unk>', '<mask>', '<|turn>', '<turn|>', '<|channel>', '<channel|>'];
const bytes = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`);
const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).map((c) => (c === ' ' ? '▁' : c));
const words = ['th', 'the', '\n'];

/** The tiny vocabulary: control tokens, one token a byte, the printable ASCII letters, and what the merges make. */
export const tinyTokens: readonly string[] = [...special, ...bytes, ...printable, ...words];

/** The first token that is plain text: everything before it is a control or byte token. */
export const firstTextToken = special.length + bytes.length;

/** Tokenizer metadata of a gemma4 file (byte-pair encoding with byte fallback, as src/llama-vocab.cpp reads it). */
export function tokenizerMetadata(): Map<string, MetadataValue> {
  const control = 3;
  const byte = 6;
  const normal = 1;
  const types = tinyTokens.map((_, i) => (i < special.length ? control : i < firstTextToken ? byte : normal));
  return new Map<string, MetadataValue>([
    ['tokenizer.ggml.model', { type: 'string', value: 'gemma4' }],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', values: tinyTokens }],
    ['tokenizer.ggml.scores', { type: 'array', of: 'float32', values: tinyTokens.map((_, i) => -i) }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'int32', values: types }],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', values: ['t h', 'th e'] }],
    ['tokenizer.ggml.bos_token_id', { type: 'uint32', value: special.indexOf('<bos>') }],
    ['tokenizer.ggml.eos_token_id', { type: 'uint32', value: special.indexOf('<turn|>') }],
    ['tokenizer.ggml.unknown_token_id', { type: 'uint32', value: special.indexOf('<unk>') }],
    ['tokenizer.ggml.padding_token_id', { type: 'uint32', value: special.indexOf('<pad>') }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: true }],
    ['tokenizer.ggml.add_space_prefix', { type: 'bool', value: false }],
  ]);
}
