import { spawn } from 'node:child_process';
import os from 'node:os';
import { join } from 'node:path';

/**
 * A thousand checks of this computer by a thousand processes, as many at once as its memory holds: whether all of them succeed and give the
 * same answer. Free memory and what follows from it change while they run, so what is compared is the machine's parts and the recommended
 * tag.
 */
const bin = join(import.meta.dirname, '../../bin/gemma-fit.js');
const checks = 1000;
const bytesEach = 96 * 2 ** 20;
const atOnce = Math.min(checks, Math.floor(os.freemem() / bytesEach));

interface Answer {
  code: number | null;
  said: string;
}

const start = performance.now();
const answers: Answer[] = [];
let next = 0;
await Promise.all(Array.from({ length: atOnce }, worker));
const seconds = (performance.now() - start) / 1000;

const kinds = new Map<string, number>();
for (const { code, said } of answers) kinds.set(`exit ${code}: ${said}`, (kinds.get(`exit ${code}: ${said}`) ?? 0) + 1);
console.log(`${checks} checks, ${atOnce} at once: ${seconds.toFixed(0)} s, ${kinds.size} kinds of answer`);
for (const [kind, count] of kinds) console.log(`${String(count).padStart(5)} x ${kind}`);
process.exitCode = kinds.size === 1 && answers.every(({ code }) => code === 0) ? 0 : 1;

async function worker(): Promise<void> {
  while (next < checks) {
    next += 1;
    answers.push(await check());
  }
}

function check(): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, OLLAMA_HOST: '127.0.0.1:9' };
    const child = spawn(process.execPath, [bin, 'check', '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said: err === '' ? gist(out) : err.trim() }));
  });
}

function gist(json: string): string {
  const { machine, recommendation } = JSON.parse(json);
  const devices = machine.accelerators.map(({ name }: { name: string }) => name).join(', ');
  return `${machine.cpu.brand}, ${machine.memory.totalBytes} bytes, devices: ${devices || 'none'}, ${recommendation?.tag ?? 'no recommendation'}`;
}
