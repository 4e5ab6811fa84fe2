/** What a shell needs to know of one option. */
export interface OptionDescription {
  /** `-c` and `--context`, as typed. */
  flags: string[];
  summary: string;
  /** none: a switch. words: one of `values`. file: a path. text: anything else. */
  value: 'none' | 'words' | 'file' | 'text';
  values: string[];
}

export interface CommandDescription {
  name: string;
  summary: string;
  options: OptionDescription[];
  /** Words that may follow the command's name, such as the models. */
  words: string[];
}

/** A program as its completion sees it. `fallback` is the command that is meant when none is named. */
export interface ProgramDescription {
  name: string;
  fallback: string;
  commands: CommandDescription[];
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A word in single quotes, safe in all three shells. */
export function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

/** Options of the command that a bare program name means. */
export function fallbackOptions({ commands, fallback }: ProgramDescription): OptionDescription[] {
  return commands.find(({ name }) => name === fallback)?.options ?? [];
}
