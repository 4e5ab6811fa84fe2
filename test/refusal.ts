import { FitError } from '../src/errors.ts';

/** The FitError that an act is refused with; fails the test when it is not. */
export function refusalOf(act: () => unknown): FitError {
  try {
    act();
  } catch (error) {
    if (error instanceof FitError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
