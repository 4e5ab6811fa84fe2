import { describe, expect, it } from 'vitest';
import type { Accelerator, OllamaServer } from '../../src/machine/types.ts';
import {
  bestSingle,
  groupsOf,
  heldByOllama,
  heldInRam,
  knownDevices,
  lacksFlashAttention,
  unclearDevices,
} from '../../src/server-rules/devices.ts';
import { appleGpu, gib, gpu, machine, mib } from '../advice/machines.ts';

/** A server that holds one model of 10 GiB, 8 of them on a device. */
function holding(more: Partial<OllamaServer> = {}): OllamaServer {
  const loaded = [{ name: 'gemma4:12b', sizeBytes: 10 * gib, deviceBytes: 8 * gib, contextTokens: 4096 }];
  return { host: 'http://127.0.0.1:11434', remote: false, version: '0.40.2', installed: [], loaded, ...more };
}

const second = (more: Parameters<typeof gpu>[0] = {}) => gpu({ id: 'nvidia:1', ...more });
const free = (accelerators: Accelerator[], ollama: OllamaServer | null = null) =>
  knownDevices(machine(accelerators, { ollama })).map(({ freeBytes }) => freeBytes / gib);
const known = (more: Parameters<typeof gpu>[0]) => {
  const [device] = knownDevices(machine([gpu(more)]));
  if (device === undefined) throw new Error('no device');
  return device;
};

describe('a device that a model may use', () => {
  it('a device that a model may use is one that Ollama uses and whose free memory was read', () => {
    const ids = knownDevices(
      machine([
        gpu({ id: 'a', usable: false }),
        gpu({ id: 'b', usable: null }),
        gpu({ id: 'c', freeBytes: null }),
        gpu({ id: 'd' }),
      ]),
    ).map(({ id }) => id);
    expect(ids).toEqual(['d']);
  });

  it('a device that a model may use offers what is free less what its library takes for itself, and never less than nothing', () => {
    expect(known({ freeBytes: 24 * gib, overheadBytes: 457 * mib }).freeBytes).toBe(24_119 * mib);
    expect(known({ freeBytes: 300 * mib, overheadBytes: 457 * mib }).freeBytes).toBe(0);
  });

  it.each([
    ['discrete', false],
    ['integrated', true],
    ['unified', true],
  ] as const)('a device that a model may use of kind %s shares the memory of the computer: %s', (kind, integrated) => {
    expect(known({ kind }).integrated).toBe(integrated);
  });
});

describe('what Ollama holds on the only device', () => {
  const busy = gpu({ freeBytes: 10 * gib, totalBytes: 24 * gib });

  it('what Ollama holds on the only device counts as free, for Ollama unloads it', () => {
    expect(free([busy], holding())).toEqual([18]);
  });

  it('what Ollama holds on the only device counts so beside a device that Ollama does not use', () => {
    expect(free([busy, second({ usable: false })], holding())).toEqual([18]);
  });

  it('what Ollama holds on the only device never makes more free than the device has', () => {
    expect(free([gpu({ freeBytes: 20 * gib, totalBytes: 24 * gib })], holding())).toEqual([24]);
  });

  it('what Ollama holds on the only device adds nothing where the size of the device is not known', () => {
    expect(free([gpu({ freeBytes: 10 * gib, totalBytes: null })], holding())).toEqual([10]);
  });

  it('what Ollama holds on the only device adds nothing where there are two devices, for nobody says which of them it is on', () => {
    expect(free([busy, second({ freeBytes: 6 * gib, totalBytes: 24 * gib })], holding())).toEqual([10, 6]);
  });

  it('what Ollama holds on the only device adds nothing where the server is another computer', () => {
    expect(free([busy], holding({ remote: true }))).toEqual([10]);
  });
});

describe('what Ollama holds in RAM', () => {
  it.each<[string, Accelerator[], number]>([
    ['beside a card is what does not lie on the card', [gpu()], 2],
    ['without a device is what does not lie on one', [], 2],
    ['beside two cards is what lies on neither', [gpu(), second()], 2],
    ['where the one device shares the RAM is all of it', [appleGpu(48 * gib)], 10],
    [
      'where an unused card is beside the sharing device is all of it',
      [appleGpu(48 * gib), second({ usable: false })],
      10,
    ],
    ['where two devices share the RAM is what lies on neither', [gpu({ kind: 'integrated' }), appleGpu(48 * gib)], 2],
  ])('%s', (_, accelerators, expected) => {
    expect(heldInRam(machine(accelerators, { ollama: holding() })) / gib).toBe(expected);
  });

  it('what Ollama holds in RAM is the sum over all models', () => {
    const model = { name: 'gemma4:e2b', sizeBytes: 5 * gib, deviceBytes: 4 * gib, contextTokens: null };
    const ollama = holding({ loaded: [...holding().loaded, model] });
    expect(heldInRam(machine([gpu()], { ollama })) / gib).toBe(3);
    expect(heldByOllama(machine([gpu()], { ollama })) / gib).toBe(12);
  });

  it('what Ollama holds in RAM is nothing without a server, or with one on another computer', () => {
    expect(heldInRam(machine([gpu()]))).toBe(0);
    expect(heldByOllama(machine([gpu()]))).toBe(0);
    expect(heldInRam(machine([gpu()], { ollama: holding({ remote: true }) }))).toBe(0);
    expect(heldByOllama(machine([gpu()], { ollama: holding({ remote: true }) }))).toBe(0);
  });
});

