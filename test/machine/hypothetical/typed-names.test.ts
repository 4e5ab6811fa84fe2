import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FitError } from '../../../src/errors.ts';
import { nearNames } from '../../../src/machine/hypothetical/near-names.ts';
import { type GpuSpec, parseGpuSpecs } from '../../../src/machine/hypothetical/parse-gpu.ts';
import { wordsOf } from '../../../src/machine/hypothetical/typed-name.ts';

const GiB = 2 ** 30;
const rows = readFileSync(new URL('typed-names.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line): [string, string] => [line.slice(0, line.indexOf(';')), line.slice(line.indexOf(';') + 1)]);

const failure = (text: string): FitError => {
  try {
    parseGpuSpecs(text, null);
  } catch (thrown) {
    if (thrown instanceof FitError) return thrown;
  }
  throw new Error(`${text} was understood`);
};

/** The answer in the words of the list. */
function answer(text: string): string {
  try {
    return parseGpuSpecs(text, null).map(written).join(' + ') || 'no GPU';
  } catch (thrown) {
    const { message, hint } = thrown as FitError;
    const sizes = /exists with ([\d, and]+) GB/.exec(message)?.[1];
    if (/say which/.test(message)) return `say which: ${sizes ?? (/several/.test(message) ? 'device' : 'size')}`;
    if (/not sold/.test(message)) return `not sold so: ${hint}`;
    return /not possible/.test(message) ? 'too many' : 'unknown';
  }
}

const written = ({ count, device, memoryBytes }: GpuSpec) =>
  `${count > 1 ? `${count}x ` : ''}${device.name}${memoryBytes === null ? '' : `, ${memoryBytes / GiB} GB`}`;

describe('names as people type them', () => {
  it.each(rows)('%s: %s', (typed, expected) => {
    expect(answer(typed)).toBe(expected);
  });

  it('letters and digits of a typed name are read apart, whatever stands between them', () => {
    for (const name of ['rtx4060ti', 'RTX 4060 Ti', 'NVIDIA GeForce RTX-4060-Ti', 'rtx_4060_ti (GPU)']) {
      expect(wordsOf(name), name).toEqual(['rtx', '4060', 'ti']);
    }
  });
});

describe('what is not known', () => {
  it('what is not known gets names of the same number, or of the maker that was named', () => {
    expect(nearNames('RTX 4095')[0]).toBe('GeForce RTX 4090');
    expect(nearNames('RX 7950')).toEqual(expect.arrayContaining(['Radeon RX 7900 XT']));
    expect(nearNames('X100')).toEqual([]);
    expect(nearNames('C580 12gb')).toEqual([]);
    expect(nearNames('1080 tie')).toContain('GeForce GTX 1080 Ti');
  });

  it('a rebuilt card is answered for with --vram', () => {
    expect(failure('RTX 4090 48GB').hint).toContain('--gpu "RTX 4090" --vram 48GiB');
    expect(parseGpuSpecs('RTX 4090', 48 * GiB)).toMatchObject([{ memoryBytes: 48 * GiB }]);
    expect(failure('M3 Max 512GB').hint).not.toContain('--vram');
  });
});

describe('bounds', () => {
  it('64 devices in all, however they are written', () => {
    expect(failure('40x RTX 3090 + 40x RTX 4090').code).toBe('usage');
    expect(failure(Array.from({ length: 65 }, () => 'RTX 4090').join('+')).code).toBe('usage');
    expect(parseGpuSpecs('32x RTX 3090 + 32x RTX 4090', null)).toHaveLength(2);
  });

  it('a long text is refused at once', () => {
    const start = performance.now();
    for (const text of [`x${' '.repeat(1e6)}y`, 'RTX 4090+'.repeat(1e5), `${'9'.repeat(1e6)}x`, 'x '.repeat(1999)]) {
      failure(text);
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
