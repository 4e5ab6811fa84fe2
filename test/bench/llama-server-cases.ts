import { candidateAt } from '../../src/advice/candidate-at.ts';
import { openRequest } from '../../src/advice/check.ts';
import { targetOf } from '../../src/advice/server.ts';
import type { Candidate, CheckRequest } from '../../src/advice/types.ts';
import { engineOfBuild } from '../../src/data/engines.ts';
import { buildById } from '../../src/data/tables.ts';
import type { VariantId } from '../../src/model/types.ts';
import { launchLine } from '../../src/report/launch-line.ts';
import { gpu, machine, mib } from '../advice/machines.ts';

/** A question that is put to gemma-fit and to a llama-server. */
export interface ServerCase {
  variant: VariantId;
  quantization: 'QAT' | 'Q8_0';
  /** Free memory of each device, MiB. */
  freeMib: number[];
  contextTokens: number;
  sequences?: number;
  kvType?: CheckRequest['kvType'];
  microBatch?: number;
}

/** Whole models, dense ones and experts that do not fit, several devices, several slots, quantized caches. */
export const serverCases: ServerCase[] = [
  { variant: 'e2b', quantization: 'QAT', freeMib: [6000], contextTokens: 8192 },
  { variant: 'e2b', quantization: 'Q8_0', freeMib: [12_000], contextTokens: 131_072 },
  { variant: 'e2b', quantization: 'Q8_0', freeMib: [3000], contextTokens: 32_768 },
  { variant: 'e4b', quantization: 'QAT', freeMib: [8000], contextTokens: 32_768 },
  { variant: 'e4b', quantization: 'QAT', freeMib: [16_000], contextTokens: 131_072, kvType: 'q8_0' },
  { variant: 'e4b', quantization: 'Q8_0', freeMib: [16_000], contextTokens: 4 * 16_384, sequences: 4 },
  { variant: 'e4b', quantization: 'QAT', freeMib: [4000], contextTokens: 16_384 },
  { variant: '12b', quantization: 'QAT', freeMib: [16_000], contextTokens: 32_768 },
  { variant: '12b', quantization: 'QAT', freeMib: [24_000], contextTokens: 262_144 },
  { variant: '12b', quantization: 'Q8_0', freeMib: [24_000], contextTokens: 65_536, microBatch: 2048 },
  { variant: '12b', quantization: 'QAT', freeMib: [24_000], contextTokens: 8 * 16_384, sequences: 8 },
  { variant: '12b', quantization: 'QAT', freeMib: [6000], contextTokens: 16_384 },
  { variant: '12b', quantization: 'Q8_0', freeMib: [12_000], contextTokens: 32_768 },
  { variant: '12b', quantization: 'QAT', freeMib: [8000, 8000], contextTokens: 65_536 },
  { variant: '26b', quantization: 'QAT', freeMib: [24_000], contextTokens: 32_768 },
  { variant: '26b', quantization: 'QAT', freeMib: [24_000], contextTokens: 262_144 },
  { variant: '26b', quantization: 'Q8_0', freeMib: [48_000], contextTokens: 4 * 32_768, sequences: 4 },
  { variant: '26b', quantization: 'QAT', freeMib: [12_000], contextTokens: 32_768 },
  { variant: '26b', quantization: 'QAT', freeMib: [8000], contextTokens: 16_384 },
  { variant: '26b', quantization: 'Q8_0', freeMib: [16_000], contextTokens: 65_536 },
  { variant: '26b', quantization: 'QAT', freeMib: [3500], contextTokens: 32_768 },
  { variant: '26b', quantization: 'QAT', freeMib: [12_000, 12_000], contextTokens: 131_072 },
  { variant: '31b', quantization: 'QAT', freeMib: [24_000], contextTokens: 32_768 },
  { variant: '31b', quantization: 'QAT', freeMib: [32_000], contextTokens: 131_072, kvType: 'q8_0' },
  { variant: '31b', quantization: 'Q8_0', freeMib: [48_000], contextTokens: 2 * 32_768, sequences: 2 },
  { variant: '31b', quantization: 'QAT', freeMib: [16_000], contextTokens: 16_384 },
  { variant: '31b', quantization: 'QAT', freeMib: [12_000], contextTokens: 65_536 },
  { variant: '31b', quantization: 'QAT', freeMib: [24_000, 24_000], contextTokens: 131_072 },
];

/** What gemma-fit says to it, for a llama-server of that build: text alone, so that no second file is needed. */
export function answerTo(asked: ServerCase, llamaCpp: string): { candidate: Candidate; options: string[] } {
  const { variant, quantization, freeMib, contextTokens, sequences = 1, kvType = 'f16', microBatch = null } = asked;
  // An imagined device copies a quantized cache as CUDA does; otherwise it has none of the buffers that set one backend apart, as SYCL is told.
  const backend = kvType === 'f16' ? 'sycl' : 'cuda';
  const devices = freeMib.map((free, index) => gpu({ id: `nvidia:${index}`, backend, freeBytes: free * mib }));
  const build = buildById(`${variant}-gguf-${quantization}`);
  if (build === null) throw new Error(`data/builds.json lacks the ${quantization} of ${variant}`);
  const request: CheckRequest = {
    ...openRequest,
    ...{ runtime: 'llama.cpp', contextTokensTotal: contextTokens, sequences, kvType, microBatch, vision: false },
  };
  const target = targetOf(machine(devices), request);
  const engine = { engine: engineOfBuild(llamaCpp), llamaCpp, known: true };
  const candidate = candidateAt({ ...target, engine }, build, request);
  if (candidate.launch === undefined) throw new Error(`${variant} ${quantization} does not run on ${freeMib} MiB`);
  const words = launchLine(candidate.launch, { modelFile: 'MODEL' }).split(' ').slice(3);
  // A second file is neither fetched nor given.
  return { candidate, options: words.filter((word) => word !== '--no-mmproj') };
}
