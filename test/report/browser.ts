import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

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

/** An open page, what it wrote to the console or threw, and every address it asked for. */
export interface Visit {
  page: Page;
  noise: string[];
  requests: string[];
  /** Empties the page for the next visit. */
  leave(): Promise<void>;
}

/** Pages that were left: to open another takes three times as long as the visit. */
const left = new WeakMap<Browser, Page[]>();

/** How wide a page is, and whether its reader likes it dark. */
export async function setLook(page: Page, width: number, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
}

/** @param body served in place of what is at the address */
export async function visit(
  browser: Browser,
  url: string,
  { width = 1280, body = null as string | null } = {},
): Promise<Visit> {
  const idle = left.get(browser) ?? [];
  left.set(browser, idle);
  const page = idle.pop() ?? (await browser.newPage());
  await setLook(page, width, 'light');
  const [noise, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => noise.push(message.text()));
  page.on('pageerror', (error) => noise.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  if (body !== null) await page.route(url, (route) => route.fulfill({ body, contentType: 'text/html' }));
  await page.goto(url);
  const leave = async () => {
    page.removeAllListeners();
    await page.unrouteAll();
    await page.goto('about:blank');
    idle.push(page);
  };
  return { page, noise, requests, leave };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Accessibility faults that axe finds, each with the element it is about. axe comes in through the debugging interface of the browser. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
  );
}
