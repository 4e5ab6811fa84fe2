/**
 * Columns to print for: COLUMNS when it is a sensible whole number, then what the terminal says, then 80.
 * Kept between 40 and 240, so that a wrong setting cannot make the output unreadable.
 */
export function terminalColumns(
  env: Readonly<Record<string, string | undefined>>,
  stream: { columns?: number | undefined },
): number {
  const asked = /^\d{1,4}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : 0;
  const columns = asked || stream.columns || 80;
  return Math.min(Math.max(columns, 40), 240);
}
