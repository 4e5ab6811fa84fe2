import { describe, expect, it } from 'vitest';
import { runtimes } from '../../src/data/runtimes.ts';
import { accelerator } from '../../src/machine/probes/shared/report.ts';
import type { Accelerator, Platform } from '../../src/machine/types.ts';
import { usability } from '../../src/machine/usability.ts';

function decided(about: Partial<Accelerator>, platform: Platform = 'linux', env: Record<string, string> = {}) {
  const device = accelerator({
    id: 'gpu:0',
    vendor: 'nvidia',
    name: 'a GPU',
    kind: 'discrete',
    backend: 'cuda',
    source: 'a test',
    confidence: 'measured',
    ...about,
  });
  return usability(device, { platform, env, stacks: runtimes.stacks });
}

const nvidia = (architecture: string | null, driverVersion: string | null) => ({ architecture, driverVersion });
const amd = (architecture: string | null, kind: Accelerator['kind'] = 'discrete') =>
  ({ vendor: 'amd', backend: 'rocm', architecture, kind }) as const;

describe('what Ollama would do with an NVIDIA device', () => {
  it.each([
    ['Ada', '8.9', '550.54.14'],
    ['Blackwell', '12.0', '570.86.10'],
    ['Pascal with the driver that it needs', '6.1', '570.86.10'],
    ['Turing on the floor', '7.5', '550.0'],
    ['Orin, whose JetPack driver counts otherwise', '8.7', '540.3.0'],
  ])('%s: uses it', (_, architecture, driver) => {
    expect(decided(nvidia(architecture, driver))).toMatchObject({ usable: true, reason: null, backend: 'cuda' });
  });

  it('below 550: the driver is too old; Pascal needs 570', () => {
    expect(decided(nvidia('8.6', '535.183.01')).reason).toMatchObject({ code: 'driver-too-old', required: '550' });
    expect(decided(nvidia('6.1', '560.35.03')).reason).toMatchObject({ code: 'driver-too-old', required: '570' });
  });

  it('Kepler is too old; what is newer than the table cannot be told', () => {
    expect(decided(nvidia('3.7', '570.1')).reason).toMatchObject({ code: 'architecture-unsupported', required: '5.0' });
    expect(decided(nvidia('15.0', '800.1'))).toMatchObject({ usable: null, reason: { code: 'usability-unknown' } });
  });

  it('what Ollama would do with an NVIDIA device: without compute capability or driver version it cannot be told', () => {
    expect(decided(nvidia(null, '570.1'))).toMatchObject({ usable: null, reason: { missing: 'compute capability' } });
    expect(decided(nvidia('8.6', null))).toMatchObject({ usable: null, reason: { missing: 'driver version' } });
  });

  it('a chip that shares RAM is used all the same', () => {
    expect(decided({ ...nvidia('12.1', '580.95'), kind: 'unified' })).toMatchObject({ usable: true });
  });

  it('what Ollama would do with an NVIDIA device keeps the word of a probe that knows why not', () => {
    const reason = { code: 'driver-broken', vendor: 'nvidia', detail: 'mismatch' } as const;
    expect(decided({ ...nvidia('8.6', '570.1'), usable: false, reason })).toMatchObject({ usable: false, reason });
  });
});

describe('what Ollama would do with an AMD device', () => {
  it('what Ollama would do with an AMD device uses ROCm for what its libraries are built for, Vulkan for the rest', () => {
    expect(decided(amd('gfx1100'))).toMatchObject({ usable: true, backend: 'rocm' });
    expect(decided(amd('gfx1031'))).toMatchObject({ usable: true, backend: 'vulkan' });
    expect(decided(amd('gfx90a'), 'win32')).toMatchObject({ usable: true, backend: 'vulkan' });
  });

  it('what Ollama would do with an AMD device leaves integrated ones alone, but not gfx1151, and not with the switch', () => {
    expect(decided(amd('gfx1103', 'integrated')).reason).toMatchObject({ code: 'integrated-dropped' });
    expect(decided(amd('gfx1151', 'unified'))).toMatchObject({ usable: true, backend: 'rocm' });
    const on = { OLLAMA_IGPU_ENABLE: '1' };
    expect(decided(amd('gfx1103', 'integrated'), 'linux', on)).toMatchObject({ usable: true, backend: 'vulkan' });
    expect(decided(amd('gfx1103', 'integrated'), 'linux', { OLLAMA_IGPU_ENABLE: '0' }).usable).toBe(false);
  });

  it('HSA_OVERRIDE_GFX_VERSION makes one target pass for another, and it is said', () => {
    const { usable, backend, notes } = decided(amd('gfx1031'), 'linux', { HSA_OVERRIDE_GFX_VERSION: '10.3.0' });
    expect({ usable, backend }).toEqual({ usable: true, backend: 'rocm' });
    expect(notes).toMatchObject([{ code: 'architecture-overridden', architecture: 'gfx1030' }]);
    expect(decided(amd('gfx900'), 'linux', { HSA_OVERRIDE_GFX_VERSION: '9.0.10' }).notes).toMatchObject([
      { architecture: 'gfx90a' },
    ]);
  });

  it('what Ollama would do with an AMD device: without an LLVM target it cannot be told', () => {
    expect(decided(amd(null))).toMatchObject({ usable: null, reason: { missing: 'LLVM target' } });
  });
});

describe('other devices', () => {
  const arc = { vendor: 'intel', backend: 'vulkan', architecture: null, driverVersion: null } as const;

  it('Arc goes over Vulkan, unless the server has it off', () => {
    expect(decided(arc)).toMatchObject({ usable: true, backend: 'vulkan' });
    expect(decided(arc, 'linux', { OLLAMA_VULKAN: '0' }).reason).toMatchObject({ code: 'backend-disabled' });
  });

  it('Apple Silicon is used; a GPU that nothing drives is not', () => {
    expect(decided({ vendor: 'apple', backend: 'metal', kind: 'unified' }, 'darwin')).toMatchObject({ usable: true });
    expect(decided({ vendor: 'amd', backend: 'none' }, 'darwin').reason).toMatchObject({ code: 'backend-missing' });
  });
});
