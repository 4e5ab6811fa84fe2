import * as z from 'zod';
import { engines, kvTypes } from './ids.ts';
import { backendSchema } from './schema.ts';

const dated = { source: z.string().min(10), date: z.iso.date() };
const build = z.string().regex(/^b\d+$/);

export const engineFileSchema = z.strictObject({
  ...dated,
  /** Generations of llama.cpp, oldest first: the first build of each whose memory was measured. */
  generations: z.array(z.strictObject({ engine: z.enum(engines), fromBuild: build, ...dated })),
  /** Whether a draft model reserves logits for each token of a micro-batch or for the last one, by first build, oldest first. */
  drafterLogits: z.array(z.strictObject({ logits: z.enum(['all', 'last']), fromBuild: build, ...dated })),
  /** Backends whose flash attention reserves f16 copies of K and V, for which types of the cache, by first build. */
  kvCopies: z.array(
    z.strictObject({
      backends: z.array(backendSchema).min(1),
      kvTypes: z.array(z.enum(kvTypes)).min(1),
      fromBuild: build,
      ...dated,
    }),
  ),
  /**
   * Steps over the experts of a mixture that a backend computes at once, by first build: it keeps what they read until they are done
   * (graph_optimize), and less memory is used again.
   */
  fusions: z.array(
    z.strictObject({
      fusion: z.enum(['weighted-sum', 'routing']),
      backends: z.array(backendSchema).min(1),
      fromBuild: build,
      ...dated,
    }),
  ),
  /** Which llama.cpp an Ollama brings, by version, oldest first. */
  pins: z.array(
    z.strictObject({
      ollama: z.string().regex(/^\d+\.\d+\.\d+$/),
      /** Newest version that is still known to bring this build, or a newer one of the same generation. */
      knownTo: z
        .string()
        .regex(/^\d+\.\d+\.\d+$/)
        .optional(),
      llamaCpp: build,
      /** false: the last change found before this release; a later one may be in it. */
      read: z.boolean(),
      ...dated,
    }),
  ),
});

export type EngineFile = z.infer<typeof engineFileSchema>;
export type OllamaPin = EngineFile['pins'][number];
