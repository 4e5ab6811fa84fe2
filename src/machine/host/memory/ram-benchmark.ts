import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Evidence } from '../../types.ts';

/** Each thread copies between two halves of its buffer for so long; long enough to leave the caches, short enough to wait for. */
const copyMs = 120;
const bufferBytes = 64 * 1024 * 1024;
const mostThreads = 8;

/** Runs in each worker: says ready, waits for the start, copies, and answers with bytes read and written per second. */
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const from = Buffer.alloc(workerData.bufferBytes / 2, 1);
const to = Buffer.alloc(workerData.bufferBytes / 2, 2);
from.copy(to);
parentPort.once('message', () => {
  const start = performance.now();
  let copied = 0;
  while (performance.now() - start < workerData.copyMs) { from.copy(to); copied += from.length; }
  parentPort.postMessage((2 * copied * 1000) / (performance.now() - start));
});
parentPort.postMessage('ready');
`;

/**
 * Bandwidth of the RAM by copying memory on several threads at once, bytes read and written per second; under a second in all. null when
 * workers cannot start or the figure is not believable (2 to 4000 GB/s). Never throws.
 */
export async function measureRamBandwidth(
  threads = defaultThreads(),
): Promise<{ bytesPerSecond: number; evidence: Evidence[] } | null> {
  const workers = Array.from(
    { length: threads },
    () => new Worker(workerSource, { eval: true, workerData: { copyMs, bufferBytes } }),
  );
  try {
    await Promise.all(workers.map((worker) => nextMessage(worker)));
    const answers = workers.map((worker) => nextMessage(worker));
    for (const worker of workers) worker.postMessage('start');
    const rates = (await Promise.all(answers)).map(Number);
    return validated(
      rates.reduce((sum, rate) => sum + rate, 0),
      threads,
    );
  } catch {
    return null;
  } finally {
    for (const worker of workers) void worker.terminate();
  }
}

function defaultThreads(): number {
  return Math.max(1, Math.min(mostThreads, availableParallelism()));
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('worker ended')));
  });
}

function validated(bytesPerSecond: number, threads: number): { bytesPerSecond: number; evidence: Evidence[] } | null {
  if (!(bytesPerSecond >= 2e9 && bytesPerSecond <= 4e12)) return null;
  const value = Math.round(bytesPerSecond);
  const source = `memory copy on ${threads} threads, ${copyMs} ms`;
  return {
    bytesPerSecond: value,
    evidence: [
      {
        subject: 'memory.bandwidth',
        value,
        source,
        confidence: 'measured',
        chosen: true,
        rule: 'a measurement before the table',
      },
    ],
  };
}
