import type { FakeModel, FakeRemote } from '../fake-ollama/index.ts';
import { keys26b, tensors26b } from './gguf-bytes.ts';

const hex = (seed: string) => seed.repeat(Math.ceil(64 / seed.length)).slice(0, 64);

/** The library's 12b as a fake model. */
export const model12b: FakeModel = {
  name: 'gemma4:12b',
  digest: hex('4eb23ef187e2'),
  sizeBytes: 7_556_508_396,
  capabilities: ['completion', 'vision', 'thinking'],
  parameters: { temperature: 1, top_k: 64, top_p: 0.95 },
};

/** The same in the registry: model, projector, licence, parameters, config. */
export const remote12b: FakeRemote = {
  layers: [
    { digest: `sha256:${hex('bb722270d543')}`, sizeBytes: 7_381_382_048 },
    { digest: `sha256:${hex('0cb0cd0a5c49')}`, sizeBytes: 175_115_584 },
    { digest: `sha256:${hex('aa')}`, sizeBytes: 11_355 },
    { digest: `sha256:${hex('bc')}`, sizeBytes: 42 },
    { digest: `sha256:${hex('cd')}`, sizeBytes: 473 },
  ],
  model: model12b,
};

/** A fine-tune of 26b in BF16 with all its tensors, and a projector of its own. */
export const shown26b: FakeModel = {
  ...model12b,
  name: 'someone/gemma-4-26b-tuned:latest',
  capabilities: ['completion', 'vision'],
  projectorInfo: { 'general.architecture': 'clip' },
  modelInfo: Object.fromEntries(keys26b.map(([name, , v]) => [name, typeof v === 'object' ? v.items : v])),
  tensors: tensors26b.map(([name, type, ...shape]) => ({ name, type, shape })),
};
