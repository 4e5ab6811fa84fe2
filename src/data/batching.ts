import file from '../../data/batching.json' with { type: 'json' };
import type { BatchingFile } from './batching-schema.ts';

/** How much more several conversations write together than one alone. */
export const batching = file as unknown as BatchingFile;
