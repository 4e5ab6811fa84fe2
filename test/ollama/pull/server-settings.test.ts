import { describe, expect, it } from 'vitest';
import { neededSettings, settingLines, type WantedSettings } from '../../../src/ollama/pull/server-settings.ts';

const nothing: WantedSettings = {
  kvType: 'f16',
  kvGainBytes: null,
  sequences: 1,
  fitTargetMiB: null,
  fitTargetGainBytes: null,
  hostMemoryTight: false,
};
const settings = neededSettings({ ...nothing, kvType: 'q8_0', kvGainBytes: 1e9, fitTargetMiB: 1024 });

describe('what only the server can set', () => {
  it('what only the server can set is nothing when its defaults are right', () => {
    expect(neededSettings(nothing)).toEqual([]);
    expect(settingLines([], 'systemd')).toEqual([]);
  });

  it('quantized KV needs flash attention', () => {
    expect(settings.map((s) => `${s.variable}=${s.value}`)).toEqual([
      'OLLAMA_FLASH_ATTENTION=1',
      'OLLAMA_KV_CACHE_TYPE=q8_0',
      'LLAMA_ARG_FIT_TARGET=1024',
    ]);
  });

  it('what only the server can set never is OLLAMA_GPU_OVERHEAD, which does nothing for GGUF', () => {
    const all = neededSettings({ ...nothing, kvType: 'q8_0', sequences: 4, fitTargetMiB: 1024, hostMemoryTight: true });
    expect(all.map((s) => s.variable)).not.toContain('OLLAMA_GPU_OVERHEAD');
  });

  it('what only the server can set is written as exact lines for each way of starting the server', () => {
    const one = neededSettings({ ...nothing, hostMemoryTight: true });
    expect(settingLines(one, 'systemd').join('\n')).toContain(`'Environment="LLAMA_ARG_CACHE_RAM=0"'`);
    expect(settingLines(one, 'launchd')[0]).toBe('launchctl setenv LLAMA_ARG_CACHE_RAM 0');
    expect(settingLines(one, 'windows')[0]).toBe('setx LLAMA_ARG_CACHE_RAM 0');
    expect(settingLines(one, 'docker')[1]).toContain('-e LLAMA_ARG_CACHE_RAM=0 --name ollama');
    expect(settingLines(one, 'shell')).toEqual(['LLAMA_ARG_CACHE_RAM=0 ollama serve']);
  });
});
