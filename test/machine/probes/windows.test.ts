import { describe, expect, test } from 'vitest';
import { parseDirectX, parseDisplayClass } from '../../../src/machine/probes/windows/adapters.ts';
import { parseCim, parseControllerText } from '../../../src/machine/probes/windows/cim.ts';
import { windows } from '../../../src/machine/probes/windows/index.ts';
import { windowsKind } from '../../../src/machine/probes/windows/kind.ts';
import { captureSets } from '../captures.ts';
import { type FakeFacts, fakeSystem } from '../replay.ts';

const GiB = 1024 ** 3;
const root = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\DirectX';

interface Entry {
  name: string;
  vendor: string;
  device: string;
  luid?: string;
  dedicated?: string;
  shared?: string;
  seen?: string;
  guid?: string;
}
const entry = (e: Entry) =>
  [
    `${root}\\{${e.guid ?? '238B5633-B93E-11EF-8BB2-806E6F6E6963'}}`,
    `    Description    REG_SZ    ${e.name}`,
    `    VendorId    REG_DWORD    ${e.vendor}`,
    `    DeviceId    REG_DWORD    ${e.device}`,
    `    AdapterLuid    REG_QWORD    ${e.luid ?? '0xd3c5'}`,
    `    DedicatedVideoMemory    REG_QWORD    ${e.dedicated ?? '0x0'}`,
    `    SharedSystemMemory    REG_QWORD    ${e.shared ?? '0x3fac00000'}`,
    ...(e.seen ? [`    LastSeen    REG_QWORD    ${e.seen}`] : []),
    '',
  ].join('\r\n');

const probe = async (programs: FakeFacts['programs'], facts: Partial<FakeFacts> = {}) =>
  windows.run(
    fakeSystem({
      platform: 'win32',
      release: '10.0.26100',
      freeMemoryBytes: 20 * GiB,
      totalMemoryBytes: 32 * GiB,
      programs,
      ...facts,
    }),
  );

const dx = (...entries: Entry[]) => ({
  head: 'reg query *DirectX /s',
  body: `${root}\r\n    Version    REG_SZ    4.09\r\n\r\n${entries.map(entry).join('\r\n')}`,
});
const cim = (facts: object) => ({ head: 'powershell *', body: `\ufeff${JSON.stringify(facts)}\r\n` });
const usage = (luid: string, dedicated: number | string, shared: number | string = 0) => ({
  Name: `luid_0x00000000_${luid}_phys_0`,
  DedicatedUsage: dedicated,
  SharedUsage: shared,
});

const xtx: Entry = { name: 'AMD Radeon RX 7900 XTX', vendor: '0x1002', device: '0x744c', dedicated: '0x5fc000000' };

