import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amd } from '../../../src/machine/probes/amd/index.ts';
import { keyValues } from '../../../src/machine/probes/amd/kfd.ts';
import { nameFromIdsFile, presentableName } from '../../../src/machine/probes/amd/names.ts';
import { parseSmi } from '../../../src/machine/probes/amd/smi.ts';
import { apple } from '../../../src/machine/probes/apple/index.ts';
import { parseAllocated, parseDisplays, parseMetal, parseSysctl } from '../../../src/machine/probes/apple/read.ts';
import { intel } from '../../../src/machine/probes/intel/index.ts';
import { parseVramManager } from '../../../src/machine/probes/intel/sysfs.ts';
import { parseClinfo, parseXpuSmi } from '../../../src/machine/probes/intel/tools.ts';
import { runtime } from '../../../src/machine/probes/runtime/index.ts';
import { parseListDevices } from '../../../src/machine/probes/runtime/list-devices.ts';
import { parseOllamaLog } from '../../../src/machine/probes/runtime/ollama-log.ts';
import { findJson } from '../../../src/machine/probes/shared/json.ts';
import { parseLspci } from '../../../src/machine/probes/shared/pci.ts';
import type { ProbeReport } from '../../../src/machine/probes/types.ts';
import { vulkan } from '../../../src/machine/probes/vulkan/index.ts';
import { parseVulkan } from '../../../src/machine/probes/vulkan/parse.ts';
import { parseDirectX, parseDisplayClass } from '../../../src/machine/probes/windows/adapters.ts';
import { parseCim, parseControllerText } from '../../../src/machine/probes/windows/cim.ts';
import { windows } from '../../../src/machine/probes/windows/index.ts';
import type { System } from '../../../src/system/system.ts';
import { fakeSystem, machineNames, replay } from '../replay.ts';

const TiB = 1024 ** 4;

const parsers: Record<string, (text: string) => unknown> = {
  findJson,
  keyValues,
  parseAllocated,
  parseCim,
  parseClinfo,
  parseControllerText,
  parseDirectX,
  parseDisplayClass,
  parseDisplays,
  parseListDevices,
  parseLspci,
  parseMetal,
  parseOllamaLog,
  parseSysctl,
  parseVramManager,
  parseVulkan,
  presentableName,
  nameFromIdsFile: (text) => nameFromIdsFile(text, 0x744c, 0xc8),
  parseSmi: (text) => parseSmi(text, 'x'),
  parseXpuSmi: (text) => parseXpuSmi(text, 'x'),
};

/** Pieces of real answers, put together in the wrong order. */
const scraps = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        ':',
        ',',
        '\n',
        '\r\n',
        '\t',
        '    ',
        '\u0000',
        '\ufffd',
        '\ufeff',
        '\\',
        '=',
        '|',
        '0x',
        '-1',
        '1e999',
      ),
      fc.constantFrom(
        'GPU[0]\t\t: VRAM Total Memory (B): ',
        'GPU: 0\n    VRAM:\n        SIZE: ',
        '"card0": {"VRAM Total Memory (B)": "',
        'device,VRAM Total Memory (B)\ncard0,',
      ),
      fc.constantFrom(
        'GPU0:\n',
        'memoryHeaps[0]:\n size = ',
        'MEMORY_HEAP_DEVICE_LOCAL_BIT\n',
        'deviceName = ',
        'HKEY_LOCAL_MACHINE\\X\\0000\n',
        '    DedicatedVideoMemory    REG_QWORD    0x',
      ),
      fc.constantFrom(
        '  CUDA0: NVIDIA (',
        ' MiB, ',
        ' MiB free)',
        'msg="inference compute" library=CUDA total="',
        ' GiB"',
        'Global memory size  ',
        'hw.memsize: ',
        '"Alloc system memory"=',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.bigInt({ min: -1n, max: 10n ** 30n }).map(String),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('no text breaks a parser', () => {
  test.each(Object.entries(parsers))('%s', (_, parse) => {
    fc.assert(
      fc.property(fc.oneof(scraps, fc.string({ unit: 'binary', maxLength: 300 })), (text) => void parse(text)),
      { numRuns: 250 },
    );
  });

  test.each(Object.entries(parsers))('%s takes no time on a text of one kind', (_, parse) => {
    const units = [
      '{',
      '[',
      '"',
      ' ',
      'a',
      '\n',
      '0',
      '"\\',
      'GPU[0] : ',
      '= ',
      '\t:',
      'a,',
      'a=',
      '[a',
      ' \n',
      'HKEY_\n',
      '0:',
    ];
    const started = performance.now();
    for (const unit of units) parse(unit.repeat(Math.ceil(100_000 / unit.length)));
    for (const head of ['  x', 'GPU: 0\n  A', 'HKEY_A\n  x', 'Device Name x']) parse(`${head}${' '.repeat(100_000)}`);
    expect(performance.now() - started).toBeLessThan(2500);
  });
});

const probes = { amd, intel, apple, windows, vulkan, runtime };

function expectSane({ accelerators, evidence, warnings }: ProbeReport): void {
  for (const { name, memory, bandwidthBytesPerSecond, usable, reason } of accelerators) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the question
    expect(name).toMatch(/^[^\u0000-\u001f\u007f-\u009f]+$/);
    const { totalBytes, freeBytes } = memory;
    for (const bytes of [totalBytes, freeBytes])
      expect(bytes === null || (Number.isInteger(bytes) && bytes >= 0 && bytes <= 32 * TiB)).toBe(true);
    if (totalBytes !== null) expect(totalBytes).toBeGreaterThan(0);
    if (totalBytes !== null && freeBytes !== null) expect(freeBytes).toBeLessThanOrEqual(totalBytes);
    expect(bandwidthBytesPerSecond === null || (bandwidthBytesPerSecond > 0 && bandwidthBytesPerSecond < 1e14)).toBe(
      true,
    );
    expect([usable, reason]).toEqual([null, null]);
  }
  expect(() => JSON.stringify({ accelerators, evidence, warnings })).not.toThrow();
}

