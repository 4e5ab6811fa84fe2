import { describe, expect, it } from 'vitest';
import { parseCards } from '../../../../src/machine/probes/nvidia/parse.ts';
import { parseHolders } from '../../../../src/machine/probes/nvidia/processes.ts';
import { queries } from '../../../../src/machine/probes/nvidia/types.ts';
import { visibleDevices } from '../../../../src/machine/probes/nvidia/visible.ts';

const cards = (text: string, asked = queries[0] ?? []) => parseCards(text, asked).cards;
const uuid = 'GPU-11111111-2222-4333-8444-555555555555';

describe('every shape of nvidia-smi’s output', () => {
  it('csv with a header: the header says what the columns are, in any order and with units', () => {
    const text = `timestamp, name, memory.free [MiB], utilization.gpu [%], memory.total [MiB]\n2026/01/02 03:04:05.678, NVIDIA RTX A4000, 15000 MiB, 3 %, 16376 MiB\n`;
    expect(cards(text)).toEqual([{ name: 'NVIDIA RTX A4000', free: '15000 MiB', total: '16376 MiB' }]);
  });

  it('csv without header: the columns are those that were asked for', () => {
    expect(cards('16376, NVIDIA RTX A4000\n', ['memory.total', 'name'])).toEqual([
      { total: '16376', name: 'NVIDIA RTX A4000' },
    ]);
  });

  it('csv of a Jetson, whose UUID has no prefix', () => {
    const row = '0, 54b7e6f2-6b30-5d3b-9e0a-1234567890ab, [N/A], [N/A], [N/A], 540.4.0, Orin (nvgpu)';
    expect(cards(row, queries[2])).toMatchObject([{ name: 'Orin (nvgpu)', driverVersion: '540.4.0' }]);
  });

  it('the table, with a name that is cut, two cards and one in MIG mode', () => {
    const text = `+---------------------------------------------------------------------------------------+
| NVIDIA-SMI 535.183.01             Driver Version: 535.183.01   CUDA Version: 12.2     |
|-----------------------------------------+----------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id        Disp.A | Volatile Uncorr. ECC |
|=========================================+======================+======================|
|   0  NVIDIA GeForce RTX 3080 ...    Off | 00000000:01:00.0  On |                  N/A |
| 30%   45C    P8              22W / 320W |    512MiB / 10240MiB |      2%      Default |
|                                         |                      |                  N/A |
+-----------------------------------------+----------------------+----------------------+
|   1  NVIDIA A30                      On | 00000000:21:00.0 Off |                   On |
| N/A   30C    P0              30W / 165W |      0MiB / 24576MiB |     N/A      Default |
|                                         |                      |              Enabled |
+-----------------------------------------+----------------------+----------------------+
`;
    expect(cards(text)).toEqual([
      {
        index: '0',
        name: 'NVIDIA GeForce RTX 3080 ...',
        busId: '00000000:01:00.0',
        used: '512',
        total: '10240',
        driverVersion: '535.183.01',
      },
      {
        index: '1',
        name: 'NVIDIA A30',
        busId: '00000000:21:00.0',
        used: '0',
        total: '24576',
        mig: 'Enabled',
        driverVersion: '535.183.01',
      },
    ]);
  });

  it('the table of a chip that shares RAM', () => {
    const text = `| NVIDIA-SMI 580.95.05              Driver Version: 580.95.05      CUDA Version: 13.0     |
|   0  NVIDIA GB10                    On  |   0000000F:01:00.0 Off |                  N/A |
| N/A   40C    P8              4W /  N/A  | Not Supported          |      0%      Default |
`;
    expect(cards(text)).toMatchObject([{ name: 'NVIDIA GB10', total: '[N/A]', used: '[N/A]', free: '[N/A]' }]);
  });

  it('the list', () => {
    expect(
      cards(`GPU 0: Tesla T4 (UUID: ${uuid})\nGPU 1: Orin (nvgpu) (UUID: 54b7e6f2-6b30-5d3b-9e0a-1234567890ab)\n`),
    ).toMatchObject([
      { index: '0', name: 'Tesla T4', uuid },
      { index: '1', name: 'Orin (nvgpu)' },
    ]);
  });

  it('the XML report: MIG memory is not taken for the card’s', () => {
    const text = `<nvidia_smi_log><kmd_version>610.62</kmd_version><gpu id="00000000:01:00.0"><product_name>NVIDIA A30</product_name>
<mig_mode><current_mig>Enabled</current_mig></mig_mode>
<mig_devices><mig_device><fb_memory_usage><total>5952 MiB</total><used>1 MiB</used><free>5951 MiB</free></fb_memory_usage></mig_device></mig_devices>
<fb_memory_usage><total>24576 MiB</total><used>10 MiB</used><free>24000 MiB</free></fb_memory_usage></gpu></nvidia_smi_log>`;
    expect(cards(text)).toMatchObject([
      {
        driverVersion: '610.62',
        mig: 'Enabled',
        total: '24576 MiB',
        instances: [{ total: '5952 MiB', free: '5951 MiB' }],
      },
    ]);
  });
});

