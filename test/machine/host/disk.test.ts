import { describe, expect, it } from 'vitest';
import { readDisk } from '../../../src/machine/host/disk.ts';
import { fakeSystem } from '../replay.ts';

const disk = (freeBytes: number) => ({ totalBytes: 1000, freeBytes, typeId: 0 });
const unit = (lines: string) => ({ '/etc/systemd/system/ollama.service': `[Service]\n${lines}\n` });

describe('the disk of the models folder', () => {
  it('the disk of the models folder is that of OLLAMA_MODELS, asked at the nearest folder that exists', async () => {
    const space = { '/data': disk(7), '/': disk(1) };
    const system = fakeSystem({ env: { OLLAMA_MODELS: '"/data/not/yet"' }, space });
    const asked: string[] = [];
    const existing = {
      ...system,
      space: async (path: string) => {
        asked.push(path);
        return path === '/data' ? system.space(path) : null;
      },
    };
    expect(await readDisk(existing)).toEqual({
      path: '/data',
      freeBytes: 7,
      totalBytes: 1000,
      source: 'OLLAMA_MODELS',
    });
    expect(asked).toEqual(['/data/not/yet', '/data/not', '/data']);
  });

  it('the disk of the models folder is the service’s where there is a service: its setting, its user’s home, root’s', async () => {
    const at = async (files: Record<string, string>) => (await readDisk(fakeSystem({ files })))?.path;
    expect(await at(unit('User=ollama'))).toBe('/usr/share/ollama/.ollama/models');
    expect(await at(unit('User=root'))).toBe('/root/.ollama/models');
    expect(await at(unit('Environment=OLLAMA_MODELS=/srv/models'))).toBe('/srv/models');
    const dropIn = '/etc/systemd/system/ollama.service.d/override.conf';
    expect(
      await at({ ...unit('User=ollama'), [dropIn]: '[Service]\nEnvironment="A=1" "OLLAMA_MODELS=/mnt/m"\n' }),
    ).toBe('/mnt/m');
    expect(await at({ ...unit('User=ollama'), [dropIn]: '# Environment="OLLAMA_MODELS=/mnt/m"\n' })).toContain(
      '/usr/share',
    );
  });

  it('the disk of the models folder is the user’s by default, on each platform', async () => {
    expect((await readDisk(fakeSystem()))?.path).toBe('/home/alice/.ollama/models');
    const windows = fakeSystem({ platform: 'win32', homeDir: 'C:\\Users\\alice', space: { 'C:\\': disk(5) } });
    expect(await readDisk(windows)).toMatchObject({ path: 'C:\\Users\\alice\\.ollama\\models', freeBytes: 5 });
    const programs = [{ head: 'launchctl getenv OLLAMA_MODELS', body: '/Volumes/big\n' }];
    expect((await readDisk(fakeSystem({ platform: 'darwin', programs })))?.path).toBe('/Volumes/big');
  });

  it('the disk of the models folder of a user without home cannot be told; of a disk that does not answer neither', async () => {
    expect(await readDisk(fakeSystem({ homeDir: null }))).toBeNull();
    expect(await readDisk(fakeSystem())).toMatchObject({ freeBytes: null, totalBytes: null });
  });
});
