import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { formatPercent, formatSignedPercent } from '../../src/report/units.ts';
import answered from './peer-answers.json' with { type: 'json' };
import { allScores, type PeerScore } from './peer-errors.ts';
import { recommendationRows, recommendationTools } from './peer-recommendations.ts';
import { speedRows } from './peer-speeds.ts';
import { readSpeedPoints } from './speed-points.ts';
import { median, timeInTurn } from './timing.ts';

/**
 * Prints the error of others' formulas beside ours on llama.cpp's own projections. `--write` puts the table into README.md between
 * its marks; `--install` also installs the npm packages among them into a temporary folder (some 200 MB) and times their start.
 */
const root = join(import.meta.dirname, '../..');

/** As many as show something: 12 %, 1.2 %, 0.04 %. */
const digitsOf = (share: number) => {
  const value = Math.abs(100 * share);
  if (value === 0 || value >= 10) return 0;
  return value < 0.05 ? -Math.floor(Math.log10(value)) : 1;
};
const percent = (share: number) => formatPercent(share, digitsOf(share));
const signed = (share: number) => formatSignedPercent(share, digitsOf(share)).replace('-', '−');

const markdown = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Speed: two minutes, because each machine is told by constants that were fitted without it. */
function speedTable(): string {
  const { points } = readSpeedPoints(readFileSync(join(root, 'test/data/speed-points.csv'), 'utf8'));
  const rows = speedRows(points).map((row) => [
    row.name,
    row.points,
    percent(row.median),
    signed(row.bias),
    percent(row.oursMedian),
  ]);
  return markdown(['tool', 'points', 'median error', 'bias', 'gemma-fit on these'], rows);
}

function programTable(): string {
  const rows = answered.programs.map(({ name, startMilliseconds, megabytes }) => [
    name,
    startMilliseconds === null ? 'a library' : `${startMilliseconds} ms`,
    `${megabytes} MB`,
  ]);
  return markdown(['program', 'start', 'installed'], rows);
}

const recommendationTable = (): string => markdown(['GPU', ...recommendationTools], recommendationRows());

function table(scores: readonly PeerScore[]): string {
  const rows = scores.map((s) => [
    s.name,
    s.how,
    s.cases,
    percent(s.median),
    percent(s.p90),
    signed(s.worstOver),
    signed(s.worstUnder),
    `${s.falseNo}`,
    `${s.falseYes}`,
    s.verdicts,
  ]);
  const head = [
    'tool',
    'how',
    'cases',
    'median error',
    'p90',
    'worst over',
    'worst under',
    'wrong no',
    'wrong yes',
    'of verdicts',
  ];
  return markdown(head, rows);
}

const packages = [
  { name: 'llm-checker', version: '3.8.1', bin: 'llm-checker', says: '--version' },
  { name: 'node-llama-cpp', version: '3.22.1', bin: 'node-llama-cpp', says: '--version' },
  { name: 'fitllm', version: '2.18.0', bin: 'fitllm', says: '--help' },
];

function installed(): string {
  const place = mkdtempSync(join(os.tmpdir(), 'gemma-fit-peers-'));
  try {
    const commands = { 'gemma-fit': { args: [join(root, 'bin/gemma-fit.js'), '--version'] } } as Record<
      string,
      { args: string[] }
    >;
    const sizes: Record<string, number> = { 'gemma-fit': folderMegabytes(join(root, 'dist')) };
    for (const { name, version, bin, says } of packages) {
      const home = join(place, name);
      mkdirSync(home);
      writeFileSync(join(home, 'package.json'), '{}');
      execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], {
        cwd: home,
        stdio: 'ignore',
      });
      sizes[name] = folderMegabytes(join(home, 'node_modules'));
      const manifest = JSON.parse(readFileSync(join(home, 'node_modules', name, 'package.json'), 'utf8'));
      commands[name] = { args: [join(home, 'node_modules', name, manifest.bin[bin] ?? manifest.bin), says] };
    }
    const times = timeInTurn(commands, 7);
    const rows = Object.keys(commands).map(
      (name) => `| ${name} | ${median(times[name] ?? []).toFixed(0)} ms | ${sizes[name]?.toFixed(1)} MB |`,
    );
    return ['| package | `--version` | installed |', '|---|---|---|', ...rows].join('\n');
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const folderMegabytes = (folder: string) =>
  Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1000;

function writeReadme(text: string): void {
  const file = join(root, 'README.md');
  const marks = /<!-- peers:start -->[\s\S]*<!-- peers:end -->/;
  const before = readFileSync(file, 'utf8');
  if (!marks.test(before)) throw new Error('README.md has no <!-- peers:start --> and <!-- peers:end -->.');
  writeFileSync(
    file,
    before.replace(marks, () => `<!-- peers:start -->\n${text}\n<!-- peers:end -->`),
  );
}

const parts = [
  table(allScores()),
  `Speed of one GPU that holds the model, at up to 8K of context:\n\n${speedTable()}`,
  `Recommended for 32K of context, and where llama.cpp puts it (whichllm without the benchmark scores that it downloads; llm-checker names gemma4, which is e4b):\n\n${recommendationTable()}`,
  `Start (\`--version\`, the quickest of nine) and size:\n\n${programTable()}`,
];
if (process.argv.includes('--install')) parts.push(installed());
const text = parts.join('\n\n');
console.log(text);
if (process.argv.includes('--write')) writeReadme(text);
