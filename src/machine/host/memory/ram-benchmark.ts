import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { sleep } from '../../../system/sleep.ts';
import { withTimeout } from '../../../system/with-timeout.ts';
import type { MachineFinding } from '../../findings.ts';
import type { Evidence } from '../../types.ts';

/** Samples spread over about half a second: other programs come and go, and the best one saw the fewest of them. */
const samples = 5;
const sampleMs = 60;
const gapMs = 45;
/** About as many cores saturate twelve channels of DDR5. */
const mostThreads = 32;
/** Of one thread and of all: larger than any cache, small enough for a small computer. */
const bufferBytes = 64 * 1024 * 1024;
const allBuffersBytes = 1024 * 1024 * 1024;
/** Share of available memory: in a container more could get the program killed. */
const availableShare = 1 / 8;
/** Below this the caches would be timed. */
const leastBuffersBytes = 64 * 1024 * 1024;
/** All of it takes half a second: a computer that cannot start its threads by then gets no figure. */
const mostMs = 3000;
/** Below this share other programs had the CPUs, and every sample may be too low. */
const quietProcessorShare = 0.8;
/** A median below this share of the best sample means that other programs use the memory. */
const quietShare = 0.75;

/** What a measurement found, as it is remembered. */
export interface RamReading {
  /** Of the best sample, bytes read and written. */
  bytesPerSecond: number;
  /** Of the median sample: far below the best where other programs used the memory. */
  middleBytesPerSecond: number;
  threads: number;
  /** Share of the time in which the threads were running: below 1 on a busy computer. */
  processorShare: number;
}

export interface RamBenchmark extends RamReading {
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
 * that others must be using the memory. null when workers cannot start, there is too little memory to copy, or the figure is not
 * believable. Never throws.
 */
export async function measureRamBandwidth(
  threads = benchmarkThreads(),
  availableBytes: number | null = null,
): Promise<RamBenchmark | null> {
  const available = availableBytes === null ? allBuffersBytes : availableBytes * availableShare;
  const buffersBytes = Math.min(allBuffersBytes, bufferBytes * threads, available);
  if (buffersBytes < leastBuffersBytes) return null;
  const workers: Worker[] = [];
  try {
    const workerData = { sampleMs, bufferBytes: Math.floor(buffersBytes / threads) };
    for (let n = 0; n < threads; n++) workers.push(new Worker(workerSource, { eval: true, workerData }));
    const result = await withTimeout(samplesOf(workers), mostMs);
    return result.kind === 'value' ? readSamples(result.value.rates, threads, result.value.processorShare) : null;
  } catch {
    return null;
  } finally {
    for (const worker of workers) void worker.terminate();
  }
}

async function samplesOf(workers: readonly Worker[]): Promise<{ rates: number[]; processorShare: number }> {
  await Promise.all(workers.map((worker) => nextMessage(worker)));
  const rates: number[] = [];
  const before = process.cpuUsage();
  for (let sample = 0; sample < samples; sample++) {
    if (sample > 0) await sleep(gapMs);
    rates.push(await rateOf(workers));
  }
  const { user, system } = process.cpuUsage(before);
  return { rates, processorShare: Math.min(1, (user + system) / (1000 * sampleMs * samples * workers.length)) };
}

/** All threads at once, once. */
async function rateOf(workers: readonly Worker[]): Promise<number> {
  const answers = workers.map((worker) => nextMessage(worker));
  for (const worker of workers) worker.postMessage('start');
  const rates = (await Promise.all(answers)).map(Number);
  return rates.reduce((sum, rate) => sum + rate, 0);
}

/** As many as the program may use: more than a container's quota would only wait for each other. */
export function benchmarkThreads(quotaCores: number | null = null): number {
  return Math.max(1, Math.min(mostThreads, availableParallelism(), Math.ceil(quotaCores ?? mostThreads)));
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

/** The best of the samples (bytes per second), if plausible (2 to 4000 GB/s). @internal */
export function readSamples(rates: readonly number[], threads: number, processorShare = 1): RamBenchmark | null {
  const sorted = [...rates].sort((a, b) => a - b);
  const [best = 0, middle = 0] = [sorted.at(-1), sorted[Math.floor(sorted.length / 2)]].map((rate) =>
    Math.round(rate ?? 0),
  );
  return isBelievable(best)
    ? benchmarkOf({ bytesPerSecond: best, middleBytesPerSecond: middle, threads, processorShare })
    : null;
}

/** Between a small board and the largest server. */
export const isBelievable = (bytesPerSecond: number) => bytesPerSecond >= 2e9 && bytesPerSecond <= 4e12;

/** Whether others used the computer meanwhile, so that another day may give a better figure. */
export const isBusyReading = ({ bytesPerSecond, middleBytesPerSecond, processorShare }: RamReading) =>
  middleBytesPerSecond < quietShare * bytesPerSecond || processorShare < quietProcessorShare;

/** A reading with its source and its warning. @param day when it was made, where that was before now */
export function benchmarkOf(
  { bytesPerSecond, middleBytesPerSecond, threads, processorShare }: RamReading,
  day: string | null = null,
): RamBenchmark {
  const when = day === null ? '' : `, remembered from ${day}`;
  const source = `memory copy on ${threads} threads, best of ${samples} times ${sampleMs} ms${when}`;
  const rule = 'a measurement before the table';
  const isBusy = middleBytesPerSecond < quietShare * bytesPerSecond;
  return {
    bytesPerSecond,
    middleBytesPerSecond,
    threads,
    processorShare,
    evidence: [
      { subject: 'memory.bandwidth', value: bytesPerSecond, source, confidence: 'measured', chosen: true, rule },
    ],
    warnings: isBusy ? [{ code: 'memory-busy', bestBytesPerSecond: bytesPerSecond, middleBytesPerSecond }] : [],
  };
}
