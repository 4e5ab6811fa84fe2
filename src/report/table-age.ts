/** Builds and runtimes change every few weeks; after a year the tables miss most of what there is. */
const oldAfterDays = 365;

/** What a person should know of the tables' age; null while they are of this year. */
export function tableAgeNote(ageDays: number): string | null {
  if (ageDays <= oldAfterDays) return null;
  const years = Math.floor(ageDays / 365);
  const age = years === 1 ? 'more than a year' : `more than ${years} years`;
  return `The tables in this version are ${age} old: newer models and cards are not in them. Is there a newer gemma-fit?`;
}
