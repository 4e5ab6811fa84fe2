import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { adviceSchema } from '../../src/data/advice-schema.ts';
import { batchingSchema } from '../../src/data/batching-schema.ts';
import { computeBuffersSchema } from '../../src/data/compute-buffer-schema.ts';
import { engineFileSchema } from '../../src/data/engine-schema.ts';
import { mlxSchema } from '../../src/data/mlx-schema.ts';
import { qualitySchema, runtimesSchema } from '../../src/data/runtime-schema.ts';
import { buildSchema, deviceSchema, variantSchema, weightsFileSchema } from '../../src/data/schema.ts';
import { speedFormsSchema, speedsSchema } from '../../src/data/speed-schema.ts';
import { dataVersion } from '../../src/data/tables.ts';

const files = {
  advice: adviceSchema,
  variants: z.array(variantSchema),
  builds: z.array(buildSchema),
  devices: z.array(deviceSchema),
  runtimes: runtimesSchema,
  quality: qualitySchema,
  weights: weightsFileSchema,
  speeds: speedsSchema,
  batching: batchingSchema,
  'speed-forms': speedFormsSchema,
  mlx: mlxSchema,
  'compute-buffers': computeBuffersSchema,
  engines: engineFileSchema,
};

const raw = (name: string) => readFileSync(new URL(`../../data/${name}.json`, import.meta.url), 'utf8');

describe.each(Object.entries(files))('data/%s.json', (name, schema) => {
  it('the table is what its schema says', () => {
    const result = schema.safeParse(JSON.parse(raw(name)));
    expect(result.success ? '' : z.prettifyError(result.error)).toBe('');
  });

  it('the table names no place that only its makers can see', () => {
    expect(raw(name)).not.toMatch(/\/(work|tmp|root|home)\/|a public file|techpowerup/i);
  });
});

it('the tables are as old as their newest row', () => {
  expect(dataVersion).toMatch(/^2026-\d\d-\d\d$/);
  for (const name of Object.keys(files)) {
    for (const [, date = ''] of raw(name).matchAll(/"date": ?"([^"]+)"/g)) expect(date <= dataVersion).toBe(true);
  }
});
