import type { System } from '../../../system/system.ts';
import { ask, deadline } from '../shared/ask.ts';
import type { Report } from '../shared/report.ts';
import { joinCards, parseSmi } from './smi.ts';
import type { AmdCard } from './types.ts';

const places = ['/opt/rocm/bin', '/usr/bin', '/usr/local/bin'];

/** Cards as AMD's own programs report them, amd-smi and rocm-smi in parallel; only for systems where sysfs has nothing. */
export async function askSmi(system: System, report: Report): Promise<{ amdSmi: AmdCard[]; rocmSmi: AmdCard[] }> {
  const left = deadline();
  const [amdSmi, rocmSmi] = await Promise.all([askAmdSmi(system, report, left()), askRocmSmi(system, report, left)]);
  return { amdSmi, rocmSmi };
}

async function askAmdSmi(system: System, report: Report, timeoutMs: number): Promise<AmdCard[]> {
  const [fixed, used] = await Promise.all([
    read(system, report, ['amd-smi', 'static', '--json'], timeoutMs),
    read(system, { ...report, warnings: [] }, ['amd-smi', 'metric', '--mem-usage', '--json'], timeoutMs),
  ]);
  return joinCards([...fixed, ...used]);
}

/** All at once in JSON; what that does not tell, once more as text (versions before 4 know fewer flags together). */
async function askRocmSmi(system: System, report: Report, left: (most?: number) => number): Promise<AmdCard[]> {
  const flags = ['--showproductname', '--showmeminfo', 'all', '--showbus', '--showdriverversion', '--json'];
  const all = await read(system, report, ['rocm-smi', ...flags], left(1500));
  if (isWhole(all)) return all;
  const parts = await Promise.all([
    read(system, report, ['rocm-smi', '--showmeminfo', 'vram'], left()),
    read(system, report, ['rocm-smi', '--showproductname'], left()),
  ]);
  return joinCards([...all, ...parts.flat()]);
}

const isWhole = (cards: AmdCard[]) =>
  cards.length > 0 &&
  cards.every((card) => card.vramTotal !== null && (card.names.length > 0 || card.deviceId !== null));

async function read(system: System, report: Report, command: readonly string[], timeoutMs: number): Promise<AmdCard[]> {
  const [program = '', ...args] = command;
  const text = await ask(system, report, program, args, { timeoutMs, places });
  if (text === null) return [];
  const source = command.join(' ');
  const cards = parseSmi(text, source);
  const quiet = /no (amd )?gpus?( devices?)? (found|detected)|not initialized|low-power state/i.test(text);
  if (cards.length === 0 && !quiet) {
    report.warnings.push({ code: 'output-unreadable', probe: source, detail: `no card in ${text.length} characters` });
  }
  return cards;
}
