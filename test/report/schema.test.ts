import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { toJSONSchema } from 'zod';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import type { CheckResult } from '../../src/advice/types.ts';
import { emptyMachine, hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import type { machineSchema } from '../../src/machine/schema.ts';
import type { Machine } from '../../src/machine/types.ts';
import { renderers } from '../../src/report/index.ts';
import { failureJson } from '../../src/report/json.ts';
import { checkResultSchema, publishedSchema } from '../../src/report/schema.ts';
import { anyResult } from './arbitrary.ts';
import { createMachine, createOptions, createResult, GIB } from './result.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(publishedSchema());

describe('the published schema', () => {
  it('the published schema is the type CheckResult, key by key', () => {
    expectTypeOf<z.infer<typeof checkResultSchema>>().toEqualTypeOf<CheckResult>();
    expectTypeOf<z.infer<typeof machineSchema>>().toEqualTypeOf<Machine>();
  });

  it('the published schema takes every document that --json prints', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        validate(JSON.parse(renderers.json(result, createOptions())));
        expect(validate.errors ?? []).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('the published schema names every key of the body', () => {
    const strict = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
      toJSONSchema(checkResultSchema, { io: 'output' }),
    );
    fc.assert(
      fc.property(anyResult, (result) => {
        strict(result);
        expect(strict.errors ?? []).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  const machines = ['RTX 4090', '2x RTX 3090', 'M3 Max', 'RX 7900 XTX', 'RTX 4060 Laptop'].map((gpu) =>
    hypotheticalMachine({ gpu, ramBytes: 37 * GIB + 1 }),
  );

  it.each([...machines, createMachine(), createMachine({ accelerators: [] }), emptyMachine()])(
    'the published schema takes what the engine answers, %#',
    (machine) => {
      for (const wish of [
        {},
        { contextTokensTotal: 50_000, sequences: 3 },
        { useCase: 'vision', kvType: 'q8_0', contextTokensTotal: 131_072 },
      ] as const) {
        const requirements = ['26b@32k', '31b@64k>=20tps'].map(parseRequirement);
        const result = checkMachine(
          machine,
          { ...openRequest, ...wish, requirements },
          { version: '0.1.0', dataAgeDays: 3 },
        );
        expect(checkResultSchema.safeParse(result).error?.issues ?? []).toEqual([]);
        validate(JSON.parse(renderers.json(result, createOptions())));
        expect(validate.errors ?? []).toEqual([]);
      }
    },
  );

  it.each([
    ['a missing key', { ...createResult(), machine: undefined }],
    ['bytes with a fraction', { ...createResult(), plainRun: { contextTokens: 1.5, microBatch: 512, mode: 'full' } }],
    ['an unknown word', { ...createResult(), plainRun: { contextTokens: 1, microBatch: 512, mode: 'half' } }],
    ['another major version', { ...createResult(), schemaVersion: '2.0' }],
  ])('the published schema refuses %s', (_, document) => {
    expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false);
  });

  it('the published schema lets a newer minor version add keys', () => {
    expect(validate({ ...createResult(), added: true })).toBe(true);
  });

  it('the published schema takes the document of a failure', () => {
    const { tool, data } = createResult();
    const text = failureJson({ tool, data }, { code: 'usage', message: 'No such flag: --contxt.', hint: null });
    expect(validate(JSON.parse(text))).toBe(true);
  });
});

describe('json', () => {
  it('json says exactly the result, hostile names included', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const { docs, ...said } = JSON.parse(renderers.json(result, createOptions()));
        expect(said).toEqual(JSON.parse(JSON.stringify(result)));
        expect(docs).toMatch(/^https:.*codes\.md$/);
      }),
    );
  });
});