describe('who holds memory', () => {
  it('who holds memory is named without folders and arguments; memory that is not told is null', () => {
    const text = `gpu_uuid, pid, process_name, used_gpu_memory [MiB]
${uuid}, 12, /usr/bin/a, with comma/python3, 1024 MiB
${uuid}, 13, C:\\Program Files\\app\\game.exe, [N/A]
${uuid}, 14, [Not Found], 5
not a row
`;
    expect(parseHolders(text).get(uuid.toLowerCase())).toEqual([
      { name: 'python3', bytes: 2 ** 30 },
      { name: 'game.exe', bytes: null },
      { name: 'another process', bytes: 5 * 2 ** 20 },
    ]);
  });

  it.each([
    ['/usr/local/lib/ollama/llama-server', 'ollama'],
    ['/usr/lib/ollama/cuda_v13/llama-server', 'ollama'],
    ['C:\\Users\\me\\AppData\\Local\\Programs\\Ollama\\lib\\ollama\\llama-server.exe', 'ollama'],
    ['/usr/local/bin/ollama', 'ollama'],
    ['/home/me/llama.cpp/build/bin/llama-server', 'llama-server'],
    ['/home/me/ollama-tests/trainer', 'trainer'],
  ])('a runner under the folder of Ollama goes by its name: %s', (path, name) => {
    const text = `${uuid}, 12, ${path}, 1024 MiB\n`;
    expect(parseHolders(text).get(uuid.toLowerCase())).toEqual([{ name, bytes: 2 ** 30 }]);
  });
});

describe('CUDA_VISIBLE_DEVICES', () => {
  const device = (index: number, name = 'RTX 3090') => ({
    id: `nvidia:${index}`,
    name,
    index,
    uuids: [`GPU-${index}aaa-1`],
  });
  const three = [device(0), device(1), device(2)];
  const visible = (value: string | undefined, devices = three, order?: string) => {
    const env = {
      ...(value !== undefined && { CUDA_VISIBLE_DEVICES: value }),
      ...(order && { CUDA_DEVICE_ORDER: order }),
    };
    const found = visibleDevices(devices, env);
    return found.visible === null ? 'all' : [...found.visible, ...found.findings.map(({ code }) => code)].join(' ');
  };

  it.each([
    [undefined, 'all'],
    ['', ''],
    ['-1', ''],
    ['0', 'nvidia:0'],
    ['2,0', 'nvidia:2 nvidia:0'],
    [' 1 , 2 ', 'nvidia:1 nvidia:2'],
    ['0,-1,2', 'nvidia:0'],
    ['0,7,2', 'nvidia:0'],
    ['GPU-1aaa', 'nvidia:1'],
    ['gpu-1AAA,GPU-0', 'nvidia:1 nvidia:0'],
    ['GPU-9', ''],
    ['abc', ''],
  ])('%j shows %j', (value, shown) => {
    expect(visible(value)).toBe(shown);
  });

  it('CUDA_VISIBLE_DEVICES numbers are unclear with unlike cards, unless the order is the bus’s; UUIDs never are', () => {
    const unlike = [device(0), device(1, 'GTX 1070')];
    expect(visible('0', unlike)).toBe('nvidia:0 device-order-unclear');
    expect(visible('0', unlike, 'PCI_BUS_ID')).toBe('nvidia:0');
    expect(visible('GPU-0', unlike)).toBe('nvidia:0');
  });
});