describe('Windows', () => {
  test('a card of 24 GB: total from DirectX, free from the counters by LUID', async () => {
    const { accelerators } = await probe([dx(xtx), cim({ memory: [usage('0x0000D3C5', 2 * GiB)] })]);
    expect(accelerators).toMatchObject([
      {
        vendor: 'amd',
        name: 'AMD Radeon RX 7900 XTX',
        kind: 'discrete',
        architecture: 'gfx1100',
        memory: { totalBytes: 0x5fc000000, freeBytes: 0x5fc000000 - 2 * GiB },
      },
    ]);
  });

  test('Windows: without PowerShell the free memory is unknown, not guessed', async () => {
    const { accelerators, warnings } = await probe([dx(xtx)]);
    expect(accelerators[0]?.memory).toEqual({ totalBytes: 0x5fc000000, freeBytes: null });
    expect(warnings).toEqual([]);
  });

  test('an entry that outlived its card is left out: the counters know it not', async () => {
    const old: Entry = {
      ...xtx,
      name: 'AMD Radeon RX 580',
      device: '0x67df',
      luid: '0x9999',
      dedicated: '0x200000000',
    };
    const { accelerators, evidence } = await probe([dx(old, xtx), cim({ memory: [usage('0x0000d3c5', 1)] })]);
    expect(accelerators.map(({ name }) => name)).toEqual(['AMD Radeon RX 7900 XTX']);
    expect(evidence).toContainEqual(expect.objectContaining({ value: 'AMD Radeon RX 580', chosen: false }));
  });

  test('Windows: without counters the last start of Windows tells, and two equal cards stay two', async () => {
    const seen = '0x1dd4bc5becc1029';
    const list = [
      { ...xtx, seen, luid: '0x1' },
      { ...xtx, seen, luid: '0x2' },
      { ...xtx, name: 'AMD Radeon RX 580', device: '0x67df', luid: '0x3', seen: '0x1dc0000000000000'.slice(0, 17) },
    ];
    expect((await probe([dx(...list)])).accelerators).toHaveLength(2);
  });

  test('an APU counts its carve-out and the RAM that it may share', async () => {
    const apu: Entry = {
      name: 'AMD Radeon(TM) 8060S Graphics',
      vendor: '0x1002',
      device: '0x1586',
      dedicated: '0x1800000000',
      shared: '0x400000000',
    };
    const { accelerators } = await probe([
      dx(apu),
      cim({ memory: [usage('0x0000d3c5', String(1 * GiB), String(1 * GiB))] }),
    ]);
    expect(accelerators[0]).toMatchObject({
      kind: 'integrated',
      architecture: 'gfx1151',
      memory: { totalBytes: 112 * GiB, freeBytes: 95 * GiB + 15 * GiB },
    });
  });

  test('the RAM that is installed and not seen is the carve-out when nothing else tells', async () => {
    const modules = Array.from({ length: 8 }, () => ({ Capacity: 16 * GiB }));
    const video = [
      { Name: 'AMD Radeon(TM) 8060S Graphics', AdapterRAM: 4293918720, PNPDeviceID: 'PCI\\VEN_1002&DEV_1586&REV_C1' },
    ];
    const { accelerators, evidence } = await probe([cim({ video, ram: modules })]);
    expect(accelerators[0]).toMatchObject({
      kind: 'integrated',
      confidence: 'assumed',
      memory: { totalBytes: 96 * GiB },
    });
    expect(evidence).toContainEqual(expect.objectContaining({ subject: 'windows.carve-out', value: 96 * GiB }));
  });

  test('software, remote and streaming adapters are no GPUs', async () => {
    const names = [
      'Microsoft Basic Render Driver',
      'Parsec Virtual Display Adapter',
      'VMware SVGA 3D',
      'Microsoft Hyper-V Video',
      'Citrix Indirect Display Adapter',
    ];
    const { accelerators } = await probe([
      dx(
        ...names.map(
          (name): Entry => ({ name, vendor: name.startsWith('Microsoft') ? '0x1414' : '0x0', device: '0x8c' }),
        ),
      ),
    ]);
    expect(accelerators).toEqual([]);
  });

  test('NVIDIA cards are seen without nvidia-smi, with the version that their owners know', async () => {
    const text = entry({
      name: 'NVIDIA GeForce RTX 4070',
      vendor: '0x10de',
      device: '0x2786',
      dedicated: '0x2ee000000',
    }).trimEnd();
    const body = `${text}\r\n    DriverVersion    REG_QWORD    0x1f0000000f1ba8\r\n`;
    const { accelerators } = await probe([{ head: 'reg query *DirectX /s', body }]);
    expect(accelerators).toMatchObject([
      { vendor: 'nvidia', backend: 'cuda', driverVersion: '570.80', memory: { totalBytes: 0x2ee000000 } },
    ]);
  });

  test('an Arc card is told from Arc graphics in a processor', async () => {
    const { accelerators } = await probe([
      dx(
        {
          name: 'Intel(R) Arc(TM) A770 Graphics',
          vendor: '0x8086',
          device: '0x56a0',
          luid: '0x1',
          dedicated: '0x3f8000000',
          seen: '0x1dd4bc5becc1029',
        },
        {
          name: 'Intel(R) Arc(TM) 140V GPU (16GB)',
          vendor: '0x8086',
          device: '0x64a0',
          luid: '0x2',
          dedicated: '0x8000000',
          seen: '0x1dd4bc5becc1029',
        },
      ),
    ]);
    expect(accelerators.map(({ kind }) => kind)).toEqual(['discrete', 'integrated']);
  });

  test.each([
    ['Intel(R) Arc(TM) B390 GPU', '0x8000000', 'integrated'],
    ['Intel(R) Arc(TM) Pro Graphics', '0x8000000', 'integrated'],
    ['Intel(R) Arc(TM) Pro B60 Graphics', '0x5f0000000', 'discrete'],
  ])('%s with %s bytes of its own is %s', async (name, dedicated, kind) => {
    const { accelerators } = await probe([dx({ name, vendor: '0x8086', device: '0xb080', dedicated })]);
    expect(accelerators).toMatchObject([{ kind }]);
  });

  test('Windows: where the memory is not known, an Arc with a number is a card, and a bare Pro says nothing', () => {
    const kind = (name: string) => windowsKind('intel', { name, deviceId: null, dedicatedBytes: null });
    expect(kind('Intel(R) Arc(TM) Pro B60 Graphics')).toBe('discrete');
    expect(kind('Intel(R) Arc(TM) Pro Graphics')).toBe('integrated');
  });

  test('PowerShell that is locked down or speaks UTF-16 does no harm', async () => {
    const locked = {
      head: 'powershell * [exit 1] [stderr]',
      body: 'Cannot set property. Property setting is supported only on core types in this language mode.',
    };
    const { accelerators, warnings } = await probe([dx(xtx), locked]);
    expect(accelerators).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: 'probe-failed' }]);
    const wide = [...JSON.stringify({ memory: [usage('0x0000d3c5', 5)] })].map((letter) => `${letter}\u0000`).join('');
    const second = await probe([dx(xtx), { head: 'powershell *', body: wide }]);
    expect(second.accelerators[0]?.memory.freeBytes).toBe(0x5fc000000 - 5);
  });
});

