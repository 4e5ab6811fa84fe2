import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSite } from '../../scripts/site.mjs';
import { outputOf } from '../cli/record.ts';
import { axeFaults, browserPath, browserRequired, openBrowser, setLook, type Visit, visit } from '../report/browser.ts';
import { askedMachines } from './machines.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gemma-fit-site-'));
  await buildSite(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two engines' Math may differ in the last digit of a number. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, item) =>
    typeof item === 'number' ? Number(item.toPrecision(12)) : item,
  );
}

describe('the planner as files', () => {
  it('the planner as files takes less than 250 KB on the way', () => {
    const bytes = ['index.html', 'planner.js'].reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length,
      0,
    );
    expect(bytes).toBeLessThan(250_000);
  });

  it('the planner as files asks for nothing but its own script', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    expect([...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target)).toEqual(['data:,', 'planner.js']);
  });
});

describe.skipIf(!browserRequired && browserPath() === null)('the planner in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  async function open(fragment: string): Promise<Visit> {
    const seen = await visit(browser, `${pathToFileURL(join(folder, 'index.html')).href}${fragment}`);
    await seen.page.waitForSelector('html[data-milliseconds]');
    return seen;
  }

  const shownResult = async (page: Page) => JSON.parse((await page.textContent('#result')) ?? '');

  it('the planner in a real browser opens from a file with its own two files, and says nothing in the console', async () => {
    const { page, noise, requests, leave } = await open('');
    expect(await page.textContent('#answer h1')).toContain('gemma4');
    const files = requests.map((url) => url.replace(/.*\//, ''));
    expect(files.filter((name) => name !== ',')).toEqual(['index.html', 'planner.js']);
    expect(noise).toEqual([]);
    await leave();
  });

  it('the planner in a real browser shows for 50 machines the numbers of check --json', async () => {
    const { page, leave } = await open('');
    // What is drawn takes as long as what is asked here.
    await page.evaluate("document.getElementById('answer').hidden = true");
    for (const { gpu, ram, os, use } of askedMachines) {
      const fragment = new URLSearchParams({ gpu, ram, os, for: use });
      const words = [`--gpu "${gpu}"`, ...(ram === '' ? [] : [`--ram ${ram}`]), `--os ${os} --for ${use}`];
      await page.evaluate(
        `document.documentElement.removeAttribute('data-milliseconds'); location.hash = ${JSON.stringify(fragment.toString())}`,
      );
      await page.waitForSelector('html[data-milliseconds]');
      const { candidates, recommendation } = await shownResult(page);
      const command = JSON.parse(await outputOf(`check --json ${words.join(' ')}`));
      expect({ gpu, answer: rounded({ candidates, recommendation }) }).toEqual({
        gpu,
        answer: rounded({ candidates: command.candidates, recommendation: command.recommendation }),
      });
    }
    await leave();
  }, 180_000);

  it('the planner in a real browser answers what is typed, keeps it in the address, and the address brings it back', async () => {
    const { page, leave } = await open('');
    await page.fill('input[name=gpu]', '2x RTX 3090');
    await page.selectOption('select[name=for]', 'agent');
    await page.waitForURL(/for=agent/);
    const typed = await shownResult(page);
    const again = await open(new URL(page.url()).hash);
    expect(await shownResult(again.page)).toEqual(typed);
    expect(await again.page.inputValue('input[name=gpu]')).toBe('2x RTX 3090');
    await Promise.all([leave(), again.leave()]);
  });

  it('the planner in a real browser tells on demand which hardware runs a model', async () => {
    const { page, leave } = await open('#gpu=RTX+4090&context=65536');
    expect(await page.textContent('#hardware')).toBe('');
    await page.click('#needs summary');
    await page.selectOption('#model', '26b');
    expect(await page.textContent('#hardware')).toBe(await outputOf('needs 26b --context 64k'));
    await leave();
  });

  it('the planner in a real browser says what is wrong with a name that nobody knows', async () => {
    const { page, noise, leave } = await open('#gpu=RTX+9999+Ultra');
    expect(await page.textContent('#answer h1')).toContain('RTX 9999 Ultra');
    expect(noise).toEqual([]);
    await leave();
  });

  it('the planner in a real browser takes hostile text for text', async () => {
    const { page, noise, leave } = await open(`#gpu=${encodeURIComponent('<img src=x onerror=alert(1)>')}&ram=%3Cb%3E`);
    expect(await page.locator('#answer img, #answer b').count()).toBe(0);
    expect(noise).toEqual([]);
    await leave();
  });

  describe('whatever its look', () => {
    let shown: Visit;
    beforeAll(async () => {
      shown = await open('#gpu=2x+RTX+3090');
    });
    afterAll(() => shown?.leave());

    it.each([
      [360, 'light'],
      [360, 'dark'],
      [1280, 'light'],
      [1920, 'dark'],
    ] as const)(
      'the planner in a real browser is accessible and does not scroll sideways at %i pixels, %s',
      async (width, colorScheme) => {
        const { page } = shown;
        await setLook(page, width, colorScheme);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(await axeFaults(page)).toEqual([]);
      },
    );
  });

  it('the planner in a real browser can be used with the keyboard alone', async () => {
    const { page, leave } = await open('');
    const names: string[] = [];
    for (let step = 0; step < 8; step += 1) {
      await page.keyboard.press('Tab');
      names.push(await page.evaluate<string>("document.activeElement?.getAttribute('name') ?? ''"));
    }
    expect(names).toEqual(['gpu', 'ram', 'for', 'context', 'parallel', 'os', 'runtime', 'text-only']);
    await leave();
  });
});
