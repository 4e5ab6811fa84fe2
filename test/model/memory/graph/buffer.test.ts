import { describe, expect, it } from 'vitest';
import { Buffer } from '../../../../src/model/memory/graph/buffer.ts';

describe('a buffer', () => {
  it('a buffer grows at its end, and remembers how far', () => {
    const buffer = new Buffer();
    expect([buffer.take(100), buffer.take(50)]).toEqual([0, 100]);
    buffer.free(100, 50);
    expect(buffer.take(20)).toBe(100);
    expect(buffer.mostBytes).toBe(150);
  });

  it('a buffer gives the smallest hole that is large enough, and of two alike the later one', () => {
    const buffer = new Buffer();
    const [large, , small, , like] = [300, 10, 100, 10, 100, 10].map((bytes) => buffer.take(bytes)) as number[];
    buffer.free(large!, 300);
    buffer.free(small!, 100);
    buffer.free(like!, 100);
    expect(buffer.take(90)).toBe(like);
    expect(buffer.take(90)).toBe(small);
    expect(buffer.take(200)).toBe(large);
  });

  it('a buffer uses its end only where no hole is large enough', () => {
    const buffer = new Buffer();
    buffer.take(100);
    buffer.take(10);
    buffer.free(0, 100);
    expect(buffer.take(101)).toBe(110);
    expect(buffer.take(100)).toBe(0);
  });

  it('a buffer joins what is given back with its neighbours, before, behind and between', () => {
    const buffer = new Buffer();
    const places = [100, 100, 100, 10].map((bytes) => buffer.take(bytes));
    buffer.free(places[0]!, 100);
    buffer.free(places[2]!, 100);
    buffer.free(places[1]!, 100);
    expect(buffer.take(300)).toBe(0);
    expect(buffer.mostBytes).toBe(310);
  });
});
