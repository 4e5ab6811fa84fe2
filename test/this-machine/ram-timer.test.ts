import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Io } from '../../src/commands/io.ts';
import { findMachine, type MachineOptions } from '../../src/commands/machine.ts';
import { benchmarkOf, type RamReading } from '../../src/machine/host/memory/ram-benchmark.ts';
import { emptyMachine } from '../../src/machine/hypothetical/index.ts';
import type { Machine, OllamaServer } from '../../src/machine/types.ts';
import { ramTimer } from '../../src/this-machine/ram-timer.ts';
import { fakeSystem, replay } from '../machine/replay.ts';

const cpuinfo =
  'processor\t: 0\nmodel name\t: AMD Ryzen 7 7700 8-Core Processor\ncpu cores\t: 8\nflags\t\t: avx2 fma\n';
const files = { '/proc/cpuinfo': cpuinfo, '/proc/meminfo': 'MemTotal: 32000000 kB\nMemAvailable: 28000000 kB\n' };
const board = { ...files, '/proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\u0000' };

describe('the RAM of this computer', () => {
  const quiet = { middleBytesPerSecond: 40e9, threads: 8, processorShare: 1 };
  let made: Partial<RamReading> = {};
  let home: string;
  let timed: { threads: number | undefined; availableBytes: number | null | undefined }[];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'gemma-fit-timer-'));
    timed = [];
    made = {};
  });
  afterEach(() => rm(home, { recursive: true }));

  /** Each timing is a gigabyte a second faster than the one before. */
  const io = (found: Record<string, string> = files, now = Date.UTC(2026, 10, 20)): Io => {
    const env = { OLLAMA_HOST: 'http://127.0.0.1:9' };
    const out = new PassThrough();
    return {
      stdin: new PassThrough(),
      stdout: out,
      stderr: out,
      env,
      system: { ...fakeSystem({ files: found, env }), homeDir: home },
      now: () => now,
      measureRam: async (threads, availableBytes) => {
        timed.push({ threads, availableBytes });
        return benchmarkOf({ ...quiet, bytesPerSecond: (40 + timed.length) * 1e9, ...made });
      },
    };
  };
  const memoryOf = async (options: MachineOptions = {}, found = files) =>
    (await findMachine(options, io(found))).memory;

  it('the RAM of this computer is timed once, within what is available, and remembered', async () => {
    expect(await memoryOf()).toMatchObject({ bandwidthBytesPerSecond: 41e9, bandwidthBasis: 'measured' });
    expect(await memoryOf()).toMatchObject({ bandwidthBytesPerSecond: 41e9, bandwidthBasis: 'measured' });
    expect(timed).toMatchObject([{ availableBytes: 28_000_000 * 1024 }]);
    const { evidence } = await findMachine({}, io());
    expect(evidence.filter(({ subject, chosen }) => subject === 'memory.bandwidth' && chosen)).toMatchObject([
      { value: 41e9, source: expect.stringContaining('remembered from 2026-11-20') },
    ]);
  });

  it('the RAM of this computer is timed again with --measure, which is remembered in its place', async () => {
    await memoryOf();
    expect((await memoryOf({ measure: true })).bandwidthBytesPerSecond).toBe(42e9);
    expect((await memoryOf()).bandwidthBytesPerSecond).toBe(42e9);
  });

  it.each([{ processorShare: 0.5 }, { middleBytesPerSecond: 15e9 }])(
    'the RAM of this computer is timed again another day where others used the computer meanwhile: %o',
    async (busy) => {
      made = busy;
      const on = async (day: number) =>
        (await findMachine({}, io(files, Date.UTC(2026, 10, day)))).memory.bandwidthBytesPerSecond;
      expect([await on(20), await on(20)]).toEqual([41e9, 41e9]);
      made = {};
      expect([await on(21), await on(22), await on(23)]).toEqual([42e9, 42e9, 42e9]);
    },
  );

  it('the RAM of this computer is not timed with --no-measure; what is remembered still counts', async () => {
    expect((await memoryOf({ measure: false })).bandwidthBytesPerSecond).toBeNull();
    expect(timed).toEqual([]);
    await memoryOf();
    expect((await memoryOf({ measure: false })).bandwidthBytesPerSecond).toBe(41e9);
  });

  it('the RAM of this computer is not timed where the table knows the board, but with --measure', async () => {
    expect((await memoryOf({}, board)).bandwidthBasis).toBeUndefined();
    expect(timed).toEqual([]);
    expect((await memoryOf({ measure: true }, board)).bandwidthBasis).toBe('measured');
  });

  it('the RAM of this computer is not timed beside a server on another computer, of which it would say nothing', async () => {
    const { cpu, memory } = emptyMachine();
    const question = { cpu, memory, isInTable: false, isQuiet: true };
    const server = (remote: boolean): OllamaServer => ({
      host: 'http://gpu-box:11434',
      remote,
      version: '0.34.4',
      installed: [],
      loaded: [],
    });
    expect(await ramTimer(io(), 'once', Promise.resolve(server(true)))?.(question)).toBeNull();
    expect(timed).toEqual([]);
    expect(await ramTimer(io(), 'once', Promise.resolve(server(false)))?.(question)).toMatchObject({ threads: 8 });
  });

  it('the RAM of this computer is not timed on a Mac, whose chip the table knows', async () => {
    const mac = { ...io(), system: { ...replay('mac-m4-max-128gb'), homeDir: home } };
    expect((await findMachine({}, mac)).memory.bandwidthBytesPerSecond).toBeGreaterThan(300e9);
    expect(timed).toEqual([]);
  });

  it('the RAM of this computer is never timed for a machine that was named, which keeps what is remembered unless its RAM is stated', async () => {
    const card = { gpu: 'RTX 4060' };
    expect((await memoryOf(card)).bandwidthBytesPerSecond).toBeNull();
    expect(timed).toEqual([]);
    await memoryOf();
    expect(await memoryOf(card)).toMatchObject({ bandwidthBytesPerSecond: 41e9, bandwidthBasis: 'measured' });
    expect((await memoryOf({ ...card, ramBytes: 64 * 2 ** 30 })).bandwidthBytesPerSecond).toBeNull();
    expect(await memoryOf({ ...card, ramBandwidthBytesPerSecond: 60e9 })).not.toHaveProperty('bandwidthBasis');
  });

  it('the RAM of this computer is not timed without a timer: a computer that is only played has none', async () => {
    const { measureRam: _, ...played } = io();
    expect((await findMachine({}, played)).memory.bandwidthBytesPerSecond).toBeNull();
  });

  it('the RAM of this computer is not timed while a probe is still running', async () => {
    const stuck = io();
    const system = { ...stuck.system, run: () => new Promise<never>(() => {}) };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
    try {
      let found: Machine | null = null;
      void findMachine({}, { ...stuck, system }).then((machine) => {
        found = machine;
      });
      // The budget of the probes passes here; what really happens meanwhile (a folder, a server that is not there) has its turns.
      while (found === null) {
        await vi.advanceTimersByTimeAsync(10);
        await new Promise((turn) => setImmediate(turn));
      }
      expect((found as Machine).memory.bandwidthBytesPerSecond).toBeNull();
      expect((found as Machine).warnings).toContainEqual(expect.objectContaining({ code: 'probe-timeout' }));
      expect(timed).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});
