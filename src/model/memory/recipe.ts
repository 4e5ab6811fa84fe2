import type { Quantization } from '../types.ts';

/** Bytes of one element of a matrix. */
export type ElementBytes = number;

/** What a recipe of llama.cpp gives to the matrices of a block; to value and down projections one of several, by block (llama-quant.cpp). */
export interface Recipe {
  most: ElementBytes;
  output: ElementBytes;
  value: readonly ElementBytes[];
  down: readonly ElementBytes[];
}

/** Bytes an element by ggml's types, from their block sizes (ggml-common.h). */
const [q2k, q3k, q4k, q5k, q6k, iq4xs] = [84 / 256, 110 / 256, 144 / 256, 176 / 256, 210 / 256, 136 / 256];
const [q4, q5, q51, q8, bf16] = [18 / 32, 22 / 32, 24 / 32, 34 / 32, 2];

/** All matrices alike. */
export const evenRecipe = (bytes: ElementBytes): Recipe => ({
  most: bytes,
  output: bytes,
  value: [bytes],
  down: [bytes],
});

/** Read off files that llama.cpp's own quantizer made of the five shapes; rows that no K-quant divides get q4_0 to q8_0. */
export const recipes: Record<Quantization, Recipe> = {
  Q2_K: { most: q2k, output: q3k, value: [q3k, q4k], down: [q3k, q4] },
  Q3_K_M: { most: q3k, output: q4k, value: [q4k, q5k], down: [q4k, q5k, q5, q51] },
  IQ4_XS: { most: iq4xs, output: iq4xs, value: [iq4xs, q5k], down: [iq4xs, q5k, q4, q51] },
  Q4_0: evenRecipe(q4),
  Q4_K_S: { most: q4k, output: q4k, value: [q4k, q5k], down: [q4k, q5k, q5, q51] },
  Q4_K_M: { most: q4k, output: q4k, value: [q4k, q6k], down: [q4k, q6k, q5, q8] },
  Q5_K_M: { most: q5k, output: q5k, value: [q5k, q6k], down: [q5k, q6k, q51, q8] },
  Q6_K: { most: q6k, output: q6k, value: [q6k], down: [q6k, q8] },
  Q8_0: evenRecipe(q8),
  BF16: evenRecipe(bf16),
};
