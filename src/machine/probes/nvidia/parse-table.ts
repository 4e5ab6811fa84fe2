import { boundedLines } from '../../../system/text.ts';
import type { RawCard } from './types.ts';

/** What the table says where there is no memory of its own. */
const unsupported = { total: '[N/A]', used: '[N/A]', free: '[N/A]' };

/** Cards of the table that plain `nvidia-smi` draws. Names may be cut there (`NVIDIA GeForce ...`); memory is whole. */
export function parseScreen(text: string): RawCard[] {
  const lines = boundedLines(text, 300);
  const driver = /(?:Driver|KMD) Version: *([\d.]+)/.exec(text.slice(0, 4000))?.[1];
  const cards: RawCard[] = [];
  for (const [at, line] of lines.entries()) {
    if (/^\|\s+MIG devices:/.test(line)) break;
    const named =
      /^\|\s+(\d{1,3})\s{2,}(\S.{0,60}?)\s+(?:On|Off|N\/A|WDDM|TCC|MCDM)?\s*\|\s+([0-9a-f]{4,8}:[0-9a-f:.]+|N\/A)/i.exec(
        line,
      );
    if (!named?.[1] || !named[2] || !named[3]) continue;
    const memory = /\|\s*(\d+)MiB \/\s*(\d+)MiB\s*\|/.exec(lines[at + 1] ?? '');
    const card: RawCard = { index: named[1], name: named[2], busId: named[3] };
    if (memory?.[1] && memory[2]) Object.assign(card, { used: memory[1], total: memory[2] });
    else if (/\|\s*(Not Supported|N\/A \/ N\/A)\s*\|/i.test(lines[at + 1] ?? '')) Object.assign(card, unsupported);
    if (/\bEnabled\s*\|\s*$/.test(lines[at + 2] ?? '')) card.mig = 'Enabled';
    if (driver) card.driverVersion = driver;
    cards.push(card);
  }
  return cards;
}
