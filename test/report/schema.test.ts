import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { toJSONSchema } from 'zod';
import type { CheckResult } from '../../src/advice/types.ts';
import type { machineSchema } from '../../src/machine/schema.ts';
import type { Machine } from '../../src/machine/types.ts';
import { renderers } from '../../src/report/index.ts';
import { failureJson } from '../../src/report/json.ts';
import { checkResultSchema, publishedSchema } from '../../src/report/schema.ts';
import { anyResult } from './arbitrary.ts';
import { createOptions, createResult } from './result.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(publishedSchema());

describe('the published schema', () => {
  it('is the type CheckResult, key by key', () => {
    expectTypeOf<z.infer<typeof checkResultSchema>>().toEqualTypeOf<CheckResult>();
    expectTypeOf<z.infer<typeof machineSchema>>().toEqualTypeOf<Machine>();
  });

  it('takes every document that --json prints', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        validate(JSON.parse(renderers.json(result, createOptions())));
        expect(validate.errors ?? []).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('names every key of the body', () => {
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

  it.each([
    ['a missing key', { ...createResult(), machine: undefined }],
    ['bytes with a fraction', { ...createResult(), plainRun: { contextTokens: 1.5, microBatch: 512, mode: 'full' } }],
    ['an unknown word', { ...createResult(), plainRun: { contextTokens: 1, microBatch: 512, mode: 'half' } }],
    ['another major version', { ...createResult(), schemaVersion: '2.0' }],
  ])('refuses %s', (_, document) => {
    expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false);
  });

  it('lets a newer minor version add keys', () => {
    expect(validate({ ...createResult(), added: true })).toBe(true);
  });

  it('takes the document of a failure', () => {
    const { tool, data } = createResult();
    const text = failureJson({ tool, data }, { code: 'usage', message: 'No such flag: --contxt.', hint: null });
    expect(validate(JSON.parse(text))).toBe(true);
  });
});

describe('json', () => {
  it('says exactly the result, hostile names included', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(JSON.parse(renderers.json(result, createOptions()))).toEqual(JSON.parse(JSON.stringify(result)));
      }),
    );
  });
});
