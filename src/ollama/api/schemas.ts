import * as z from 'zod';

/** Raw shapes of the HTTP API (facts: api/types.go of v0.33, read leniently). Unknown keys are dropped by zod objects. */

const count = z.number().nonnegative();
const text = z.string();
const maybeText = text.nullish();

const details = z
  .object({
    format: maybeText,
    family: maybeText,
    families: z.array(text).nullish(),
    parent_model: maybeText,
    parameter_size: maybeText,
    quantization_level: maybeText,
  })
  .nullish();

export const version = z.object({ version: text.min(1) });

export const tags = z.object({
  models: z
    .array(z.object({ name: text, size: count.nullish(), digest: maybeText, modified_at: maybeText, details }))
    .nullable(),
});

export const ps = z.object({
  models: z
    .array(
      z.object({
        name: text,
        size: count.nullish(),
        size_vram: count.nullish(),
        digest: maybeText,
        context_length: count.nullish(),
        runner: maybeText,
      }),
    )
    .nullable(),
});

export const show = z.object({
  parameters: maybeText,
  modelfile: maybeText,
  template: maybeText,
  system: maybeText,
  license: maybeText,
  details,
  model_info: z.record(text, z.unknown()).nullish(),
  projector_info: z.record(text, z.unknown()).nullish(),
  tensors: z.array(z.object({ name: text, type: text, shape: z.array(count) })).nullish(),
  capabilities: z.array(text).nullish(),
  requires: maybeText,
  manifests: z.array(z.object({ runner: maybeText, selected: z.boolean().nullish() })).nullish(),
});

export const generation = z.object({
  response: maybeText,
  thinking: maybeText,
  done_reason: maybeText,
  load_duration: count.nullish(),
  prompt_eval_count: count.nullish(),
  prompt_eval_duration: count.nullish(),
  eval_count: count.nullish(),
  eval_duration: count.nullish(),
});

export const line = z
  .object({
    status: maybeText,
    error: maybeText,
    digest: maybeText,
    total: z.number().nullish(),
    completed: z.number().nullish(),
  })
  .refine((l) => typeof l.status === 'string' || typeof l.error === 'string');

export const failure = z.object({ error: z.union([text, z.object({ message: text })]) });
