import { describe, expect, it } from 'vitest';
import { probeMachine } from '../../../../src/machine/probe.ts';
import { hideFromRocm } from '../../../../src/machine/probes/amd/visible.ts';
import { visibleDevices } from '../../../../src/machine/probes/nvidia/visible.ts';
import { accelerator, newReport } from '../../../../src/machine/probes/shared/report.ts';
import { fakeSystem, replay } from '../../replay.ts';

const budgetMs = 15_000;
const machine = (name: string, env: Record<string, string>, files: Record<string, string> = {}) => {
  const system = replay(name, { env });
  const read = async (path: string) => files[path] ?? system.read(path);
  return probeMachine({ ...system, read }, { budgetMs });
};
const use = async (...about: Parameters<typeof machine>) =>
  (await machine(...about)).accelerators.map(({ usable, reason }) =>
    reason?.code === 'device-hidden' ? reason.variable : usable,
  );

describe('what hides an AMD card from ROCm', () => {
  const [rocr, hip, ordinal] = ['ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'GPU_DEVICE_ORDINAL'];

  it.each([rocr, hip, ordinal])('%s: the card that it leaves out is hidden, and that is said', async (variable) => {
    const { accelerators, warnings } = await machine('linux-rx-7900-xtx', { [variable]: '-1' });
    const reason = { code: 'device-hidden', device: 'AMD Radeon RX 7900 XTX', variable, value: '-1' };
    expect(accelerators).toMatchObject([{ usable: false, reason }]);
    expect(warnings).toContainEqual(reason);
    expect(await use('linux-rx-7900-xtx', { [variable]: '0' })).toEqual([true]);
    expect(await use('linux-mi300x-two', { [variable]: '1' })).toEqual([variable, true]);
  });

  it('the one counts what the other has left', async () => {
    expect(await use('linux-mi300x-two', { [rocr]: '1', [hip]: '0' })).toEqual([rocr, true]);
    expect(await use('linux-mi300x-two', { [rocr]: '1', [hip]: '1' })).toEqual([rocr, hip]);
  });

  it('a UUID is the card’s unique id; where that is not known it hides nothing', async () => {
    const ids = {
      '/sys/class/drm/card1/device/unique_id': '1c8df2be74a03b15\n',
      '/sys/class/drm/card9/device/unique_id': '2c8df2be74a03b15\n',
    };
    expect(await use('linux-mi300x-two', { [rocr]: 'GPU-2c8df2be74a03b15' }, ids)).toEqual([rocr, true]);
    expect(await use('linux-mi300x-two', { [rocr]: 'GPU-2c8df2be74a03b15' })).toEqual([true, true]);
  });

  it.each(['', 'all', '-', 'GPU-', '\u0000,'])('%j is no number and no UUID, and hides nothing', async (value) => {
    expect(await use('linux-mi300x-two', { [rocr]: value, [hip]: value, [ordinal]: value })).toEqual([true, true]);
  });

  it('the numbers of ROCm’s variables count in the order of KFD’s nodes', () => {
    const report = newReport();
    for (const id of ['amd:card0', 'amd:card1']) {
      const [source, confidence] = ['a test', 'measured'] as const;
      const about = { id, vendor: 'amd', name: id, kind: 'discrete', backend: 'rocm', source, confidence } as const;
      report.accelerators.push(accelerator(about));
    }
    const nodes = new Map(Object.entries({ 'amd:card0': 10, 'amd:card1': 9 }));
    hideFromRocm(report, { env: { [hip]: '0' } }, nodes);
    expect(report.accelerators.map(({ usable }) => usable)).toEqual([false, null]);
  });

  it('what hides an AMD card from ROCm holds on Windows', async () => {
    expect(await use('windows-rx-7900-xt', { [hip]: '-1' })).toContain(hip);
  });

  it('what hides an AMD card from ROCm does not count for cards of others', async () => {
    expect(await use('linux-rtx-4090', { [rocr]: '-1', [hip]: '-1', [ordinal]: '-1' })).toEqual([true]);
  });
});

describe('GGML_VK_VISIBLE_DEVICES', () => {
  const variable = 'GGML_VK_VISIBLE_DEVICES';

  it('GGML_VK_VISIBLE_DEVICES hides what would go over Vulkan', async () => {
    const { accelerators, warnings } = await machine('linux-vulkan-only-card', { [variable]: '-1' });
    expect(accelerators).toMatchObject([{ usable: false, reason: { code: 'device-hidden', variable, value: '-1' } }]);
    expect(warnings).toContainEqual(accelerators[0]?.reason);
    expect(warnings.map(({ code }) => code)).not.toContain('free-assumed');
    expect(await use('linux-vulkan-only-card', { [variable]: '0' })).toEqual([true]);
    expect(await use('linux-vulkan-only-card', { [variable]: 'all' })).toEqual([true]);
  });

  it('GGML_VK_VISIBLE_DEVICES hides an AMD card that ROCm’s libraries leave to Vulkan, and none that they do not', async () => {
    expect(await use('linux-rx-580', { [variable]: '-1' })).toEqual([variable]);
    expect(await use('linux-rx-7900-xtx', { [variable]: '-1' })).toEqual([true]);
  });

  it('GGML_VK_VISIBLE_DEVICES counts as vulkaninfo does, where there is one', async () => {
    const device = (index: number, bus: number) =>
      `GPU${index}:\nVkPhysicalDeviceProperties:\n\tvendorID = 0x8086\n\tdeviceID = 0x56a${index}\n\tdeviceType = PHYSICAL_DEVICE_TYPE_DISCRETE_GPU\n\tdeviceName = Intel(R) Arc(TM) A${7 + index}80 Graphics\nVkPhysicalDevicePCIBusInfoPropertiesEXT:\n\tpciDomain = 0\n\tpciBus = ${bus}\n\tpciDevice = 0\n\tpciFunction = 0\n`;
    const card = (number: number, bus: string, id: string) => ({
      [`/sys/class/drm/card${number}/device/vendor`]: '0x8086',
      [`/sys/class/drm/card${number}/device/device`]: id,
      [`/sys/class/drm/card${number}/device/uevent`]: `DRIVER=xe\nPCI_SLOT_NAME=0000:${bus}:00.0\n`,
      [`/sys/class/drm/card${number}/lmem_total_bytes`]: String(16 * 2 ** 30),
    });
    const files = { '/dev/dri/renderD128': '', ...card(0, '03', '0x56a1'), ...card(1, '04', '0x56a0') };
    const programs = [{ head: 'vulkaninfo *', body: device(0, 4) + device(1, 3) }];
    const hidden = async (with_: typeof programs) =>
      (
        await probeMachine(fakeSystem({ files, programs: with_, env: { [variable]: '0' } }), { budgetMs })
      ).accelerators.map(({ id, usable }) => [id, usable]);
    expect(await hidden([])).toEqual([
      ['intel:card0', true],
      ['intel:card1', false],
    ]);
    expect(await hidden(programs)).toEqual([
      ['intel:card0', false],
      ['intel:card1', true],
    ]);
  });
});

it('a list of numbers that is not CUDA’s raises no doubt about the order', () => {
  const devices = ['A', 'B'].map((name, index) => ({ id: name, name, index, uuids: [] }));
  expect(visibleDevices(devices, { HIP_VISIBLE_DEVICES: '1' }, 'HIP_VISIBLE_DEVICES')).toEqual({
    visible: new Set(['B']),
    value: '1',
    findings: [],
  });
});
