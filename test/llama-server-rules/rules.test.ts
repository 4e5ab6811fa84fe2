import { describe, expect, it } from 'vitest';
import { buildById } from '../../src/data/tables.ts';
import { fitContext, leastFitContext } from '../../src/llama-server-rules/context.ts';
import { decideLoad, offloadDevices } from '../../src/llama-server-rules/decision.ts';
import { deviceName } from '../../src/llama-server-rules/device-name.ts';
import { loadDeviceSets } from '../../src/llama-server-rules/device-sets.ts';
import { fitMargins } from '../../src/llama-server-rules/margin.ts';
import { llamaServerTarget } from '../../src/llama-server-rules/target.ts';
import { shapeOfBuild } from '../../src/model/memory/build-shape.ts';
import { gib, gpu, machine, mib } from '../advice/machines.ts';

const build = buildById('26b-gguf-QAT');
if (build === null) throw new Error('data/builds.json lacks 26b-gguf-QAT');
const built = shapeOfBuild(build);
const extras = { projectorBytes: 1_194_828_160, drafterBytes: 0, oneDeviceOnly: false };
const pair = llamaServerTarget(machine([gpu(), gpu({ id: 'nvidia:1', freeBytes: 12 * gib })]));

describe('a llama-server by itself', () => {
  it('a llama-server by itself takes all GPUs of its backend, where Ollama would take one that is enough', () => {
    expect(decideLoad(pair, built)?.devices.map(({ id }) => id)).toEqual(['nvidia:0', 'nvidia:1']);
  });

  it('a llama-server by itself leaves a GPU that shares the RAM alone beside one that does not, and uses it otherwise', () => {
    const shared = gpu({ id: 'intel:0', kind: 'integrated', backend: 'vulkan' });
    const card = gpu({ id: 'amd:0', backend: 'vulkan' });
    const ids = (on: ReturnType<typeof machine>) => offloadDevices(llamaServerTarget(on)).map(({ id }) => id);
    expect(ids(machine([shared, card]))).toEqual(['amd:0']);
    expect(ids(machine([shared]))).toEqual(['intel:0']);
  });

  it('a llama-server by itself reads prompts 512 tokens at a time, whatever the context, and guesses nothing before it loads', () => {
    for (const on of [pair, llamaServerTarget(machine())])
      expect(decideLoad(on, built)).toMatchObject({ microBatch: 512, predictedBytes: null, mmapOff: null });
  });

  it('a llama-server by itself uses a GPU that Ollama leaves out by its own choice, and gets nothing of what Ollama’s models hold', () => {
    const dropped = gpu({ kind: 'integrated', usable: false, reason: { code: 'integrated-dropped', variable: 'X' } });
    const loaded = [{ name: 'gemma4:e2b', sizeBytes: 4 * gib, deviceBytes: 4 * gib, contextTokens: 4096 }];
    const ollama = { host: '', remote: false, version: '0.33.0', installed: [], loaded };
    expect(llamaServerTarget(machine([dropped])).groups).toHaveLength(1);
    const [[held] = []] = llamaServerTarget(
      machine([gpu({ totalBytes: 24 * gib, freeBytes: 20 * gib })], { ollama }),
    ).groups;
    expect(held?.freeBytes).toBe(20 * gib);
  });
});

describe('what a llama-server keeps free', () => {
  const margins = (home: 'device' | 'ram' | 'none', devices: number) =>
    fitMargins(extras.projectorBytes, home, devices, { platform: 'linux', scratchBytes: 100 * mib }).map(
      ({ marginBytes }) => marginBytes,
    );

  it('what a llama-server keeps free is 1024 MiB on every device, and beside it the vision encoder once, on the first', () => {
    expect(margins('none', 2)).toEqual([gib, gib]);
    expect(margins('device', 2)).toEqual([gib + extras.projectorBytes + 100 * mib, gib]);
  });

  it('what a llama-server keeps free is not more where the encoder is in RAM', () =>
    expect(margins('ram', 1)).toEqual([gib]));
});

describe('the sets of devices that it may be told to use', () => {
  const ways = (change = {}) =>
    loadDeviceSets(pair, { devices: pair.groups[0] ?? [] }, { ...extras, ...change }).map(
      ({ how, projector, slots }) => `${how} ${projector} ${slots.length}`,
    );

  it('the sets of devices that it may be told to use are all of them, then the best alone; the encoder in RAM comes last', () => {
    expect(ways()).toEqual(['plain device 2', 'main-gpu device 1', 'plain ram 2', 'main-gpu ram 1']);
  });

  it('the sets of devices that it may be told to use leave the encoder on the device where images are wanted, and E2B and E4B on one', () => {
    expect(ways({ imagesWanted: true })).toEqual(['plain device 2', 'main-gpu device 1']);
    expect(ways({ oneDeviceOnly: true, projectorBytes: 0 })).toEqual(['main-gpu none 1']);
  });
});

describe('the name of one device', () => {
  it('the name of one device is ggml’s, with CUDA told to count by the bus where cards differ', () => {
    const [devices = []] = llamaServerTarget(
      machine([gpu({ name: 'RTX 3060', freeBytes: 12 * gib }), gpu({ id: 'nvidia:1', name: 'RTX 3090' })]),
    ).groups;
    const names = devices.map((device) => deviceName(devices, device));
    expect(names).toContainEqual({ name: 'CUDA1', environment: ['CUDA_DEVICE_ORDER=PCI_BUS_ID'] });
    const [alike = []] = pair.groups;
    expect(alike.map((device) => deviceName(alike, device).environment)).toEqual([[], []]);
  });
});

describe('the context where none is set', () => {
  const fit = (freeGiB: number[], perTokenBytes = 100_000) =>
    fitContext({
      trainedTokens: 131_072,
      usedBytes: (tokens) => freeGiB.map(() => (4 * gib + tokens * perTokenBytes) / freeGiB.length),
      freeBytes: freeGiB.map((size) => size * gib),
      marginBytes: freeGiB.map(() => gib),
      layerBytes: 100 * mib,
      experts: false,
    });

  it('the context where none is set is the trained one where that leaves the margin', () =>
    expect(fit([24])).toBe(131_072));

  it('else as much as leaves it, in steps of 256', () => {
    const tokens = fit([8]);
    expect(tokens % 256).toBe(0);
    expect(4 * gib + tokens * 100_000).toBeLessThanOrEqual(7 * gib);
    expect(4 * gib + (tokens + 512) * 100_000).toBeGreaterThan(7 * gib);
  });

  it('the context where none is set is 4096 where the model itself does not fit, and a little less over several devices than over one', () => {
    expect(fit([4])).toBe(leastFitContext);
    // Two margins, and a layer and a half that cannot be divided.
    expect(fit([4.5, 4.5])).toBe(fit([8 - 150 / 1024]));
  });
});
