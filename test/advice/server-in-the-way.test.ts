import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { exitOf } from '../../src/advice/exit.ts';
import { chooseCandidate } from '../../src/advice/select.ts';
import { inTheWayOf } from '../../src/advice/server-in-the-way.ts';
import { nextSteps } from '../../src/report/human/next.ts';
import { ask } from './case.ts';
import { gib, gpu, machine } from './machines.ts';

const maxwell = machine([gpu({ freeBytes: 24 * gib, architecture: '5.2' })]);
const quantized = { kvType: 'q8_0' as const };
const blocked = ask(maxwell, quantized);

describe('what is in the way where the memory would do', () => {
  it('what is in the way is the version of Ollama where a newer one is needed', () => {
    const old = ask(machine([gpu()]), { ollamaVersion: '0.19.4' });
    const { code, sentence, hint } = inTheWayOf(old);
    expect(code).toBe('ollama-too-old');
    expect(sentence).toMatch(/0\.19\.4.* older than Gemma 4/);
    expect(hint).toMatch(/^Update Ollama: /);
  });

  it('what is in the way is a known problem where no newer version would help, with what does', () => {
    const { code, sentence, hint } = inTheWayOf(blocked);
    expect(exitOf(blocked)).toBe('ollama-unavailable');
    expect(code).toBe('blocked');
    expect(hint).toContain('Leave the KV cache at f16');
    expect(`${sentence} ${hint}`).not.toMatch(/update|too old/i);
  });

  it('what is in the way is a known problem of the version, whose remedy may be another one', () => {
    const windows = {
      ...machine([gpu()]),
      os: { platform: 'win32', arch: 'x64', name: null, version: null, environment: [] },
    } as const;
    const { code, hint } = inTheWayOf(
      ask({ ...windows, os: { ...windows.os, environment: [] } }, { ollamaVersion: '0.40.0' }),
    );
    expect(code).toBe('blocked');
    expect(hint).toContain('Skip 0.40.0');
  });

  it('what is in the way is the error of pull, and no step after it says to use less context', () => {
    expect(() =>
      chooseCandidate(maxwell, { ...openRequest, ...quantized }, null, { version: '0', dataAgeDays: 0 }),
    ).toThrow(expect.objectContaining({ code: 'blocked', message: inTheWayOf(blocked).sentence }));
    expect(nextSteps(blocked)).toEqual([]);
  });
});