describe('a device that forbids an answer', () => {
  it('a device that forbids an answer is one of unclear use, or a usable one whose free memory was not read', () => {
    const unclear = unclearDevices(
      machine([
        gpu({ name: 'Good' }),
        gpu({ name: 'Unclear', usable: null, freeBytes: null }),
        gpu({ name: 'Unread', freeBytes: null }),
        gpu({ name: 'Unused', usable: false, freeBytes: null }),
      ]),
    );
    expect(unclear).toEqual([
      { name: 'Unclear', why: 'usability' },
      { name: 'Unread', why: 'memory' },
    ]);
  });
});

describe('the device that is preferred when one is enough', () => {
  const best = (...accelerators: Accelerator[]) => bestSingle(knownDevices(machine(accelerators)))?.id ?? null;
  const [small, large] = [gpu({ id: 'small', freeBytes: 8 * gib }), gpu({ id: 'large', freeBytes: 12 * gib })];

  it('the device that is preferred when one is enough is none where there is no device', () => {
    expect(best()).toBeNull();
  });

  it('the device that is preferred when one is enough is the one with the most free memory', () => {
    expect([best(small, large), best(large, small)]).toEqual(['large', 'large']);
  });

  it('the device that is preferred when one is enough is a card rather than graphics that share a larger RAM', () => {
    const shared = gpu({ id: 'shared', kind: 'integrated', freeBytes: 90 * gib });
    expect([best(small, shared), best(shared, small)]).toEqual(['small', 'small']);
  });

  it('the device that is preferred when one is enough is the larger one of two that share the RAM', () => {
    const [a, b] = [gpu({ id: 'a', kind: 'integrated', freeBytes: gib }), appleGpu(2 * gib, { id: 'b' })];
    expect([best(a, b), best(b, a)]).toEqual(['b', 'b']);
  });

  it('the device that is preferred when one is enough is the first by name of two that are equal, whatever the order they were found in', () => {
    const [a, b] = [gpu({ id: 'a' }), gpu({ id: 'b' })];
    expect([best(a, b), best(b, a)]).toEqual(['a', 'a']);
  });

  it('the device that is preferred when one is enough leaves the list it was given in its order', () => {
    const devices = knownDevices(machine([small, large]));
    bestSingle(devices);
    expect(devices.map(({ id }) => id)).toEqual(['small', 'large']);
  });
});

describe('a group of one library', () => {
  const cuda = gpu({ id: 'cuda', freeBytes: 8 * gib });
  const order = (...accelerators: Accelerator[]) =>
    groupsOf(knownDevices(machine(accelerators))).map((group) => group.map(({ id }) => id).join('+'));

  it('a group of one library has a card as soon as one of its devices is one', () => {
    const shared = gpu({ id: 'shared', backend: 'vulkan', kind: 'integrated', freeBytes: 60 * gib });
    const card = gpu({ id: 'card', backend: 'vulkan', freeBytes: 4 * gib });
    expect(order(cuda, shared, card)).toEqual(['shared+card', 'cuda']);
    expect(order(cuda, shared)).toEqual(['cuda', 'shared']);
  });
});

describe('flash attention', () => {
  it.each([
    ['cuda', '5.2', true],
    ['cuda', '6.0', false],
    ['cuda', '6.1', false],
    ['cuda', '7.0', false],
    ['cuda', '7.2', true],
    ['cuda', '7.5', false],
    ['cuda', '12.0', false],
    ['cuda', null, false],
    ['rocm', 'gfx906', false],
    ['vulkan', '5.2', false],
    ['vulkan', '7.2', false],
  ] as const)('flash attention on %s %s is switched off by Ollama: %s', (backend, architecture, off) => {
    expect(lacksFlashAttention(known({ backend, architecture }))).toBe(off);
  });
});
