import { describe, expect, it, onTestFinished } from 'vitest';
import { planRequestOf, verifyDeps } from '../../src/commands/dependencies.ts';
import { connectServer } from '../../src/commands/server.ts';
import { planFor } from '../../src/ollama/pull/plan.ts';
import { candidate, rtx4090 } from '../advice/case.ts';
import { startFakeOllama } from '../fake-ollama/index.ts';
import { replay } from '../machine/replay.ts';
import { commandIo } from '../ollama/command-io.ts';
import { model12b, shown26b } from '../ollama/models.ts';

const mib = 2 ** 20;
const totalMib = 24_564;
const reservedMib = 411;

/** What verify expects of a split model on a 4090 with so much free, while Ollama holds another model on it. */
async function predicted({ freeMib, heldMib }: { freeMib: number; heldMib: number }) {
  const server = await startFakeOllama({ models: [shown26b, { ...model12b, sizeBytes: heldMib * mib }] });
  onTestFinished(() => server.close());
  const { io } = await commandIo(server.host);
  if (heldMib > 0) await load(server.host, model12b.name);
  const system = replay('linux-rtx-4090', {
    env: { OLLAMA_HOST: server.host },
    nvidiaCsv: [
      'index, uuid, pci.bus_id, memory.total, memory.reserved, memory.used, memory.free, compute_cap, driver_version, name',
      `0, GPU-1, 00000000:01:00.0, ${totalMib}, ${reservedMib}, ${totalMib - reservedMib - freeMib}, ${freeMib}, 8.9, 560.35.03, RTX 4090`,
    ].join('\n'),
  });
  const deps = await verifyDeps({ ...io, system }, new AbortController().signal);
  return deps.predict(shown26b.name, await connectServer(io, AbortSignal.timeout(10_000)));
}

const load = (host: string, model: string) =>
  fetch(`http://${host}/api/generate`, { method: 'POST', body: JSON.stringify({ model, stream: false }) });

/** What verify expects of a tag with these parameters on a 4090, where the service of Ollama has these settings. */
async function expectedOf(parameters: Record<string, number>, environment: readonly string[] = []) {
  const model = { ...shown26b, name: 'my-26b:latest', parameters };
  const server = await startFakeOllama({ models: [model] });
  onTestFinished(() => server.close());
  const { io } = await commandIo(server.host);
  const machine = replay('linux-rtx-4090', { env: { OLLAMA_HOST: server.host } });
  const unit = ['[Service]', ...environment.map((setting) => `Environment="${setting}"`)].join('\n');
  const read: typeof machine.read = async (path, most) =>
    path === '/etc/systemd/system/ollama.service' ? unit : machine.read(path, most);
  const deps = await verifyDeps({ ...io, system: { ...machine, read } }, new AbortController().signal);
  return deps.predict(model.name, await connectServer(io, AbortSignal.timeout(10_000)));
}

describe('what verify expects', () => {
  it('what verify expects is the context that the tag carries', async () => {
    expect(await expectedOf({ num_ctx: 8192 })).toMatchObject({ contextTokensPerSequence: 8192 });
    expect(await expectedOf({ num_ctx: 16_384 })).toMatchObject({ contextTokensPerSequence: 16_384 });
  });

  it('what verify expects is the placement that the tag fixes, and what Ollama does by itself where it fixes none', async () => {
    expect(await expectedOf({ num_ctx: 8192, num_gpu: 10 })).toMatchObject({ mode: 'split', gpuLayers: 10 });
    expect(await expectedOf({ num_ctx: 8192, num_gpu: 0 })).toMatchObject({ mode: 'cpu', gpuLayers: 0 });
    const plain = await expectedOf({ num_ctx: 8192 });
    expect(plain?.gpuLayers).toBeGreaterThan(10);
    expect(await expectedOf({ num_ctx: 8192, num_gpu: -1, main_gpu: 0 })).toEqual(plain);
  });

  it('what verify expects is with the cache type and the parallel requests that the service was told', async () => {
    const plain = await expectedOf({ num_ctx: 8192 });
    const small = await expectedOf({ num_ctx: 8192 }, ['OLLAMA_KV_CACHE_TYPE=q8_0', 'OLLAMA_FLASH_ATTENTION=1']);
    const four = await expectedOf({ num_ctx: 8192 }, ['OLLAMA_NUM_PARALLEL=4']);
    const cacheOf = (prediction: typeof plain) =>
      (prediction?.device.kvCacheBytes ?? 0) + (prediction?.host.kvCacheBytes ?? 0);
    expect(cacheOf(small)).toBeLessThan(0.6 * cacheOf(plain));
    expect(cacheOf(four)).toBeGreaterThan(1.5 * cacheOf(plain));
    expect(four).toMatchObject({ contextTokensPerSequence: 8192 });
  });

  it('what verify expects counts memory that Ollama holds as free, once: verify unloads it first', async () => {
    const free = await predicted({ freeMib: 14_000, heldMib: 0 });
    const held = await predicted({ freeMib: 8000, heldMib: 6000 });
    expect(free).toMatchObject({ mode: 'split' });
    expect(held).toEqual(free);
    expect(await predicted({ freeMib: 8000, heldMib: 0 })).not.toEqual(free);
  });
});

describe('what pull asks to be set on the server', () => {
  const settings = (build: string, contextTokensTotal: number) => {
    const found = candidate(rtx4090(), build, { contextTokensTotal });
    const plan = planFor(found, planRequestOf(found));
    return { verdict: found.verdict, gpuLayers: plan.gpuLayers, variables: plan.settings.map((one) => one.variable) };
  };

  it('what pull asks to be set on the server is no other reserve where the tag fixes the number of layers: llama.cpp then fits nothing, so nothing would read it', () => {
    const { verdict, gpuLayers, variables } = settings('31b-it-q4_K_M', 49_152);
    expect(verdict).toBe('split');
    expect(gpuLayers).toBeGreaterThan(0);
    expect(variables).not.toContain('LLAMA_ARG_FIT_TARGET');
  });

  it('what pull asks to be set on the server is the smaller reserve where llama.cpp fits a split by itself', () => {
    const { verdict, gpuLayers, variables } = settings('26b-a4b-it-q8_0', 32_768);
    expect(verdict).toBe('split');
    expect(gpuLayers).toBeUndefined();
    expect(variables).toContain('LLAMA_ARG_FIT_TARGET');
  });
});
