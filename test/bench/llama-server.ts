import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { formatSignedPercent } from '../../src/report/units.ts';
import { writeShape } from './gguf-shapes.ts';
import { answerTo, type ServerCase, serverCases } from './llama-server-cases.ts';

/**
 * `npm run bench:llama-server -- PROGRAM SOURCES BUILD [--write]`: starts a real llama-server (PROGRAM, of llama.cpp BUILD, with its libraries beside
 * it) with the options that gemma-fit prints, on imagined devices of stated memory and files of the exact shapes whose weights are holes, and prints
 * what it laid where beside what was predicted. SOURCES: the llama.cpp that it was built from, for a compiler. `--write`: keep the rows.
 */
const goldenFile = join(import.meta.dirname, '../golden/llama-server.jsonl');

/** Bytes of one place as the server logs them; MiB with two decimals. */
interface Logged {
  model: number;
  context: number;
  compute: number;
}

interface ServerAnswer {
  layers: number;
  totalLayers: number;
  slots: number;
  slotContextTokens: number;
  devices: Logged[];
  host: Logged;
}

function compileDevice(sources: string, libraries: string, place: string): string {
  const file = join(place, 'libimagined.so');
  const include = ['ggml/include', 'ggml/src'].map((folder) => `-I${join(sources, folder)}`);
  const source = join(import.meta.dirname, 'imagined-device.cpp');
  execFileSync('g++', [
    '-std=c++20',
    '-O1',
    '-shared',
    '-fPIC',
    ...include,
    source,
    '-o',
    file,
    `-L${libraries}`,
    '-lggml-base',
    '-lggml',
  ]);
  return file;
}

/** Runs the server until it has laid out everything, and reads its log. */
async function ask(
  program: string,
  library: string,
  file: string,
  asked: ServerCase,
  options: string[],
): Promise<ServerAnswer> {
  const named = options.includes('--device')
    ? []
    : ['--device', asked.freeMib.map((_, index) => `IMG${index}`).join(',')];
  const words = ['-m', file, ...options, ...named, '--no-warmup', '-lv', '4', '--host', '127.0.0.1', '--port', '18453'];
  const server = spawn(
    program,
    words.map((word) => word.replace('CUDA', 'IMG')),
    {
      env: {
        ...process.env,
        LD_LIBRARY_PATH: dirname(program),
        GGML_BACKEND_PATH: library,
        IMAGINED_FREE_MIB: asked.freeMib.join(),
      },
    },
  );
  try {
    return answerIn(await logOf(server), asked.freeMib.length);
  } finally {
    const gone = server.exitCode !== null ? null : once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }
}

function logOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    const add = (chunk: Buffer) => {
      log += chunk;
      if (log.includes('server is listening') || log.includes('listening on')) resolve(log);
    };
    server.stdout?.on('data', add);
    server.stderr?.on('data', add);
    server.on('exit', () => reject(new Error(`llama-server ended: ${log.slice(-600)}`)));
    setTimeout(() => reject(new Error(`llama-server is not ready: ${log.slice(-600)}`)), 120_000).unref();
  });
}

/** The last lines of each kind: before them come those of the fit's trials. */
function answerIn(whole: string, deviceCount: number): ServerAnswer {
  const log = whole.slice(whole.lastIndexOf('load_tensors: offloaded'));
  const [, layers, totalLayers] = /offloaded (\d+)\/(\d+) layers/.exec(log) ?? [];
  const [, slots, slotContextTokens] = /n_slots = (\d+), n_ctx_slot = (\d+)/.exec(log) ?? [];
  const kinds = { model: 'model', context: 'KV', compute: 'compute' } as const;
  const sum = (kind: keyof typeof kinds, place: RegExp) =>
    [...log.matchAll(/:\s+(\S+) (model|KV|compute) buffer size =\s+([\d.]+) MiB/g)]
      .filter(([, name = '', what]) => what === kinds[kind] && place.test(name))
      .reduce((total, [, , , size]) => total + Math.round(Number(size) * 2 ** 20), 0);
  const at = (place: RegExp): Logged => ({
    model: sum('model', place),
    context: sum('context', place),
    compute: sum('compute', place),
  });
  return {
    layers: Number(layers),
    totalLayers: Number(totalLayers),
    slots: Number(slots),
    slotContextTokens: Number(slotContextTokens),
    devices: Array.from({ length: deviceCount }, (_, index) => at(new RegExp(`^IMG${index}$`))),
    host: at(/^(CPU|IMG_Host)/),
  };
}

const total = ({ model, context, compute }: Logged) => model + context + compute;

async function main(): Promise<void> {
  const [program = '', sources = '', llamaCpp = ''] = process.argv.slice(process.argv.indexOf('llama-server') + 1);
  if (!existsSync(program) || !existsSync(join(sources, 'ggml/src/ggml-backend-impl.h')) || !/^b\d+$/.test(llamaCpp))
    throw new Error(
      'Say where a llama-server, the sources that it was built from, and which build it is: PROGRAM SOURCES b11434.',
    );
  const place = mkdtempSync(join(os.tmpdir(), 'gemma-fit-server-'));
  const rows: string[] = [];
  try {
    const library = compileDevice(sources, dirname(program), place);
    for (const asked of serverCases) {
      const file = join(place, `${asked.variant}-${asked.quantization}.gguf`);
      if (!existsSync(file)) writeShape(asked.variant, file, asked.quantization === 'QAT' ? 'Q4_0' : 'Q8_0');
      const { candidate, options } = answerTo(asked, llamaCpp);
      const server = await ask(program, library, file, asked, options);
      const { placement } = candidate;
      const off = placement.devices.map((placed, index) => {
        const measured = total(server.devices[index] ?? { model: 0, context: 0, compute: 0 });
        return formatSignedPercent((placed.weightsBytes + placed.kvCacheBytes + placed.computeBytes) / measured - 1, 3);
      });
      console.log(
        `${asked.variant} ${asked.quantization} ${asked.freeMib} MiB, ${options.join(' ')}: ${placement.mode}, layers ${placement.gpuLayers} of ${placement.totalLayers}, llama-server ${server.layers} of ${server.totalLayers}; device ${off.join(' ')}`,
      );
      rows.push(JSON.stringify({ ...asked, options, ...server, llamaCpp }));
    }
    if (process.argv.includes('--write')) writeFileSync(goldenFile, `${rows.join('\n')}\n`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

await main();
