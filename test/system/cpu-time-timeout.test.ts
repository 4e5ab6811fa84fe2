import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { cpuTimeClock } from '../../src/system/cpu-time-timeout.ts';
import { withDeadline } from '../../src/system/deadline.ts';
import { withTimeout } from '../../src/system/with-timeout.ts';
import { fakeSystem } from '../machine/replay.ts';

/** What a process sees that gets no processor: nothing of its own runs, and then it is later. */
function noProcessorFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('a machine that has no time for this process', () => {
  it('a machine that has no time for this process does not make it give up what has arrived meanwhile', async () => {
    const reading = withTimeout(readFile(import.meta.filename, 'utf8'), 200);
    noProcessorFor(400);
    expect(await reading).toMatchObject({ kind: 'value' });
  });

  it('hardly counts', () => {
    const now = cpuTimeClock(1000);
    noProcessorFor(200);
    expect(now()).toBeLessThanOrEqual(40);
  });

  it('a machine that has no time for this process leaves a program its time', async () => {
    const system = withDeadline(fakeSystem({ programs: [{ head: 'nvidia-smi', body: 'fine' }] }), 150);
    noProcessorFor(300);
    expect(await system.run('nvidia-smi', [])).toMatchObject({ kind: 'done' });
  });
});

describe('a wait', () => {
  it('a wait ends when the task does', async () => {
    expect(await withTimeout(Promise.resolve(7), 10_000)).toEqual({ kind: 'value', value: 7 });
    expect(await withTimeout(Promise.reject(new Error('broken')), 10_000)).toEqual({ kind: 'threw', detail: 'broken' });
  });

  it('a wait ends all the same when the task does not', async () => {
    expect(await withTimeout(new Promise(() => {}), 100)).toEqual({ kind: 'late' });
  });

  it('a wait that is longer than a timer can be does not end at once', async () => {
    expect(await withTimeout(new Promise((resolve) => setTimeout(resolve, 200, 'done')), 2 ** 40)).toMatchObject({
      kind: 'value',
    });
    const now = cpuTimeClock(2 ** 40);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(now()).toBeLessThan(10_000);
  });

  it('a wait leaves no time once it is over', async () => {
    const now = cpuTimeClock(50);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(now()).toBe(50);
  });
});
