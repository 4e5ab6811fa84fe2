import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { runtimeIds, useCases } from '../../src/data/ids.ts';
import { commandOf, fromFragment, initialState, requestOfState, toFragment } from '../../src/planner/state.ts';

const states = fc.record({
  gpu: fc.string({ maxLength: 40 }),
  ram: fc.constantFrom('', '8GB', '32GB', '1.5TB'),
  os: fc.constantFrom('' as const, 'linux' as const, 'win32' as const, 'darwin' as const),
  use: fc.constantFrom(...useCases),
  contextTokens: fc.option(fc.integer({ min: 512, max: 1_048_576 })),
  users: fc.integer({ min: 1, max: 64 }),
  textOnly: fc.boolean(),
  runtime: fc.constantFrom(...runtimeIds),
});

describe('the address of a plan', () => {
  it('the address of a plan brings back the same plan', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(fromFragment(`#${toFragment(state)}`)).toEqual(state);
      }),
    );
  });

  it('the address of a plan holds what differs from the first view, and the GPU', () => {
    expect(toFragment(initialState)).toBe('gpu=RTX+4090');
    expect(toFragment({ ...initialState, use: 'agent', users: 4 })).toBe('gpu=RTX+4090&for=agent&parallel=4');
  });

  it.each(['', '#', '#context=-1&parallel=0&for=dance&os=plan9', '#context=9e9&parallel=65', '#=&&&%'])(
    'the address of a plan falls back to the first view where it makes no sense: %j',
    (fragment) => expect(fromFragment(fragment)).toEqual(initialState),
  );

  it('the address of a plan takes any text without failing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(fromFragment(text).gpu.length).toBeLessThanOrEqual(120);
      }),
    );
  });
});

describe('a plan as the command line says it', () => {
  it('a plan as the command line says it is the shortest command with the same answer', () => {
    expect(commandOf(initialState, true)).toBe('npx gemma-fit check --gpu "RTX 4090" --ram 32GB');
    expect(
      commandOf(
        { ...initialState, gpu: '', os: 'win32', use: 'code', contextTokens: 65_536, users: 2, textOnly: true },
        true,
      ),
    ).toBe('npx gemma-fit check --gpu none --ram 32GB --os win32 --for code --context 65536 --parallel 2 --text-only');
    expect(commandOf({ ...initialState, gpu: 'M3 Max 64GB' }, false)).toBe('npx gemma-fit check --gpu "M3 Max 64GB"');
  });

  it('a plan as the command line says it has no quote that ends early, whatever was typed', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(commandOf(state, true).replace(/"[^"$`\\]*"/g, '')).not.toMatch(/["$`\\]/);
      }),
    );
  });

  it('a plan as the command line says it counts the context for each conversation', () => {
    const request = requestOfState({ ...initialState, contextTokens: 8192, users: 4 }, openRequest);
    expect(request).toMatchObject({ contextTokensTotal: 32_768, sequences: 4, useCase: 'chat' });
  });
});
