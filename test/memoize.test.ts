import { describe, expect, it, vi } from 'vitest';
import { memoize } from '../src/memoize.ts';

describe('a memoized function', () => {
  it('a memoized function makes an answer once a key', () => {
    const make = vi.fn((a: number, b: number) => a + b);
    const add = memoize(make, (a, b) => `${a} ${b}`);
    expect([add(1, 2), add(1, 2), add(2, 1)]).toEqual([3, 3, 3]);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('a memoized function takes the first argument for the key, by identity when it is an object', () => {
    const make = vi.fn((_: { a: number }) => ({}));
    const of = memoize(make);
    const one = { a: 1 };
    expect(of(one)).toBe(of(one));
    expect(of({ a: 1 })).not.toBe(of(one));
  });

  it('a memoized function remembers null and undefined too', () => {
    const make = vi.fn((n: number) => (n > 0 ? undefined : null));
    const of = memoize(make);
    expect([of(1), of(1), of(0), of(0)]).toEqual([undefined, undefined, null, null]);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('a memoized function keeps no more than it may', () => {
    const make = vi.fn((n: number) => n);
    const of = memoize(make, (n) => n, 2);
    for (const n of [1, 2, 2, 3, 3, 1]) expect(of(n)).toBe(n);
    expect(make.mock.calls.flat()).toEqual([1, 2, 3, 1]);
  });

  it('a memoized function remembers no failure', () => {
    let calls = 0;
    const of = memoize(() => {
      calls += 1;
      if (calls === 1) throw new Error('once');
      return calls;
    });
    expect(() => of()).toThrow('once');
    expect(of()).toBe(2);
  });
});
