import type { Backend } from '../machine/types.ts';
import type { UsableDevice } from '../server-rules/devices.ts';

/** How ggml names the devices of a backend (`llama-server --list-devices`). Source: ggml/src/ggml-cuda, -vulkan, -metal, -sycl. */
const prefixes: Record<Backend, string> = {
  cuda: 'CUDA',
  rocm: 'ROCm',
  vulkan: 'Vulkan',
  metal: 'MTL',
  sycl: 'SYCL',
  none: 'CPU',
};

/** One device of several for `--device`, and what has to be set so that the number means it. */
export interface DeviceName {
  name: string;
  environment: string[];
}

/** CUDA counts the fastest first unless it is told to count by the bus: with unlike cards only that number is known. */
export function deviceName(devices: readonly UsableDevice[], device: UsableDevice): DeviceName {
  const alike = new Set(devices.map(({ name }) => name)).size < 2;
  const byBus = device.backend === 'cuda' && !alike;
  const index = byBus ? Number(/(\d+)$/.exec(device.id)?.[1] ?? devices.indexOf(device)) : devices.indexOf(device);
  return {
    name: `${prefixes[device.backend]}${index}`,
    environment: byBus ? ['CUDA_DEVICE_ORDER=PCI_BUS_ID'] : [],
  };
}
