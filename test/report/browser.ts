import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/** `GEMMA_FIT_BROWSER` is a path, or `required` to say that a test without a browser is a failure. */
const asked = process.env.GEMMA_FIT_BROWSER ?? '';
export const browserRequired = asked !== '';

/** Where a Chromium is: the one asked for, else the first on PATH; null when there is none. */
export function browserPath(): string | null {
  if (asked !== '' && asked !== 'required') return asked;
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places].find((path) => existsSync(path)) ?? null;
}

/** @throws with a sentence when no browser is found */
export async function openBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === null) throw new Error('No Chromium found: install one, or set GEMMA_FIT_BROWSER to its path.');
  // A container's root has no user namespace to sandbox in; the only page opened is ours.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
