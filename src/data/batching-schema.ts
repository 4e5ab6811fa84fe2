import * as z from 'zod';
import { speedClasses } from './vocabulary.ts';

const dated = { source: z.string().min(10), date: z.iso.date() };
const gains = z.array(z.number().min(1)).length(6);

/** How much more all conversations write together than one alone, by their number. */
export const batchingSchema = z.strictObject({
  ...dated,
  conversations: z.array(z.int().positive()).length(6),
  rows: z.array(
    z.strictObject({
      backend: z.enum(['cuda', 'metal']),
      class: z.enum(speedClasses),
      low: gains,
      expected: gains,
      high: gains,
      ...dated,
    }),
  ),
});

export type BatchingFile = z.infer<typeof batchingSchema>;
