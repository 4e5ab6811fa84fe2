import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import type { ProgramDescription, Shell } from './types.ts';
import { zshCompletion } from './zsh.ts';

/** The completion script of each shell, as text to be evaluated or saved. */
export const completions = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} satisfies Record<Shell, (program: ProgramDescription) => string>;
