import { expect, it } from 'vitest';
import { tableAgeNote } from '../../src/report/table-age.ts';

it.each([
  [0, null],
  [365, null],
  [366, 'more than a year old'],
  [4075, 'more than 11 years old'],
])('tables of %i days: %s', (days, words) => {
  if (words === null) expect(tableAgeNote(days)).toBeNull();
  else expect(tableAgeNote(days)).toContain(words);
});
