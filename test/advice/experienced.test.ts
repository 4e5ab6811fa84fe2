import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import type { UseCase } from '../../src/advice/types.ts';
import { emptyMachine, hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { gib } from './machines.ts';

/** The answer as `12b`, `26b split`, `e2b cpu`, or `none`; gpu unsaid. */
function answer(gpu: string | null, ramGiB: number | null, useCase: UseCase): string {
  const base = emptyMachine();
  const on = hypotheticalMachine(
    { ...(gpu !== null && { gpu }), ...(ramGiB !== null && { ramBytes: ramGiB * gib }) },
    { ...base, cpu: { ...base.cpu, flags: ['avx2'] } },
  );
  const { recommendation } = checkMachine(on, { ...openRequest, useCase }, { version: '0', dataAgeDays: 0 });
  if (recommendation === null) return 'none';
  const { variant, verdict } = recommendation;
  return verdict === 'gpu' ? variant : `${variant} ${verdict}`;
}

/** What people who run these models on such machines take; several where they differ. */
const rows: [string | null, number | null, chat: string[], agent: string[]][] = [
  ['M2 8GB', null, ['e2b'], ['e2b']],
  ['M2 16GB', null, ['12b'], ['e4b', '12b']],
  ['M1 16GB', null, ['12b', 'e4b'], ['e4b', '12b']],
  ['M4 24GB', null, ['26b split', '12b'], ['26b split', '12b']],
  ['M3 Pro 18GB', null, ['12b'], ['12b']],
  ['M2 Pro 32GB', null, ['26b'], ['26b']],
  ['M4 32GB', null, ['26b'], ['26b']],
  ['M3 Max 36GB', null, ['26b'], ['26b']],
  ['M4 Pro 48GB', null, ['26b'], ['26b']],
  ['M4 Max 64GB', null, ['26b', '31b'], ['26b', '31b']],
  ['M4 Max 128GB', null, ['26b', '31b'], ['26b', '31b']],
  ['M3 Ultra 96GB', null, ['26b', '31b'], ['26b', '31b']],
  ['M3 Ultra 512GB', null, ['26b', '31b'], ['26b', '31b']],
  ['RTX 3050 4GB Laptop', 16, ['e2b', 'e4b split'], ['e4b', 'e4b split']],
  ['RTX 3060 Ti', 32, ['e4b', '26b split'], ['e4b', '26b split']],
  ['RTX 3070', 32, ['e4b', '26b split'], ['e4b', '26b split']],
  ['RTX 4070 Laptop', 32, ['e4b', '26b split'], ['e4b', '26b split']],
  ['RTX 4060', 32, ['e4b', '26b split'], ['e4b', '26b split']],
  ['RX 6600', 32, ['e4b', '26b split'], ['e4b', '26b split']],
  ['RTX 3060 12GB', 32, ['12b', '26b split'], ['12b']],
  ['RTX 4070', 32, ['12b', '26b split'], ['12b']],
  ['Arc B580', 32, ['12b', '26b split'], ['12b']],
  ['RX 6700 XT', 32, ['12b', '26b split'], ['12b']],
  ['RTX 4060 Ti 16GB', 32, ['26b split'], ['26b split']],
  ['RTX 4080', 32, ['26b split'], ['26b split']],
  ['RTX 5060 Ti 16GB', 32, ['26b split'], ['26b split']],
  ['RTX 5070 Ti', 32, ['26b split'], ['26b split']],
  ['RX 7800 XT', 32, ['26b split'], ['26b split']],
  ['RX 9070 XT', 32, ['26b split'], ['26b split']],
  ['Arc A770 16GB', 32, ['26b split'], ['26b split']],
  ['Tesla T4', 32, ['26b split'], ['26b split']],
  ['RTX 3090', 64, ['31b'], ['26b']],
  ['RTX 4090', 64, ['31b'], ['26b']],
  ['RX 7900 XTX', 64, ['31b'], ['26b']],
  ['2x RTX 3090', 64, ['31b'], ['31b', '26b']],
  ['RTX 6000 Ada', 64, ['31b'], ['31b', '26b']],
  ['RTX 5090', 64, ['31b'], ['31b', '26b']],
  ['A100 80GB', 128, ['31b'], ['31b']],
  ['H100 80GB', 128, ['31b'], ['31b']],
  ['Radeon 8060S', 128, ['26b'], ['26b']],
  ['GB10', null, ['26b'], ['26b']],
  ['2x Tesla T4', 32, ['26b'], ['26b']],
  ['Tesla P40', 64, ['26b'], ['26b']],
  [null, 16, ['e4b cpu'], ['none']],
  [null, 32, ['26b cpu'], ['26b cpu']],
  [null, 64, ['26b cpu'], ['26b cpu']],
  ['Radeon 780M', 32, ['26b cpu'], ['26b cpu']],
  ['Intel N100', 16, ['e2b cpu'], ['none']],
  ['Raspberry Pi 5', 8, ['e2b cpu'], ['none']],
  ['Raspberry Pi 5', 16, ['e2b cpu'], ['none']],
  ['Jetson Orin Nano 8GB', null, ['e2b'], ['e2b']],
];

describe('what an experienced user would take', () => {
  it.each(rows)('what an experienced user would take on %s with %s GB of RAM', (gpu, ramGiB, chat, agent) => {
    expect(chat).toContain(answer(gpu, ramGiB, 'chat'));
    expect(agent).toContain(answer(gpu, ramGiB, 'agent'));
  });
});