/** What may happen to an answer between the tool and us. */
const damages = fc.oneof(
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((share) => (text: string) => text.slice(0, Math.floor(text.length * share))),
  fc
    .constantFrom(
      '',
      '<html><body>502 Bad Gateway</body></html>',
      '\u0000'.repeat(64),
      'null',
      '[]',
      '{}',
      '[[[[',
      'Segmentation fault (core dumped)',
      '-1',
      '0',
    )
    .map((text) => () => text),
  fc
    .constantFrom('0', '-1', '99999999999999999999', '1e400', 'NaN', '[N/A]', '')
    .map((figure) => (text: string) => text.replace(/\d{5,}/g, figure)),
  fc
    .constantFrom('\u0000', '\ufffd', '\u001b[31m', '\r', '\u2028')
    .map((letter) => (text: string) => text.replace(/ /g, letter)),
  fc.constant((text: string) => text.toUpperCase()),
  fc.constant((text: string) => [...text].map((letter) => `${letter}\u0000`).join('')),
  fc.constant((text: string) => text.replaceAll('\n', '\r\n')),
  fc.constant((text: string) => text + text),
);

/** The same computer, whose programs and files answer damaged. */
function damaged(system: System, damage: (text: string) => string, files: boolean): System {
  return {
    ...system,
    run: async (...call) => {
      const result = await system.run(...call);
      return result.kind === 'done' ? { ...result, stdout: damage(result.stdout) } : result;
    },
    read: async (path, maxBytes) => {
      const text = await system.read(path, maxBytes);
      return text === null || !files ? text : damage(text);
    },
  };
}

describe('damaged answers lead to less knowledge, never to nonsense', () => {
  test('damaged answers lead to less knowledge, never to nonsense on every machine there is', async () => {
    const names = machineNames();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.constantFrom(...Object.values(probes)),
        damages,
        fc.boolean(),
        async (name, probe, damage, files) => {
          expectSane(await probe.run(damaged(replay(name), damage, files)));
        },
      ),
      { numRuns: 400 },
    );
  }, 30_000);

  test('a system that knows nothing has nothing', async () => {
    for (const platform of ['linux', 'win32', 'freebsd'] as const) {
      for (const probe of [amd, intel, windows, vulkan, runtime]) {
        expect(await probe.run(fakeSystem({ platform }))).toMatchObject({ accelerators: [], warnings: [] });
      }
    }
  });

  test.each(['amd-smi', 'rocm-smi', 'xpu-smi', 'vulkaninfo', 'llama-server', 'journalctl', 'lspci', 'clinfo'])(
    '%s that hangs',
    async (program) => {
      for (const probe of Object.values(probes))
        expectSane(await probe.run(fakeSystem({ programs: [{ head: `${program}* [hangs]`, body: '' }] })));
    },
  );

  test('exit 0 with an error text, from every program at once', async () => {
    const body = 'Error: could not open device: permission denied\n';
    const programs = ['amd-smi*', 'rocm-smi*', 'xpu-smi*', 'vulkaninfo*', 'llama-server*', 'lspci*', 'clinfo*'].map(
      (head) => ({ head, body }),
    );
    for (const probe of [amd, intel, vulkan, runtime]) {
      const report = await probe.run(fakeSystem({ programs }));
      expect(report.accelerators).toEqual([]);
    }
    expect((await amd.run(fakeSystem({ programs }))).warnings.map(({ code }) => code)).toContain('output-unreadable');
  });

  test('ten cards are ten', async () => {
    const cards = Array.from({ length: 10 }, (_, at) => [
      `card${at}`,
      {
        'Card Series': 'AMD Instinct MI50/MI60',
        'VRAM Total Memory (B)': '17163091968',
        'VRAM Total Used Memory (B)': '0',
      },
    ]);
    const { accelerators } = await amd.run(
      fakeSystem({ programs: [{ head: 'rocm-smi *', body: JSON.stringify(Object.fromEntries(cards)) }] }),
    );
    expect(accelerators).toHaveLength(10);
    expect(accelerators[9]).toMatchObject({
      id: 'amd:card9',
      memory: { totalBytes: 17163091968, freeBytes: 17163091968 },
    });
  });

  test.each(['0', '-1', '99999999999999999999', '1.5.2', '0x10'])('VRAM of %s is told and not used', async (figure) => {
    const body = `GPU[0]\t\t: Card Series: \t\tAMD Radeon RX 7900 XT\nGPU[0]\t\t: VRAM Total Memory (B): ${figure}\n`;
    const { accelerators, warnings } = await amd.run(fakeSystem({ programs: [{ head: 'rocm-smi *', body }] }));
    expect(accelerators).toMatchObject([
      { name: 'AMD Radeon RX 7900 XT', memory: { totalBytes: null, freeBytes: null } },
    ]);
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'reading-implausible', subject: 'amd:card0.vram.total' }),
    );
  });
});
