import { describe, expect, it } from 'vitest';
import { folderOfModelfile, freeBytesOf, missingBytes, modelsFolder } from '../../../src/ollama/pull/models-folder.ts';

const hex = 'ab'.repeat(32);

function system(files: Record<string, string>, over: object = {}) {
  const paths = Object.keys(files);
  return {
    platform: 'linux' as NodeJS.Platform,
    env: {},
    homeDir: '/home/me',
    exists: async (path: string) => paths.some((p) => p === path || p.startsWith(`${path}/`)),
    list: async (path: string) => paths.filter((p) => p.startsWith(`${path}/`)).map((p) => p.slice(path.length + 1)),
    read: async (path: string) => files[path] ?? null,
    space: async (path: string) => (path === '/' ? { totalBytes: 2, freeBytes: 1, typeId: 0 } : null),
    ...over,
  };
}

describe('the models folder', () => {
  it('is read from a modelfile', () => {
    expect(folderOfModelfile(`# x\nFROM /data/models/blobs/sha256-${hex}\nTEMPLATE {{ .Prompt }}`)).toBe(
      '/data/models',
    );
    expect(folderOfModelfile(`FROM C:\\Users\\me\\.ollama\\models\\blobs\\sha256-${hex}`)).toBe(
      'C:\\Users\\me\\.ollama\\models',
    );
    expect(folderOfModelfile('FROM gemma4:12b')).toBeNull();
  });

  it('of a container is not this computer’s', async () => {
    const told = `FROM /root/.ollama/models/blobs/sha256-${hex}`;
    expect(await modelsFolder(system({ '/home/me/.ollama/models/blobs/x': '' }), told)).toBeNull();
  });

  it('is OLLAMA_MODELS, the service’s, or the one at home, whichever is there', async () => {
    const home = { '/home/me/.ollama/models/blobs/x': '' };
    const service = { '/usr/share/ollama/.ollama/models/blobs/x': '' };
    expect(await modelsFolder(system(home), null)).toBe('/home/me/.ollama/models');
    expect(await modelsFolder(system({ ...home, ...service }), null)).toBe('/usr/share/ollama/.ollama/models');
    const env = { OLLAMA_MODELS: '/big' };
    expect(await modelsFolder(system({ ...home, '/big/blobs/x': '' }, { env }), null)).toBe('/big');
    expect(await modelsFolder(system({ '/usr/share/ollama/x': '' }), null)).toBe('/usr/share/ollama/.ollama/models');
    expect(await modelsFolder(system({}), null)).toBeNull();
  });

  it('has the free space of its nearest parent that can be read', async () => {
    expect(await freeBytesOf(system({}), '/usr/share/ollama/.ollama/models')).toBe(1);
  });

  it('counts whole blobs and finished pieces as there', async () => {
    const at = '/m/blobs/sha256-';
    const files = {
      [`${at}${'aa'.repeat(32)}`]: '',
      [`${at}${'bb'.repeat(32)}-partial`]: '',
      [`${at}${'bb'.repeat(32)}-partial-0`]: '{"N":0,"Offset":0,"Size":60,"Completed":60}',
      [`${at}${'bb'.repeat(32)}-partial-1`]: '{"N":1,"Offset":60,"Size":40,"Completed":5}',
    };
    const layer = (pair: string, sizeBytes: number) => ({ digest: `sha256:${pair.repeat(32)}`, sizeBytes });
    expect(await missingBytes(system(files), '/m', [layer('aa', 7), layer('bb', 100), layer('cc', 9)])).toBe(35 + 9);
  });
});