describe('the display class key', () => {
  const path =
    'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}\\0000';
  const key = (...lines: string[]) =>
    parseDisplayClass(
      [
        path,
        '    DriverDesc    REG_SZ    Some Card',
        '    MatchingDeviceId    REG_SZ    PCI\\VEN_1002&DEV_744C',
        ...lines,
      ].join('\n'),
    )[0];

  test.each([
    ['a QWORD in hex', '    HardwareInformation.qwMemorySize    REG_QWORD    0x600000000', 24 * GiB],
    [
      'eight bytes, little end first',
      '    HardwareInformation.qwMemorySize    REG_BINARY    0000000006000000',
      24 * GiB,
    ],
    ['four bytes of an old driver', '    HardwareInformation.MemorySize    REG_BINARY    00000040', 1 * GiB],
    ['the cap of 2 GiB that an Arc shows', '    HardwareInformation.MemorySize    REG_BINARY    00 F0 FF 7F', null],
    ['the cap of 4 GiB', '    HardwareInformation.MemorySize    REG_DWORD    0xfff00000', null],
    ['nothing', '', null],
  ])('%s', (_, line, bytes) => {
    expect(key(line)).toMatchObject({ name: 'Some Card', deviceId: 0x744c, memoryBytes: bytes });
  });

  test('keys that deny access stand between and do not matter, in any language', () => {
    const text = `ERROR: Zugriff verweigert\n${path}\n    DriverDesc    REG_SZ    Karte \ufffd\n\nFEHLER: nein`;
    expect(parseDisplayClass(text)).toMatchObject([{ name: 'Karte', memoryBytes: null }]);
  });
});

describe('controllers in other shapes', () => {
  test('a list', () => {
    const text =
      'Name          : AMD Radeon RX 580\r\nAdapterRAM    : 4293918720\r\nDriverVersion : 31.0.1\r\n\r\nName       : Intel(R) HD Graphics 4600\r\nAdapterRAM : 1073741824\r\n';
    expect(parseControllerText(text)).toMatchObject([
      { name: 'AMD Radeon RX 580', memoryBytes: null, driverVersion: '31.0.1' },
      { name: 'Intel(R) HD Graphics 4600', memoryBytes: 1073741824 },
    ]);
  });

  test('a table', () => {
    const text =
      '\r\nName                     AdapterRAM PNPDeviceID\r\n----                     ---------- -----------\r\nAMD Radeon RX 560        2147483648 PCI\\VEN_1002&DEV_67FF\r\n\r\nPS C:\\>';
    expect(parseControllerText(text)).toEqual([
      { name: 'AMD Radeon RX 560', vendorId: 0x1002, deviceId: 0x67ff, memoryBytes: 2147483648, driverVersion: null },
    ]);
  });
});

describe.each(captureSets)('outputs of Windows, $title', ({ capture }) => {
  test('Win32_VideoController: what is at the cap of its 32 bits is unknown, a carve-out of 2 GiB is not', () => {
    expect(
      parseControllerText(capture('llmfit-windows-win32-video-controller.txt')).map((c) => [c.name, c.memoryBytes]),
    ).toEqual([
      ['NVIDIA GeForce RTX 4070', 12884901888],
      ['AMD Radeon 780M Graphics', 2147483648],
      ['AMD Radeon AI PRO R9700', null],
      ['AMD Radeon PRO V710', null],
    ]);
  });

  test('outputs of Windows: name and size by rows', () => {
    expect(
      parseControllerText(capture('llmfit-windows-registry-vram.txt')).map((c) => [c.name, c.memoryBytes]),
    ).toEqual([
      ['AMD Radeon PRO V710', 30064771072],
      ['NVIDIA GeForce RTX 4070', 12884901888],
      ['Zero Adapter', null],
    ]);
  });

  test('the MemorySize blob of an Arc A770 is not its memory', () => {
    const blob = /REG_BINARY ([0-9A-F ]+)/.exec(capture('windows-arc-a770-registry-memorysize.txt'))?.[1]?.trim();
    const text = `HKEY_LOCAL_MACHINE\\Class\\0001\n    DriverDesc    REG_SZ    Intel(R) Arc(TM) A770 Graphics\n    HardwareInformation.MemorySize    REG_BINARY    ${blob}`;
    expect(parseDisplayClass(text)[0]?.memoryBytes).toBeNull();
  });

  test('AdapterRAM of a 16 GB card, as a table, says nothing', () => {
    const ram = Number(/^(\d+)\s*$/m.exec(capture('windows-get-ciminstance-adapterram.txt'))?.[1]);
    expect(
      parseCim(JSON.stringify({ video: { Name: 'AMD Radeon RX 6800', AdapterRAM: ram } })).video[0]?.memoryBytes,
    ).toBeNull();
  });
});

test('an answer that is no registry has no adapters', () => {
  for (const text of ['', '<html>', '\u0000\u0000', 'HKEY_', `${root}\n    VendorId    REG_DWORD    0xzz`])
    expect(parseDirectX(text)).toEqual([]);
});
