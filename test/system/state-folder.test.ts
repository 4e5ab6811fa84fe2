import { describe, expect, it } from 'vitest';
import { stateFolder } from '../../src/system/state-folder.ts';

describe('the state folder', () => {
  it.each([
    ['linux', { XDG_STATE_HOME: '/s' }, '/s/gemma-fit'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/me/.local/state/gemma-fit'],
    ['linux', {}, '/home/me/.local/state/gemma-fit'],
    ['darwin', {}, '/home/me/Library/Application Support/gemma-fit'],
    ['win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\L\\gemma-fit'],
  ] as const)('%s %j: %s', (platform, env, folder) => {
    expect(stateFolder({ platform, env, homeDir: '/home/me' })).toBe(folder);
  });

  it('the state folder is null without a home', () => {
    expect(stateFolder({ platform: 'linux', env: {}, homeDir: null })).toBeNull();
  });
});
