import { describe, expect, it, onTestFinished } from 'vitest';
import { verifyDeps } from '../../src/commands/dependencies.ts';
import { connectServer } from '../../src/commands/server.ts';
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

describe('what verify expects', () => {
  it('counts memory that Ollama holds as free, once: verify unloads it first', async () => {
    const free = await predicted({ freeMib: 14_000, heldMib: 0 });
    const held = await predicted({ freeMib: 8000, heldMib: 6000 });
    expect(free).toMatchObject({ mode: 'split' });
    expect(held).toEqual(free);
    expect(await predicted({ freeMib: 8000, heldMib: 0 })).not.toEqual(free);
  });
});
