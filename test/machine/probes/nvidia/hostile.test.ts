import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probeMachine } from '../../../../src/machine/probe.ts';
import { probes } from '../../../../src/machine/probes/index.ts';
import { parseCards } from '../../../../src/machine/probes/nvidia/parse.ts';
import { queries } from '../../../../src/machine/probes/nvidia/types.ts';
import type { Machine } from '../../../../src/machine/types.ts';
import { type FakeFacts, fakeSystem } from '../../replay.ts';

const uuid = 'GPU-11111111-2222-4333-8444-555555555555';
const row = `0, ${uuid}, 00000000:01:00.0, 24576, 316, 1, 24258, 8.6, 570.124.04, [N/A], None, 9751, NVIDIA GeForce RTX 3090`;

/** The row of another card. */
const otherRow = (at: number) =>
  row
    .replace('555555555555', String(at).padStart(12, '0'))
    .replace('0:01:00.0', `${Math.floor(at / 200)}:${((at % 200) + 16).toString(16).padStart(2, '0')}:00.0`);

/** What the nvidia probe makes of one answer to every call. */
async function answered(body: string, head = 'nvidia-smi *', more: Partial<FakeFacts> = {}): Promise<Machine> {
  const system = fakeSystem({
    files: { '/proc/meminfo': 'MemTotal: 1000000 kB\nMemAvailable: 900000 kB\n' },
    programs: [{ head, body }],
    ...more,
  });
  return probeMachine(system, { budgetMs: 15_000, probes: { nvidia: probes.nvidia } });
}

const codes = (machine: Machine) => machine.warnings.map(({ code }) => code);

describe('answers of nvidia-smi that are not answers', () => {
  it.each([
    ['empty', ''],
    ['one newline', '\n'],
    [
      'an HTML page',
      '<!DOCTYPE html><html><head><title>Proxy, 502, 24576</title></head><body>24576, 1, 2</body></html>',
    ],
    ['NUL bytes', '\u0000'.repeat(5000)],
    ['numbers without a card', '24576, 316, 1\n'],
    ['ten megabytes of one letter', 'x'.repeat(10_000_000)],
    ['ten megabytes of commas', ','.repeat(10_000_000)],
    ['ten megabytes of tags that never close', '<nvidia_smi_log>'.padEnd(100, ' ') + '<gpu>'.repeat(2_000_000)],
    ['a text in another language', 'Befehl nicht gefunden, bitte installieren\n'],
  ])('%s: no card, no figure, one warning', async (_, body) => {
    const start = performance.now();
    const machine = await answered(body);
    expect(machine.accelerators).toEqual([]);
    expect(machine.warnings).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(2500);
  });

  it('exit 0 with an error text is an error', async () => {
    expect(codes(await answered('Failed to initialize NVML: Unknown Error\n'))).toEqual(['driver-broken']);
  });

  it('the error text may come on stderr', async () => {
    const machine = await answered(
      'Failed to initialize NVML: Insufficient Permissions\n',
      'nvidia-smi * [exit 4] [stderr]',
    );
    expect(codes(machine)).toEqual(['driver-broken']);
  });

  it('a crash without a word is reported with its exit code', async () => {
    const { warnings } = await answered('', 'nvidia-smi * [exit 139]');
    expect(warnings).toEqual([{ code: 'output-unreadable', probe: 'nvidia-smi', detail: 'exit 139, no output' }]);
  });
});

