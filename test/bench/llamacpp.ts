import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { estimateMemory } from '../../src/model/memory/estimate.ts';
import { totalBytes } from '../../src/model/total.ts';
import { type VariantId, variantIds } from '../../src/model/types.ts';
import { formatSignedPercent } from '../../src/report/units.ts';
import { writeShape } from './gguf-shapes.ts';

/**
 * Asks the llama.cpp inside node-llama-cpp, a package of the npm registry, what files of the exact shapes would take on a CPU, without
 * allocating, and prints how far it is from what v0.5.0 said. `--from DIR`: where it is installed (with node_modules); without, the newest is
 * installed into a temporary folder. `--write`: keep the answers as the baseline.
 */
const baselineFile = join(import.meta.dirname, '../golden/node-llama-cpp.json');

/** contextTokens, micro-batch, type of the KV cache by ggml's number (1 f16, 8 q8_0). */
const questions = [
  [4096, 512, 1],
  [32_768, 512, 1],
  [32_768, 2048, 1],
  [131_072, 512, 1],
  [32_768, 512, 8],
] as const;

interface Answers {
  llamaCpp: string;
  package: string;
  /** By variant: weights, then context and compute together for each question (with logits for each token). */
  bytes: Record<string, number[]>;
}

const asks = `
const [file, questions] = JSON.parse(process.argv[2]);
const { getLlama, readGgufFileInfo, GgufInsights, LlamaLogLevel } = await import('node-llama-cpp');
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error, progressLogs: false });
const insights = await GgufInsights.from(await readGgufFileInfo(file), llama);
const bytes = [(await insights.estimateModelResourceRequirementsV2({ gpuLayers: 0, useMmap: false })).cpuRam];
for (const [contextSize, batchSize, type] of questions) {
  const asked = { contextSize, batchSize, modelGpuLayers: 0, sequences: 1, flashAttention: true, kvCacheKeyType: type, kvCacheValueType: type };
  bytes.push((await insights.estimateContextResourceRequirementsV2(asked)).cpuRam);
}
console.log(JSON.stringify({ llamaCpp: llama.llamaCppRelease.release, bytes }));
process.exit(0);
`;

function install(place: string): void {
  const name = `@node-llama-cpp/${process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'win' : 'linux'}-${process.arch}${process.platform === 'darwin' && process.arch === 'arm64' ? '-metal' : ''}`;
  writeFileSync(join(place, 'package.json'), '{"type":"module"}');
  const flags = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', 'node-llama-cpp@latest', `${name}@latest`, ...flags], {
    cwd: place,
    stdio: 'ignore',
  });
}

function askPackage(from: string): Answers {
  const files = mkdtempSync(join(os.tmpdir(), 'gemma-fit-shapes-'));
  // Beside the package, so that its name is found from there.
  const script = join(from, 'gemma-fit-asks.mjs');
  try {
    writeFileSync(script, asks);
    const answers: Answers = { llamaCpp: '', package: packageVersion(from), bytes: {} };
    for (const variant of variantIds) {
      const file = join(files, `${variant}.gguf`);
      writeShape(variant, file);
      const said = execFileSync(process.execPath, [script, JSON.stringify([file, questions])], { encoding: 'utf8' });
      const { llamaCpp, bytes } = JSON.parse(said.trim().split('\n').at(-1) ?? '');
      answers.llamaCpp = llamaCpp;
      answers.bytes[variant] = bytes;
    }
    return answers;
  } finally {
    rmSync(files, { recursive: true, force: true });
    rmSync(script, { force: true });
  }
}

const packageVersion = (from: string): string =>
  JSON.parse(readFileSync(join(from, 'node_modules/node-llama-cpp/package.json'), 'utf8')).version;

/** Weights, and the least that context and compute have to be: node-llama-cpp reserves logits for each token besides. */
function modelOf(variant: VariantId, at: number): number {
  const question = questions[at - 1];
  const [contextTokens, microBatch, type] = question ?? [4096, 512, 1];
  const load = { contextTokens, microBatch, kvType: type === 8 ? 'q8_0' : 'f16' } as const;
  const { host } = estimateMemory({ variant, quantization: 'Q8_0', ...load, gpuLayers: 'none' });
  return question === undefined ? host.weightsBytes : totalBytes(host) - host.weightsBytes;
}

const percent = (share: number) => formatSignedPercent(share, 3);

function print(answers: Answers, baseline: Answers): void {
  let moved = 0;
  for (const variant of variantIds) {
    for (const [at, bytes] of (answers.bytes[variant] ?? []).entries()) {
      const was = baseline.bytes[variant]?.[at] ?? Number.NaN;
      const what = at === 0 ? 'weights' : `context and compute at ${questions[at - 1]?.join(', ')}`;
      const model = at === 0 ? `, model ${percent(modelOf(variant, at) / bytes - 1)}` : '';
      if (bytes !== was) moved += 1;
      console.log(
        `${variant.padEnd(4)} ${what.padEnd(42)} ${String(bytes).padStart(13)}  ${percent(bytes / was - 1)}${model}`,
      );
    }
  }
  const all = variantIds.length * (questions.length + 1);
  console.log(
    `llama.cpp ${answers.llamaCpp} (node-llama-cpp ${answers.package}) against ${baseline.llamaCpp}: ${moved} of ${all} answers moved.${
      moved === 0 ? ' The memory model stands.' : ' See CONTRIBUTING, "A newer llama.cpp".'
    }`,
  );
}

function main(): void {
  const at = process.argv.indexOf('--from');
  const place = at === -1 ? mkdtempSync(join(os.tmpdir(), 'gemma-fit-llamacpp-')) : (process.argv[at + 1] ?? '');
  try {
    if (at === -1) install(place);
    if (!existsSync(join(place, 'node_modules/node-llama-cpp')))
      throw new Error(`There is no node-llama-cpp in ${place}.`);
    const answers = askPackage(place);
    if (process.argv.includes('--write')) writeFileSync(baselineFile, `${JSON.stringify(answers, null, 1)}\n`);
    print(answers, JSON.parse(readFileSync(baselineFile, 'utf8')));
  } finally {
    if (at === -1) rmSync(place, { recursive: true, force: true });
  }
}

main();
