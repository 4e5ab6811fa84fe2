import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { gib, gpu, machine } from '../advice/machines.ts';
import { benchMachines, gridTime } from './grid-time.ts';
import { median, peak, type Timed, timeInTurn } from './timing.ts';

/** Measures the package as it is built now; with `--write` the table goes into README.md between its marks. */
const root = join(import.meta.dirname, '../..');
const bin = join(root, 'bin/gemma-fit.js');
const place = mkdtempSync(join(os.tmpdir(), 'gemma-fit-bench-'));
const ms = (value: number) => `${value.toFixed(0)} ms`;
const ratio = (a: number, b: number) => (a / b).toFixed(2);

interface Row {
  what: string;
  measured: string;
  goal: string;
}

function main(): void {
  const rows = [...startRows(), ...npxRows(), ...calculationRows(), ...fleetRows(), ...sizeRows()];
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const load = os.loadavg()[0]?.toFixed(1);
  const head = `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${os.platform()} ${os.arch()}, ${os.cpus().length} threads of ${cpu}, load ${load} at the end.`;
  const table = [
    '| what | measured | goal |',
    '|---|---|---|',
    ...rows.map((r) => `| ${r.what} | ${r.measured} | ${r.goal} |`),
  ];
  const text = [head, '', ...table].join('\n');
  console.log(text);
  if (process.argv.includes('--write')) writeReadme(text);
}

function startRows(): Row[] {
  const node: Timed = { args: ['-e', '0'] };
  const commands = {
    node,
    version: { args: [bin, '--version'] },
    help: { args: [bin, '--help'] },
    check: { args: [bin, 'check', '--json'] },
  };
  const times = timeInTurn(commands, 11);
  const base = median(times.node);
  const start = (name: 'version' | 'help') => {
    const time = median(times[name]);
    return `${ms(time)}, ${ms(time - base)} over \`node -e 0\` (x ${ratio(time, base)})`;
  };
  return [
    { what: '`gemma-fit --version`', measured: start('version'), goal: '60 ms over' },
    { what: '`gemma-fit --help`', measured: start('help'), goal: '60 ms over' },
    { what: '`gemma-fit check --json` on this machine', measured: ms(median(times.check)), goal: '' },
    {
      what: 'memory at its peak, `check --json`',
      measured: `${mib(peak([bin, 'check', '--json']).peakBytes)} (an empty node: ${mib(peak(['-e', '0']).peakBytes)})`,
      goal: '',
    },
  ];
}

const mebibyte = 2 ** 20;
const mib = (bytes: number) => `${(bytes / mebibyte).toFixed(0)} MiB`;

/** From a tarball into a cache that is new each time, so that the registry's speed is no part of it. */
function npxRows(): Row[] {
  const npm = (args: string[], cwd: string) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const pack = (cwd: string) =>
    join(place, npm(['pack', '--ignore-scripts', '--pack-destination', place], cwd).trim().split('\n').at(-1) ?? '');
  const empty = join(place, 'empty');
  mkdirSync(empty);
  writeFileSync(
    join(empty, 'package.json'),
    JSON.stringify({ name: 'empty-fit', version: '1.0.0', bin: { 'empty-fit': 'bin.js' } }),
  );
  writeFileSync(join(empty, 'bin.js'), '#!/usr/bin/env node\n');
  let run = 0;
  const cold = (tarball: string, name: string): Timed => ({
    program: 'npx',
    args: ['--yes', '--offline', '--package', tarball, name, '--version'],
    cwd: place,
    env: () => ({ npm_config_cache: join(place, `cache-${run++}`), npm_config_update_notifier: 'false' }),
  });
  const times = timeInTurn({ ours: cold(pack(root), 'gemma-fit'), empty: cold(pack(empty), 'empty-fit') }, 7);
  const [ours, base] = [median(times.ours), median(times.empty)];
  return [
    {
      what: 'cold `npx` from the packed tarball',
      measured: `${ms(ours)}, x ${ratio(ours, base)} of an empty package (${ms(base)})`,
      goal: 'x 1.15',
    },
  ];
}

function calculationRows(): Row[] {
  const first = gridTime(benchMachines['24 GiB']);
  const times = Array.from({ length: 30 }, () => gridTime(benchMachines['24 GiB']).milliseconds);
  // Processor time counts the compiler's threads, which work for the first twenty runs or so.
  const rest = times.slice(-9);
  return [
    {
      what: `calculation: ${first.count} candidates (5 models x builds x 9 contexts x 2 cache types)`,
      measured: `${ms(median(rest))} of processor time, ${ms(first.milliseconds)} the first time`,
      goal: '50 ms',
    },
  ];
}

/** Ten thousand machines with 2 to 98 GiB free on their card, as a file of lines. */
function fleetRows(): Row[] {
  const file = join(place, 'fleet.ndjson');
  const lines = Array.from({ length: 10_000 }, (_, i) =>
    JSON.stringify(machine([gpu({ freeBytes: 2 * gib + i * 10 * mebibyte, totalBytes: 100 * gib })])),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { milliseconds, peakBytes } = peak([bin, 'check', '--json', '--machine', file]);
  const measured = `${(milliseconds / 1000).toFixed(0)} s, ${(milliseconds / 10_000).toFixed(1)} ms each, ${mib(peakBytes)} at the peak`;
  return [{ what: '`check` of 10,000 machines, each with its own free memory', measured, goal: '5 s' }];
}

function sizeRows(): Row[] {
  const tarball = readdirSync(place).find((name) => name.startsWith('gemma-fit-')) ?? '';
  const files = execFileSync('tar', ['-tzf', join(place, tarball)], { encoding: 'utf8' })
    .trim()
    .split('\n').length;
  return [
    {
      what: 'package',
      measured: `${(statSync(join(place, tarball)).size / 1000).toFixed(0)} KB packed, ${files} files, 1 package installed`,
      goal: '1 package',
    },
  ];
}

function writeReadme(text: string): void {
  const file = join(root, 'README.md');
  const marks = /<!-- bench:start -->[\s\S]*<!-- bench:end -->/;
  const before = readFileSync(file, 'utf8');
  if (!marks.test(before)) throw new Error('README.md has no <!-- bench:start --> and <!-- bench:end -->.');
  writeFileSync(
    file,
    before.replace(marks, () => `<!-- bench:start -->\n${text}\n<!-- bench:end -->`),
  );
}

try {
  main();
} finally {
  rmSync(place, { recursive: true, force: true });
}
