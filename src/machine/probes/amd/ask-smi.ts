import type { System } from '../../system.ts';
import { ask } from '../ask.ts';
import type { Report } from '../report.ts';
import type { AmdCard } from './raw.ts';
import { joinCards, parseSmi } from './smi.ts';

const timeoutMs = 2500;
const options = { timeoutMs, places: ['/opt/rocm/bin', '/usr/bin', '/usr/local/bin'] };

/** Cards as AMD's own programs tell them, amd-smi and rocm-smi asked at once; only for systems whose sysfs says nothing. */
export async function askSmi(system: System, report: Report): Promise<{ amdSmi: AmdCard[]; rocmSmi: AmdCard[] }> {
  const [amdSmi, rocmSmi] = await Promise.all([askAmdSmi(system, report), askRocmSmi(system, report)]);
  return { amdSmi, rocmSmi };
}

async function askAmdSmi(system: System, report: Report): Promise<AmdCard[]> {
  const [fixed, used] = await Promise.all([
    read(system, report, 'amd-smi', ['static', '--json']),
    read(system, { ...report, warnings: [] }, 'amd-smi', ['metric', '--mem-usage', '--json']),
  ]);
  return joinCards([...fixed, ...used]);
}

async function askRocmSmi(system: System, report: Report): Promise<AmdCard[]> {
  const flags = ['--showproductname', '--showmeminfo', 'all', '--showbus', '--showdriverversion', '--json'];
  const all = await read(system, report, 'rocm-smi', flags);
  if (isWhole(all)) return all;
  const parts = [
    await read(system, report, 'rocm-smi', ['--showmeminfo', 'vram']),
    await read(system, report, 'rocm-smi', ['--showproductname']),
  ];
  return joinCards([...all, ...parts.flat()]);
}

const isWhole = (cards: AmdCard[]) =>
  cards.length > 0 &&
  cards.every((card) => card.vramTotal !== null && (card.names.length > 0 || card.deviceId !== null));

async function read(system: System, report: Report, program: string, args: readonly string[]): Promise<AmdCard[]> {
  const text = await ask(system, report, program, args, options);
  if (text === null) return [];
  const source = [program, ...args].join(' ');
  const cards = parseSmi(text, source);
  const quiet = /no (amd )?gpus?( devices?)? (found|detected)|not initialized|low-power state/i.test(text);
  if (cards.length === 0 && !quiet) {
    report.warnings.push({ code: 'output-unreadable', probe: source, detail: `no card in ${text.length} characters` });
  }
  return cards;
}
