import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../../src/advice/check.ts';
import { candidateNamed } from '../../../src/advice/select.ts';
import { planFor, predictionOf } from '../../../src/ollama/pull/plan.ts';
import { gib, gpu, machine as machineOf } from '../../advice/machines.ts';

const machine = machineOf([gpu({ totalBytes: 24 * gib, freeBytes: 23 * gib })]);

const candidate = (change: object) => {
  const request = { ...openRequest, vision: false, ollamaVersion: '0.40.2', ...change };
  const found = checkMachine(machine, request, { version: 'test', dataAgeDays: 0 }).candidates.find(
    (c) => c.variant === '12b' && c.quantization === 'Q4_K_M',
  );
  if (!found) throw new Error('no 12b');
  return found;
};

describe('the choice that a candidate stands for', () => {
  it('the choice that a candidate stands for names the device that Ollama would not choose by itself, where any number means the same', () => {
    const plain = candidate({});
    const onOne = { ...plain, reasons: [...plain.reasons, { code: 'needs-main-gpu' as const, device: 'RTX 4090' }] };
    expect(planFor(onOne, { devicesAlike: true }).mainGpu).toBe(0);
    expect(planFor(onOne, { devicesAlike: false })).not.toHaveProperty('mainGpu');
    expect(planFor(plain, { devicesAlike: true })).not.toHaveProperty('mainGpu');
  });

  it('the choice that a candidate stands for has the known problem that stops what would fit, and none where memory is too small', () => {
    // A card of compute capability 5.2 has no flash attention in Ollama, and a quantized cache needs it (data/runtimes.json).
    const [card] = machine.accelerators;
    const old = { ...machine, accelerators: card ? [{ ...card, architecture: '5.2' }] : [] };
    const blocked = candidateNamed(old, { ...openRequest, kvType: 'q8_0' }, 'gemma4:12b-it-q4_K_M');
    expect(planFor(blocked).fit).toMatchObject({
      verdict: 'no',
      blocker: { text: expect.stringContaining('V cache') },
    });
    const tooBig = candidateNamed({ ...old, memory: { ...old.memory, availableBytes: gib } }, openRequest, '31b:bf16');
    expect(planFor(tooBig).fit).toMatchObject({ verdict: 'no' });
    expect(planFor(tooBig).fit?.blocker).toBeUndefined();
  });

  it('the choice that a candidate stands for has its tag, the context of one sequence, the micro-batch and the card’s sampling', () => {
    const choice = planFor(candidate({ contextTokensTotal: 65_536, sequences: 2, microBatch: 512 }));
    expect(choice).toMatchObject({
      contextTokensPerSequence: 32_768,
      microBatch: 512,
      sampling: { temperature: 1, topK: 64 },
    });
    expect(choice.build).toMatchObject({ tag: expect.stringMatching(/^gemma4:12b/), mlx: false });
    expect(choice.settings.map((s) => s.variable)).toEqual(['OLLAMA_NUM_PARALLEL']);
  });

  it('the choice that a candidate stands for is a tag without the vision encoder where text alone was asked for, with what its copy of the weights takes', () => {
    const text = planFor(candidate({}), { textOnly: true });
    expect(text.textOnly).toBe(true);
    // The file in the library has 7,381,382,048 bytes.
    expect(text.build.copyBytes).toBeCloseTo(7_381_382_048, -4);
    expect(planFor(candidate({}))).not.toHaveProperty('textOnly');
  });

  it('the choice that a candidate stands for says nothing of memory where the server is too old: that is a finding of its own', () => {
    expect(planFor(candidate({ ollamaVersion: '0.19.4' })).fit?.verdict).toBe('unknown');
    expect(planFor(candidate({ contextTokensTotal: 65_536 })).fit?.verdict).toBe('gpu');
  });

  it('the choice that a candidate stands for predicts the parts on the device, and the KV cache that Ollama leaves out of its sum', () => {
    const prediction = predictionOf(candidate({ contextTokensTotal: 32_768, microBatch: 1024 }));
    // Seen with Ollama 0.33.0-rc2: KV 512.00 (full attention) + 640.00 MiB (sliding), compute 310.04 MiB.
    expect(prediction?.fullKvBytes).toBe(512 * 1024 ** 2);
    expect(prediction?.device.kvCacheBytes).toBe(1152 * 1024 ** 2);
    expect(prediction?.device.computeBytes).toBeCloseTo(310.04 * 1024 ** 2, -4);
    expect(prediction?.textBytes).toBe(7_365_559_808);
    expect(prediction?.mode).toBe('full');
  });
});
