import { describe, expect, it } from 'vitest';
import { folderOfModelfile, modelsFolder } from '../../../src/machine/host/models-folder.ts';
import { type FakeFacts, fakeSystem } from '../replay.ts';

const hex = 'ab'.repeat(32);
const unit = (lines: string) => ({ '/etc/systemd/system/ollama.service': `[Service]\n${lines}\n` });
const dropIn = '/etc/systemd/system/ollama.service.d/override.conf';
const at = async (facts: Partial<FakeFacts>, modelfile: string | null = null) =>
  (await modelsFolder(fakeSystem(facts), modelfile))?.path ?? null;

describe('the models folder', () => {
  it.each([
    [`# x\nFROM /data/models/blobs/sha256-${hex}\nTEMPLATE {{ .Prompt }}`, '/data/models'],
    [`FROM C:\\Users\\me\\.ollama\\models\\blobs\\sha256-${hex}`, 'C:\\Users\\me\\.ollama\\models'],
    ['FROM gemma4:12b', null],
  ])('the models folder is read from a modelfile: %j', (modelfile, folder) => {
    expect(folderOfModelfile(modelfile)).toBe(folder);
  });

  it('the models folder is what the server itself says, before any setting', async () => {
    const files = { '/mnt/a/blobs/x': '', ...unit('Environment=OLLAMA_MODELS=/mnt/b') };
    const facts = { files, env: { OLLAMA_MODELS: '/mnt/c' } };
    expect(await at(facts, `FROM /mnt/a/blobs/sha256-${hex}`)).toBe('/mnt/a');
  });

  it('the models folder of a container is not on this computer', async () => {
    const files = { '/home/alice/.ollama/models/blobs/x': '' };
    expect(await at({ files }, `FROM /root/.ollama/models/blobs/sha256-${hex}`)).toBeNull();
  });

  it('the models folder that the settings name may be closed to this user', async () => {
    const told = `FROM /usr/share/ollama/.ollama/models/blobs/sha256-${hex}`;
    expect(await at({ files: unit('User=ollama') }, told)).toBe('/usr/share/ollama/.ollama/models');
  });

  it.each([
    ['its setting', unit('User=ollama\nEnvironment=OLLAMA_MODELS=/srv/models'), '/srv/models'],
    [
      'its drop-in',
      { ...unit('User=ollama'), [dropIn]: '[Service]\nEnvironment="A=1" "OLLAMA_MODELS=/mnt/m"\n' },
      '/mnt/m',
    ],
    ['its HOME', unit('User=ollama\nEnvironment="HOME=/var/lib/ollama"'), '/var/lib/ollama/.ollama/models'],
    [
      'the home of its user',
      { ...unit('User=bob'), '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nbob:x:7:7:Bob:/srv/bob:/bin/sh\n' },
      '/srv/bob/.ollama/models',
    ],
    ['root’s home', unit('User=root'), '/root/.ollama/models'],
    ['the installer’s home where nothing else is said', unit('User=ollama'), '/usr/share/ollama/.ollama/models'],
  ])('the models folder is the service’s: %s', async (_, files, folder) => {
    expect(await at({ files })).toBe(folder);
  });

  it('the models folder without a unit is that of the snap, of the service’s home, or of this user', async () => {
    const home = { '/home/alice/.ollama/models/blobs/x': '' };
    expect(await at({ files: { '/var/snap/ollama/common/models/x': '' } })).toBe('/var/snap/ollama/common/models');
    expect(await at({ files: { ...home, '/usr/share/ollama/.ollama/models/x': '' } })).toContain('/usr/share');
    expect(await at({ files: { ...home, '/usr/share/ollama/x': '' } })).toBe('/home/alice/.ollama/models');
    expect(await at({ files: { '/usr/share/ollama/x': '' } })).toBe('/usr/share/ollama/.ollama/models');
    expect(await at({})).toBe('/home/alice/.ollama/models');
  });

  it('the models folder is only assumed where nothing but the default names it and it is not there', async () => {
    const assumed = async (facts: Partial<FakeFacts>) => (await modelsFolder(fakeSystem(facts)))?.assumed;
    expect(await assumed({})).toBe(true);
    expect(await assumed({ files: { '/home/alice/.ollama/models/x': '' } })).toBe(false);
    expect(await assumed({ files: unit('User=ollama') })).toBe(false);
    expect(await assumed({ env: { OLLAMA_MODELS: '/new' } })).toBe(false);
  });
});
