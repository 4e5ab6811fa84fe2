import { describe, expect, it } from 'vitest';
import { ollamaService } from '../../../src/machine/host/ollama-service.ts';
import { probeMachine } from '../../../src/machine/probe.ts';
import { probes } from '../../../src/machine/probes/index.ts';
import { fakeSystem } from '../replay.ts';

const unit = '/etc/systemd/system/ollama.service';
const dropIn = '/etc/systemd/system/ollama.service.d';

async function environment(files: Record<string, string>) {
  const service = await ollamaService(fakeSystem({ files }));
  return service && Object.fromEntries([...service.environment].map(([name, { value }]) => [name, value]));
}

describe('the environment of the Ollama service', () => {
  it.each([
    ['Environment="A=1"', { A: '1' }],
    ['Environment=A=1 B=2', { A: '1', B: '2' }],
    ['Environment="A=1" \'B=two words\'', { A: '1', B: 'two words' }],
    ['Environment=A="x"', { A: 'x' }],
    ['Environment=A=1\nEnvironment=A=2', { A: '2' }],
    ['Environment=A=1\nEnvironment=', {}],
    ['# Environment="A=1"', {}],
    ['Environment="A=1" \\\n  "B=2" \\\n# between\n  C=3\nEnvironment=D=4', { A: '1', B: '2', C: '3', D: '4' }],
    ['# a comment does not go on \\\nEnvironment=A=1', { A: '1' }],
    ['Environment=PATH', {}],
  ])('%j', async (lines, expected) => {
    expect(await environment({ [unit]: `[Service]\n${lines}\n` })).toEqual(expected);
  });

  it('drop-ins come after the unit, in the order of their names, and environment files last', async () => {
    expect(
      await environment({
        [unit]: 'Environment=A=unit B=unit C=unit\nEnvironmentFile=-/etc/default/ollama\n',
        [`${dropIn}/20.conf`]: 'Environment=B=twenty\n',
        [`${dropIn}/10.conf`]: 'Environment=B=ten\n',
        '/etc/default/ollama': '# text\nC="file"\n',
      }),
    ).toEqual({ A: 'unit', B: 'twenty', C: 'file' });
  });

  it('drop-ins are ordered by name over all folders, and one in /etc replaces its namesake', async () => {
    const vendor = '/usr/lib/systemd/system/ollama.service.d';
    expect(
      await environment({
        [unit]: '[Service]\n',
        [`${vendor}/50.conf`]: 'Environment=A=vendor B=vendor\n',
        [`${dropIn}/10.conf`]: 'Environment=A=ten\n',
        [`${vendor}/20.conf`]: 'Environment=C=vendor D=vendor\n',
        [`${dropIn}/20.conf`]: 'Environment=C=own\n',
      }),
    ).toEqual({ A: 'vendor', B: 'vendor', C: 'own' });
  });

  it('the environment of the Ollama service: without a unit there is none', async () => {
    expect(await environment({})).toBeNull();
    expect(await ollamaService(fakeSystem({ platform: 'darwin', files: { [unit]: 'User=x' } }))).toBeNull();
  });
});

describe('what the service is told decides, not what this shell has', () => {
  const csv =
    'index, memory.total, memory.used, memory.free, driver_version, name, uuid\n0, 24576, 1, 24000, 570.1, NVIDIA RTX A5000, GPU-1-1\n';
  const machine = (env: Record<string, string>, lines: string) =>
    probeMachine(fakeSystem({ env, nvidiaCsv: csv, files: { [unit]: `[Service]\n${lines}\n` } }), {
      budgetMs: 15_000,
      probes: { nvidia: probes.nvidia },
    });

  it('what the service is told decides, not what this shell has hides a card that the service does not see, and shows where that is set', async () => {
    const { accelerators, evidence } = await machine({}, 'Environment="CUDA_VISIBLE_DEVICES=-1"');
    expect(accelerators).toMatchObject([{ usable: false, reason: { code: 'device-hidden' } }]);
    expect(evidence).toContainEqual(
      expect.objectContaining({ subject: 'server.CUDA_VISIBLE_DEVICES', value: '-1', source: unit }),
    );
  });

  it('what the service is told decides, not what this shell has goes over a variable of this shell', async () => {
    const { accelerators } = await machine({ CUDA_VISIBLE_DEVICES: '' }, 'Environment="CUDA_VISIBLE_DEVICES=0"');
    expect(accelerators).toMatchObject([{ usable: true }]);
  });

  it('a variable of this shell that the service does not set is none of the server’s', async () => {
    const { accelerators } = await machine({ CUDA_VISIBLE_DEVICES: '-1' }, 'User=ollama');
    expect(accelerators).toMatchObject([{ usable: true }]);
  });

  it('what the service is told decides, not what this shell has: without a service this shell’s variable counts', async () => {
    const system = fakeSystem({ env: { CUDA_VISIBLE_DEVICES: '-1' }, nvidiaCsv: csv });
    const { accelerators } = await probeMachine(system, { budgetMs: 15_000, probes: { nvidia: probes.nvidia } });
    expect(accelerators).toMatchObject([{ usable: false }]);
  });
});

describe('settings of the service that change sizes or places', () => {
  const told = async (lines: string) => {
    const machine = await probeMachine(
      fakeSystem({ files: { [`${dropIn}/gemma-fit.conf`]: `[Service]\n${lines}\n`, [unit]: '[Service]\n' } }),
    );
    return machine.warnings.flatMap((finding) => (finding.code === 'server-setting' ? [finding] : []));
  };

  it.each([
    ['OLLAMA_KV_CACHE_TYPE=q8_0', 'cache-type'],
    ['OLLAMA_NUM_PARALLEL=4', 'parallel'],
    ['LLAMA_ARG_FIT_TARGET=1533', 'fit-target'],
    ['LLAMA_ARG_SWA_FULL=1', 'swa-full'],
    ['OLLAMA_FLASH_ATTENTION=false', 'flash-attention'],
  ])('%s is told with its file', async (setting, kind) => {
    const [variable, value] = setting.split('=');
    expect(await told(`Environment="${setting}"`)).toEqual([
      { code: 'server-setting', setting: kind, variable, value, source: `${dropIn}/gemma-fit.conf` },
    ]);
  });

  it('settings of the service that change sizes or places are not told where they say what is counted anyway', async () => {
    const usual = [
      'OLLAMA_KV_CACHE_TYPE=f16',
      'OLLAMA_NUM_PARALLEL=1',
      'LLAMA_ARG_SWA_FULL=0',
      'OLLAMA_FLASH_ATTENTION=1',
    ];
    expect(await told(usual.map((setting) => `Environment="${setting}"`).join('\n'))).toEqual([]);
  });
});
