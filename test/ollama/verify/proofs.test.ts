import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineKey, readProof, readProofs, saveProof } from '../../../src/ollama/verify/proofs.ts';
import type { Proof } from '../../../src/ollama/verify/types.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gemma-fit-'));
});
afterEach(() => rm(folder, { recursive: true }));

function proof(tag: string, at: string, tokensPerSecond: number | null = 61): Proof {
  return {
    schemaVersion: '1.0',
    kind: 'gemma-fit-proof',
    tool: { name: 'gemma-fit', version: '0.1.0' },
    at,
    tag,
    base: null,
    server: { host: 'http://127.0.0.1:11434', remote: false, version: '0.40.2' },
    machine: { key: 'rtx-4090', accelerators: [], cpu: null },
    prediction: null,
    measurement: {
      loaded: true,
      loadError: null,
      generateError: null,
      sizeBytes: 1,
      deviceBytes: 1,
      contextTokens: 32_768,
      digest: 'ab',
      baseDigest: null,
      movedBase: null,
      textBytes: null,
      runner: null,
      format: 'gguf',
      driver: null,
      log: null,
      timing: { promptTokens: 1, promptTokensPerSecond: 900, evalTokens: 128, tokensPerSecond, loadMs: 1 },
      garbage: null,
      others: [],
      busy: false,
    },
    findings: [],
    passed: true,
  };
}

describe('proofs', () => {
  it('proofs are kept, one a tag and machine, and read newest first', async () => {
    await saveProof(folder, proof('gemma4:12b', '2026-11-01'));
    await saveProof(folder, proof('gemma4:12b', '2026-11-02', 65));
    await saveProof(folder, proof('gemma4:26b', '2026-11-03'));
    expect(await readdir(join(folder, 'proofs'))).toHaveLength(2);
    const runs = await readProofs(folder, 'rtx-4090');
    expect(runs.map((r) => [r.tag, r.tokensPerSecond])).toEqual([
      ['gemma4:26b', 61],
      ['gemma4:12b', 65],
    ]);
  });

  it('proofs of other machines, without a speed, or broken are passed over', async () => {
    await saveProof(folder, proof('gemma4:12b', '2026-11-01'));
    await saveProof(folder, proof('gemma4:26b', '2026-11-01', null));
    await writeFile(join(folder, 'proofs', 'x.json'), '{"kind":"gemma-fit-proof"');
    await writeFile(join(folder, 'proofs', 'y.json'), 'null');
    expect(await readProofs(folder, 'rtx-4090')).toHaveLength(1);
    expect(await readProofs(folder, 'other')).toEqual([]);
    expect(await readProofs(null, 'rtx-4090')).toEqual([]);
  });

  it('proofs of a remote server are not of this machine', () => {
    const p = proof('a', 'b');
    const text = JSON.stringify({ ...p, server: { ...p.server, remote: true } });
    expect(readProof(text, 'rtx-4090')).toBeNull();
  });

  it('proofs that cannot be saved are no reason to fail', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await saveProof(join(folder, 'file'), proof('a', 'b'))).toBeNull();
    expect(await saveProof(null, proof('a', 'b'))).toBeNull();
  });

  it('proofs name a machine by its parts', () => {
    expect(machineKey({ accelerators: ['NVIDIA GeForce RTX 4090'], cpu: 'AMD Ryzen 9' })).toBe(
      'nvidia-geforce-rtx-4090+amd-ryzen-9',
    );
  });
});
