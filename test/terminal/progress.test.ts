import { describe, expect, it } from 'vitest';
import type { PullEvent } from '../../src/ollama/events.ts';
import { createProgress, type ProgressTarget } from '../../src/terminal/progress.ts';
import { formatDuration, progressLine } from '../../src/terminal/progress-line.ts';
import { RateMeter } from '../../src/terminal/rate.ts';

function screen(isTTY: boolean) {
  const clock = { ms: 0 };
  let text = '';
  const target: ProgressTarget = {
    write: (t) => {
      text += t;
    },
    isTTY,
    columns: 80,
    unicode: false,
    nowMs: () => clock.ms,
  };
  return { progress: createProgress(target), clock, text: () => text };
}

const at = (completedBytes: number): PullEvent => ({ type: 'progress', completedBytes, totalBytes: 1e9, layers: 1 });

describe('the rate of a download', () => {
  it('the rate of a download is that of the last ten seconds', () => {
    const meter = new RateMeter();
    for (let s = 0; s <= 60; s++) meter.add(s * 1000, s <= 40 ? s * 100 : 4000);
    expect(meter.bytesPerSecond).toBe(0);
  });

  it('the rate of a download is unknown at first and never negative', () => {
    const meter = new RateMeter();
    meter.add(0, 500);
    expect(meter.bytesPerSecond).toBeNull();
    meter.add(1000, 400);
    expect(meter.bytesPerSecond).toBeNull();
    meter.add(2000, 600);
    expect(meter.bytesPerSecond).toBe(200);
  });
});

describe('the bar', () => {
  it('the bar has bytes, rate and time left, and shrinks with the terminal', () => {
    const state = { completedBytes: 5e8, totalBytes: 2e9, bytesPerSecond: 1e7 };
    expect(progressLine(state, 100, false)).toBe(
      '[########......................] 25 %  500 MB of 2.0 GB  10 MB/s  2:30 left',
    );
    for (const columns of [40, 60, 80, 120]) expect(progressLine(state, columns, true).length).toBeLessThan(columns);
  });

  it('the bar says 100 % only when every byte is there, and survives a total of 0', () => {
    expect(progressLine({ completedBytes: 999_999_999, totalBytes: 1e9, bytesPerSecond: null }, 80, false)).toContain(
      ' 99 %',
    );
    expect(progressLine({ completedBytes: 0, totalBytes: 0, bytesPerSecond: null }, 80, false)).toContain('0 %');
  });

  it('the bar draws at most ten times a second', () => {
    const { progress, clock, text } = screen(true);
    for (let i = 0; i < 1000; i++) {
      clock.ms = i;
      progress.event(at(i * 1000));
    }
    expect(text().split('\r').length - 1).toBeLessThanOrEqual(11);
  });

  it('the bar gives the cursor back, once', () => {
    const { progress, text } = screen(true);
    progress.event(at(1));
    progress.close();
    progress.close();
    expect(text().split('\u001b[?25l')).toHaveLength(2);
    expect(text().split('\u001b[?25h')).toHaveLength(2);
  });
});

describe('without a terminal', () => {
  it('a line for each phase and each 10 %, and no escape sequences', () => {
    const { progress, clock, text } = screen(false);
    progress.event({ type: 'phase', phase: 'manifest', status: 'pulling manifest' });
    for (let i = 0; i <= 1000; i++) {
      clock.ms = i * 100;
      progress.event(at(i * 1e6));
    }
    progress.event({ type: 'phase', phase: 'verify', status: 'verifying sha256 digest' });
    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(12);
    expect(lines[1]).toBe('10 % (100 MB of 1.0 GB at 10 MB/s)');
    expect(text()).not.toContain('\u001b');
  });

  it('silence is told now and then, retries always', () => {
    const { progress, text } = screen(false);
    for (let s = 10; s <= 300; s += 10) progress.event({ type: 'waiting', phase: 'verify', silentMs: s * 1000 });
    progress.event({ type: 'retry', attempt: 1, attempts: 6, delayMs: 2000, reason: 'It broke.', restart: false });
    expect(text().trimEnd().split('\n')).toHaveLength(5);
    expect(text()).toContain('It broke. Trying again in 0:02 (1 of 5): it resumes where it stopped.');
  });

  it.each([
    [3909, '1:05:09'],
    [127, '2:07'],
    [4, '0:04'],
    [-1, '0:00'],
  ])('%d s are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
