import type { UseCase } from '../../src/data/ids.ts';

/** One machine and use as a person would ask the planner. */
export interface AskedMachine {
  gpu: string;
  ram: string;
  os: 'win32' | 'darwin';
  use: UseCase;
}

const cards = [
  'GTX 1060 6GB',
  'GTX 1080 Ti',
  'RTX 2060 6GB',
  'RTX 2080 Ti',
  'RTX 3050 8GB',
  'RTX 3060 12GB',
  'RTX 3060 Ti',
  'RTX 3070',
  'RTX 3080 10GB',
  'RTX 3090',
  'RTX 4060',
  'RTX 4060 Ti 16GB',
  'RTX 4070',
  'RTX 4070 Ti SUPER',
  'RTX 4080',
  'RTX 4090',
  'RTX 5060 Ti 16GB',
  'RTX 5070',
  'RTX 5080',
  'RTX 5090',
  '2x RTX 3090',
  '2x RTX 3060 12GB',
  'RTX 3090 + RTX 3060 12GB',
  'RX 6600',
  'RX 6800 XT',
  'RX 7600',
  'RX 7800 XT',
  'RX 7900 XTX',
  'RX 9070 XT',
  'Arc A770 16GB',
  'Arc B580',
  'Tesla T4',
  'Tesla P40',
  'H100 80GB',
  'L4',
  'none',
];
const macs = [
  'M1 8GB',
  'M1 16GB',
  'M1 Max 32GB',
  'M2 8GB',
  'M2 Pro 32GB',
  'M2 Ultra 64GB',
  'M3 16GB',
  'M3 Pro 18GB',
  'M3 Max 64GB',
  'M4 16GB',
  'M4 Pro 24GB',
  'M4 Pro 48GB',
  'M4 Max 64GB',
  'M4 Max 128GB',
];
const uses = ['chat', 'code', 'agent', 'vision', 'long'] as const;
const rams = ['16GB', '32GB', '64GB'] as const;

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** Fifty: cards and none under Windows, Macs under macOS, uses and RAM in turn. */
export const askedMachines: readonly AskedMachine[] = [
  ...cards.map((gpu, index) => ({ gpu, ram: at(rams, index), os: 'win32' as const, use: at(uses, index) })),
  ...macs.map((gpu, index) => ({ gpu, ram: '', os: 'darwin' as const, use: at(uses, index) })),
];
