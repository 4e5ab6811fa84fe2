import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { curvesOf } from '../../src/advice/context/curve.ts';
import { emptyMachine, hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { onePerVariant } from '../../src/report/context-matrix.ts';
import { renderers } from '../../src/report/index.ts';
import { checkResultSchema } from '../../src/report/schema.ts';
import { axeFaults, browserPath, browserRequired, openBrowser, setLook, type Visit, visit } from './browser.ts';
import { exampleCurves } from './curves.ts';
import { hostileNames } from './hostile.ts';
import {
  createAccelerator,
  createCandidate,
  createMachine,
  createOptions,
  createResult,
  createSplit,
  createUnknownResult,
  recommend,
} from './result.ts';

const options = createOptions({ curves: exampleCurves });
const page = (result = createResult()): string => renderers.html(result, options);

describe('html', () => {
  it('html is one file of less than 60 KB that names nothing outside itself', () => {
    const text = page();
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(text).not.toMatch(/(src|href|action)=|@import|url\(/);
  });

  it('html stays below that with a full table and much evidence: the JSON inside is then shorter, and still a result', () => {
    const candidates = Array.from({ length: 25 }, (_, index) => createCandidate({ tag: `gemma4:build-${index}` }));
    const evidence = Array.from({ length: 80 }, () => createMachine().evidence[0]!);
    const result = createResult({
      candidates,
      machine: createMachine({ evidence }),
      recommendation: recommend(candidates[0]!),
    });
    const text = page(result);
    const inside = JSON.parse(/id="result">(.*)<\/script>/.exec(text)?.[1] ?? '');
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(inside.candidates.length).toBeLessThan(25);
    expect(checkResultSchema.safeParse(inside).success).toBe(true);
  });

  it('html runs no script: the only one is data', () => {
    expect(page().match(/<script[^>]*>/g)).toEqual(['<script type="application/json" id="result">']);
  });

  it('html draws every corner of a curve, and the machine as a line', () => {
    const path = /<path class="curve c0" d="([^"]+)"/.exec(page())?.[1] ?? '';
    expect(path.split('L')).toHaveLength(exampleCurves[0]?.points.length ?? 0);
    // 23 GiB free, less what Ollama reserves beside the vision encoder.
    expect(page()).toContain('24,277,449,216 bytes on the GPU that models may use');
  });

  it('html on a machine without a GPU draws RAM: the marks on their lines, what is usable, a bar', () => {
    const result = checkMachine(hypotheticalMachine({ ramBytes: 16 * 2 ** 30 }, emptyMachine()), openRequest, {
      version: '0',
      dataAgeDays: 0,
    });
    const text = renderers.html(result, createOptions({ curves: curvesOf(result, onePerVariant(result)) }));
    const marks = [...text.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => `${x} ${y}`);
    const lines = [...text.matchAll(/class="curve c\d" d="M([^"]+)"/g)].flatMap(
      ([, points]) => points?.split('L') ?? [],
    );
    expect(marks.length).toBeGreaterThan(3);
    for (const mark of marks) expect(lines).toContain(mark);
    expect(text).toContain('usable RAM: 14.0 GiB');
    expect(text).toContain('<h3>RAM</h3>');
    expect(text).not.toMatch(/<td class="n">none<\/td>/);
  });

  it('html says which context runs where, and what the machine is', () => {
    expect(page()).toContain('Which context runs where');
    expect(page()).toMatch(/Machine: RTX 4090.*RAM.*Ollama/);
  });

  it('html breaks no command: a narrow page scrolls it', () => {
    expect(page()).toMatch(/pre\{white-space:pre;overflow-x:auto/);
  });

  it.each(hostileNames)('html shows %j as text', (name) => {
    const best = createCandidate({ tag: name });
    const text = page(
      createResult({
        candidates: [best],
        recommendation: recommend(best),
        machine: createMachine({ accelerators: [createAccelerator({ name })] }),
      }),
    );
    expect(text.match(/<(script|img|iframe|object|failure)\b/g)).toEqual(['<script']);
  });
});

// Without a browser these tests are named as skipped; where GEMMA_FIT_BROWSER asks for one they fail instead.
describe.skipIf(!browserRequired && browserPath() === null)('html in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  const address = 'http://report.test/';
  const open = (body: string, width: number): Promise<Visit> => visit(browser, address, { width, body });

  const scenes = {
    full: createResult(),
    split: createResult({ candidates: [createSplit()], recommendation: recommend(createSplit()) }),
    unknown: createUnknownResult(),
  };

  it.each(Object.entries(scenes))(
    'html in a real browser says nothing on the console and asks for nothing: %s',
    async (_, result) => {
      const { page: opened, noise, requests, leave } = await open(page(result), 1280);
      expect(await opened.locator('h1').textContent()).not.toBe('');
      expect([noise, requests]).toEqual([[], [address]]);
      await leave();
    },
  );

  it.each([360, 1280])('html in a real browser does not scroll sideways at %i pixels', async (width) => {
    const { page: opened, leave } = await open(page(), width);
    expect(await opened.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await opened.evaluate("document.querySelector('svg').getBoundingClientRect().width")).toBeGreaterThan(
      width * 0.6,
    );
    await leave();
  });

  it('html in a real browser holds the JSON of the result', async () => {
    const { page: opened, leave } = await open(page(), 1280);
    const inside = (await opened.evaluate("JSON.parse(document.getElementById('result').textContent)")) as object;
    expect(inside).toEqual(JSON.parse(JSON.stringify(createResult())));
    await leave();
  });

  it('html in a real browser is looked at by an axe that finds faults where there are some', async () => {
    const { page: opened, leave } = await open(
      '<html><body><img src=""><p style="color:#ccc">pale</p></body></html>',
      400,
    );
    const found = (await axeFaults(opened)).map((fault) => fault.split(':')[0]);
    expect(found).toEqual(expect.arrayContaining(['color-contrast', 'html-has-lang', 'image-alt']));
    await leave();
  });

  it.each([
    ['full', [360, 1280]],
    ['unknown', [1280]],
  ] as const)(
    'html in a real browser has no accessibility fault that axe finds, in light and dark: %s at %j pixels',
    async (scene, widths) => {
      // The page forbids scripts, which would keep axe out.
      const body = page(scenes[scene]).replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
      const { page: opened, leave } = await visit(browser, address, { body });
      for (const width of widths) {
        for (const scheme of ['light', 'dark'] as const) {
          await setLook(opened, width, scheme);
          expect(await axeFaults(opened), `${width} ${scheme}`).toEqual([]);
        }
      }
      await leave();
    },
    60_000,
  );
});
