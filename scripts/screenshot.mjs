// Takes the picture of the HTML report that README shows: `node scripts/screenshot.mjs`, after a build, with a Chromium on PATH.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = process.argv[2] ?? join(root, '.github/report.png');
const browserPath = process.env.GEMMA_FIT_BROWSER ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
const folder = mkdtempSync(join(tmpdir(), 'gemma-fit-picture-'));
const report = join(folder, 'report.html');
const machine = ['--os', 'linux', '--gpu', 'RTX 4090', '--ram', '64GiB', '--context', '32k'];
execFileSync(process.execPath, [
  join(root, 'bin/gemma-fit.js'),
  'check',
  ...machine,
  '--format',
  'html',
  '--output',
  report,
]);
const browser = await chromium.launch({
  executablePath: browserPath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage({ viewport: { width: 1000, height: 1330 }, colorScheme: 'light' });
await page.goto(pathToFileURL(report).href);
await page.screenshot({ path: target });
await browser.close();
rmSync(folder, { recursive: true });
