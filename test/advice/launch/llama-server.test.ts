import { describe, expect, it } from 'vitest';
import type { CheckRequest } from '../../../src/advice/types.ts';
import { launchLine } from '../../../src/report/launch-line.ts';
import { ask, candidate } from '../case.ts';
import { gib, gpu, machine } from '../machines.ts';

const on = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);
const line = (freeGiB: number, build: string, request: Partial<CheckRequest> = {}) => {
  const { launch } = candidate(on(freeGiB), build, { contextTokensTotal: 32_768, runtime: 'llama.cpp', ...request });
  return launch === undefined ? null : launchLine(launch);
};

describe('the command that starts a llama-server as calculated', () => {
  it('the command that starts a llama-server as calculated names the repository, the context, one slot, and all layers for what fits whole', () => {
    expect(line(24, '12b-gguf-QAT')).toBe(
      'llama-server -hf google/gemma-4-12B-it-qat-q4_0-gguf:Q4_0 -c 32768 -np 1 -ngl 99',
    );
  });

  it('the command that starts a llama-server as calculated says how many layers, and that the vision encoder stays in RAM, for what does not', () => {
    const run = candidate(on(16), '31b-gguf-QAT', { contextTokensTotal: 32_768, runtime: 'llama.cpp' });
    expect(run.placement.mode).toBe('split');
    expect(line(16, '31b-gguf-QAT')).toMatch(`-np 1 -ngl ${run.placement.gpuLayers} --no-mmproj-offload`);
  });

  it('the command that starts a llama-server as calculated says of how many layers the experts stay in RAM', () => {
    const run = candidate(on(12), '26b-gguf-QAT', { contextTokensTotal: 32_768, runtime: 'llama.cpp' });
    expect(run.placement).toMatchObject({ mode: 'split', gpuLayers: 31, totalLayers: 31 });
    expect(line(12, '26b-gguf-QAT')).toMatch(`-ngl 99 --n-cpu-moe ${run.placement.overflowingLayers} `);
  });

  it('the command that starts a llama-server as calculated says so where not all layers fit even without their experts', () => {
    const request = { contextTokensTotal: 262_144, runtime: 'llama.cpp' } as const;
    const { placement } = candidate(on(5), '26b-gguf-QAT', request);
    expect(placement.gpuLayers).toBeLessThan(31);
    expect(line(5, '26b-gguf-QAT', request)).toMatch(`-ngl ${placement.gpuLayers} --n-cpu-moe 30`);
  });

  it.each([
    [{ sequences: 4, contextTokensTotal: 4 * 8192 }, /-c 32768 -np 4 /],
    [{ kvType: 'q8_0' }, / --cache-type-k q8_0 --cache-type-v q8_0$/],
    [{ vision: false }, / --no-mmproj$/],
    [{ microBatch: 1024 }, / -ub 1024$/],
    [{ microBatch: 4096 }, / -b 4096 -ub 4096$/],
  ] as [Partial<CheckRequest>, RegExp][])(
    'the command that starts a llama-server as calculated with %o it has the option for it',
    (request, expected) => {
      expect(line(48, '12b-gguf-QAT', request)).toMatch(expected);
    },
  );

  it('the command that starts a llama-server as calculated uses no GPU that holds nothing, and needs no word about one that is not there', () => {
    expect(line(1, '12b-gguf-QAT')).toMatch(/-np 1 --device none$/);
    const cpu = candidate(machine(), '12b-gguf-QAT', { contextTokensTotal: 4096, runtime: 'llama.cpp' });
    expect(cpu.launch?.flags).toEqual(['-np', '1']);
  });

  it('the command that starts a llama-server as calculated leaves the division over several devices to llama-server’s own fit', () => {
    const pair = machine([gpu({ freeBytes: 12 * gib }), gpu({ id: 'nvidia:1', freeBytes: 6 * gib })]);
    const split = candidate(pair, '31b-gguf-Q8_0', { contextTokensTotal: 8192, runtime: 'llama.cpp' });
    expect([split.placement.mode, split.placement.devices.length]).toEqual(['split', 2]);
    expect(split.launch?.flags.join(' ')).not.toContain('-ngl');
  });

  it('the command that starts a llama-server as calculated is there for the longer context too, laid out for that', () => {
    const { alternatives } = ask(on(24), { runtime: 'llama.cpp' });
    expect(alternatives.longerContext?.launch?.contextTokensTotal).toBe(alternatives.longerContext?.contextTokensTotal);
  });

  it('the command that starts a llama-server as calculated is absent for Ollama, and for what does not run', () => {
    expect(ask(on(24)).candidates.every(({ launch }) => launch === undefined)).toBe(true);
    const small = machine([], { memory: { ...machine().memory, totalBytes: 8 * gib, availableBytes: 6 * gib } });
    expect(candidate(small, '31b-gguf-Q8_0', { runtime: 'llama.cpp' })).toMatchObject({ verdict: 'no' });
    expect(candidate(small, '31b-gguf-Q8_0', { runtime: 'llama.cpp' }).launch).toBeUndefined();
  });
});
