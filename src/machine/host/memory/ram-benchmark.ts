import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { sleep } from '../../../system/sleep.ts';
import type { MachineFinding } from '../../findings.ts';
import type { Evidence } from '../../types.ts';

/** Samples spread over about half a second: other programs come and go, and the best one saw the fewest of them. */
const samples = 5;
const sampleMs = 60;
const gapMs = 45;
/** Twelve channels of DDR5 are full at about so many cores. */
const mostThreads = 32;
/** Of one thread and of all: larger than any cache, small enough for a small computer. */
const bufferBytes = 64 * 1024 * 1024;
const allBuffersBytes = 1024 * 1024 * 1024;
/** Below this share of the best sample the middle one shows that others use the memory. */
const quietShare = 0.75;

export interface RamBenchmark {
  /** Bytes read and written. */
  bytesPerSecond: number;
  evidence: Evidence[];
  warnings: MachineFinding[];
}

/** Runs in each worker: says ready; copies between two halves of its buffer whenever told, and answers with bytes per second. */
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const from = Buffer.alloc(workerData.bufferBytes / 2, 1);
const to = Buffer.alloc(workerData.bufferBytes / 2, 2);
from.copy(to);
parentPort.on('message', () => {
  const start = performance.now();
  let copied = 0;
  while (performance.now() - start < workerData.sampleMs) { from.copy(to); copied += from.length; }
  parentPort.postMessage((2 * copied * 1000) / (performance.now() - start));
});
parentPort.postMessage('ready');
`;

/**
 * Bandwidth of the RAM by copying memory on several threads at once: the best of five samples, with a warning where they differ so much
 * that others must be using the memory. null when workers cannot start or the figure is not believable. Never throws.
 */
export async function measureRamBandwidth(threads = defaultThreads()): Promise<RamBenchmark | null> {
  const workerData = { sampleMs, bufferBytes: Math.min(bufferBytes, Math.floor(allBuffersBytes / threads)) };
  const workers = Array.from({ length: threads }, () => new Worker(workerSource, { eval: true, workerData }));
  try {
    await Promise.all(workers.map((worker) => nextMessage(worker)));
    const rates: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      if (sample > 0) await sleep(gapMs);
      rates.push(await rateOf(workers));
    }
    return readSamples(rates, threads);
  } catch {
    return null;
  } finally {
    for (const worker of workers) void worker.terminate();
  }
}

/** All threads at once, once. */
async function rateOf(workers: readonly Worker[]): Promise<number> {
  const answers = workers.map((worker) => nextMessage(worker));
  for (const worker of workers) worker.postMessage('start');
  const rates = (await Promise.all(answers)).map(Number);
  return rates.reduce((sum, rate) => sum + rate, 0);
}

function defaultThreads(): number {
  return Math.max(1, Math.min(mostThreads, availableParallelism()));
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error('worker ended'));
    worker.once('error', reject);
    worker.once('exit', failed);
    worker.once('message', (message) => {
      worker.off('error', reject);
      worker.off('exit', failed);
      resolve(message);
    });
  });
}

/** What samples (bytes per second) say: the best of them, if it can be (2 to 4000 GB/s). @internal */
export function readSamples(rates: readonly number[], threads: number): RamBenchmark | null {
  const sorted = [...rates].sort((a, b) => a - b);
  const [best = 0, middle = 0] = [sorted.at(-1), sorted[Math.floor(sorted.length / 2)]].map((rate) =>
    Math.round(rate ?? 0),
  );
  if (!(best >= 2e9 && best <= 4e12)) return null;
  const source = `memory copy on ${threads} threads, best of ${rates.length} times ${sampleMs} ms`;
  const rule = 'a measurement before the table';
  return {
    bytesPerSecond: best,
    evidence: [{ subject: 'memory.bandwidth', value: best, source, confidence: 'measured', chosen: true, rule }],
    warnings:
      middle < quietShare * best
        ? [{ code: 'memory-busy', bestBytesPerSecond: best, middleBytesPerSecond: middle }]
        : [],
  };
}