describe('answers that are partly good', () => {
  it('a last line cut in the middle is left out with a warning; the others stay', async () => {
    const machine = await answered(`${row}\n1, ${uuid.replace('1111', '9999')}, 0000`, 'nvidia-smi --query-gpu=*');
    expect(machine.accelerators).toMatchObject([{ name: 'NVIDIA GeForce RTX 3090', confidence: 'reported' }]);
    expect(codes(machine)).toContain('output-unreadable');
  });

  it('a warning line before the rows does not hide them', async () => {
    const machine = await answered(
      `WARNING: infoROM is corrupted at gpu 0000:01:00.0\n${row}\n`,
      'nvidia-smi --query-gpu=*',
    );
    expect(machine.accelerators).toMatchObject([{ memory: { totalBytes: 24576 * 1024 * 1024 } }]);
  });

  it('an exit code beside good rows does not make the driver broken', async () => {
    const machine = await answered(row, 'nvidia-smi --query-gpu=* [exit 14]');
    expect(machine.accelerators).toMatchObject([{ usable: true, memory: { totalBytes: 24576 * 1024 * 1024 } }]);
    expect(codes(machine)).toEqual([]);
  });

  it('Windows line ends, spaces and NULs between letters do not matter', async () => {
    const wide = [...`${row}\r\n`].map((letter) => `${letter}\u0000`).join('');
    for (const body of [`${row}\r\n`, `  ${row}  \n\n`, wide]) {
      const machine = await answered(body, 'nvidia-smi --query-gpu=*');
      expect(machine.accelerators).toMatchObject([
        { name: 'NVIDIA GeForce RTX 3090', memory: { freeBytes: 24258 * 1024 * 1024 } },
      ]);
    }
  });

  it('a name with a comma stays whole, one with control characters is cleaned', async () => {
    const odd = row.replace('NVIDIA GeForce RTX 3090', 'NVIDIA \u001b[31mCard, rev 2\u0007');
    const machine = await answered(odd, 'nvidia-smi --query-gpu=*');
    expect(machine.accelerators).toMatchObject([{ name: 'NVIDIA Card, rev 2' }]);
  });

  it.each([
    ['0 MiB', '0'],
    ['a negative size', '-24576'],
    ['an absurd size', '99999999999'],
    ['a size with letters', '24k576'],
    ['not a number', 'NaN'],
    ['infinity', 'Infinity'],
    ['hexadecimal', '0x6000'],
    ['an exponent', '2e4'],
  ])('%s for the total: unknown, said so, and no free memory without a total', async (_, total) => {
    const machine = await answered(row.replace(' 24576,', ` ${total},`), 'nvidia-smi --query-gpu=*');
    expect(machine.accelerators).toMatchObject([
      { memory: { totalBytes: null, freeBytes: null }, confidence: 'assumed' },
    ]);
    expect(codes(machine)).toEqual(expect.arrayContaining(['reading-implausible', 'memory-unknown']));
  });

  it('more free than there is: the free figure is made of total, used and reserved, with a warning', async () => {
    const machine = await answered(row.replace('24258', '99999'), 'nvidia-smi --query-gpu=*');
    expect(machine.accelerators[0]?.memory.freeBytes).toBe((24576 - 316 - 1) * 1024 * 1024);
    expect(codes(machine)).toContain('reading-implausible');
  });

  it('[N/A] and its relatives are unknown, never zero', async () => {
    for (const unsaid of ['[N/A]', 'N/A', '[Not Supported]', '[Unknown Error]', '[Insufficient Permissions]', '']) {
      const machine = await answered(
        row.replace(' 24258,', ` ${unsaid},`).replace(' 1,', ` ${unsaid},`),
        'nvidia-smi --query-gpu=*',
      );
      expect(machine.accelerators[0]?.memory).toEqual({ totalBytes: 24576 * 1024 * 1024, freeBytes: null });
    }
  });

  it('a thousand cards are cut to what a box can hold', async () => {
    const rows = Array.from({ length: 1000 }, (_, at) => otherRow(at).replace(/^0/, String(at % 900))).join('\n');
    expect((await answered(rows, 'nvidia-smi --query-gpu=*')).accelerators.length).toBe(64);
  });

  it('cards with one index still get ids of their own', async () => {
    const machine = await answered(`${row}\n${otherRow(1)}\n`, 'nvidia-smi --query-gpu=*');
    expect(machine.accelerators.map(({ id }) => id)).toEqual(['nvidia:0', 'nvidia:1']);
  });

  it('a card that is listed twice, by bus address or by UUID, is one card', async () => {
    const elsewhere = row.replace('00000000:01', '00000000:07');
    for (const twice of [row, row.replace(uuid, '[N/A]'), row.replace('00000000:01:00.0', '[N/A]')]) {
      const { accelerators } = await answered(`${row}\n${twice}\n`, 'nvidia-smi --query-gpu=*');
      expect(accelerators, twice).toHaveLength(1);
    }
    expect((await answered(`${row}\n${elsewhere}\n`, 'nvidia-smi --query-gpu=*')).accelerators).toHaveLength(2);
  });

  it('a size with a lost unit is not the size of a card that the table knows', async () => {
    const { accelerators, warnings } = await answered(
      row.replace(' 24576,', ' 24.576 MiB,'),
      'nvidia-smi --query-gpu=*',
    );
    expect(accelerators).toMatchObject([{ name: 'NVIDIA GeForce RTX 3090', memory: { totalBytes: null } }]);
    expect(warnings.map(({ code }) => code)).toContain('reading-implausible');
  });

  it('a name of 300 letters is cut, and its card is kept', async () => {
    const { accelerators } = await answered(
      row.replace('RTX 3090', `RTX ${'9'.repeat(300)}`),
      'nvidia-smi --query-gpu=*',
    );
    expect(accelerators).toHaveLength(1);
    expect(accelerators[0]?.name.length).toBeLessThanOrEqual(100);
  });
});

describe('laws', () => {
  const shapes = [
    row,
    '<nvidia_smi_log><gpu id="1"><product_name>NVIDIA A10G</product_name><fb_memory_usage><total>23028 MiB</total></fb_memory_usage></gpu></nvidia_smi_log>',
    '==============NVSMI LOG==============\nGPU 00000000:01:00.0\n    Product Name : NVIDIA L4\n    FB Memory Usage\n        Total : 23034 MiB\n',
    `GPU 0: NVIDIA L4 (UUID: ${uuid})\n`,
  ];

  it('no text makes the probe throw, and every figure is null or a possible size', async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc
        .tuple(fc.constantFrom(...shapes), fc.nat(400), fc.string({ maxLength: 20 }))
        .map(([shape, at, junk]) => shape.slice(0, at) + junk + shape.slice(at)),
    );
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        const { accelerators } = await answered(body);
        for (const { memory, name } of accelerators) {
          const total = memory.totalBytes;
          expect(total === null || (Number.isInteger(total) && total > 0 && total <= 2 ** 44)).toBe(true);
          expect(
            memory.freeBytes === null || (total !== null && memory.freeBytes >= 0 && memory.freeBytes <= total),
          ).toBe(true);
          expect(name).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('whatever the figures, a row in good order is read as it stands', () => {
    const size = fc.integer({ min: 1, max: 300_000 });
    fc.assert(
      fc.property(size, fc.boolean(), (total, units) => {
        const unit = units ? ' MiB' : '';
        const { cards } = parseCards(
          `0, ${uuid}, 00000000:01:00.0, ${total}${unit}, 0${unit}, 1${unit}, 2${unit}, 8.6, 570.1, [N/A], None, 9751${units ? ' MHz' : ''}, NVIDIA L4`,
          queries[0] ?? [],
        );
        expect(cards).toMatchObject([{ total: `${total}${unit}`, name: 'NVIDIA L4' }]);
      }),
    );
  });
});
