import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { sleep, unlessAborted } from '../../src/system/sleep.ts';

describe('a wait', () => {
  it('a wait that is interrupted rejects with the reason of the interrupt, at once', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    const before = performance.now();
    setTimeout(() => controller.abort(reason), 10);
    await expect(sleep(60_000, controller.signal)).rejects.toBe(reason);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('a wait does not begin after the interrupt', async () => {
    const reason = new Error('stopped');
    await expect(sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('a wait leaves no listener behind', async () => {
    const controller = new AbortController();
    for (let i = 0; i < 20; i++) await sleep(0, controller.signal);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('a wait for a task ends with the task', async () => {
    await expect(unlessAborted(Promise.resolve(7), new AbortController().signal)).resolves.toBe(7);
    await expect(unlessAborted(Promise.reject(new Error('x')), undefined)).rejects.toThrow('x');
  });
});
