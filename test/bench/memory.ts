import { readFileSync } from 'node:fs';
import { formatSignedPercent } from '../../src/report/units.ts';
import { compareWithMeasured } from './memory-points.ts';

main();

/** The table, for `npm run bench:memory`. */
function main(): void {
  const file = new URL('../data/memory-points.csv', import.meta.url);
  const rows = compareWithMeasured(readFileSync(file, 'utf8'));
  for (const row of rows) {
    const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    console.log(
      `${formatSignedPercent(row.error).padStart(9)}  ${mib(row.bytes).padStart(12)} measured ${mib(row.predictedBytes).padStart(12)} predicted  ${row.variant} ${row.quant}, ${row.what}, ${row.contextTokens} (${row.runtime}, ${row.hardware})${row.remark === '' ? '' : `: ${row.remark}`}`,
    );
  }
  const close = rows.filter(({ error }) => Math.abs(error) < 0.02).length;
  console.log(`${rows.length} rows state enough to compute; ${close} within 2 %.`);
}
