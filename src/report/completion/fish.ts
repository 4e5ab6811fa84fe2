import { fallbackOptions, type OptionDescription, type ProgramDescription, quote } from './types.ts';

/** Completion for fish: a file in ~/.config/fish/completions. */
export function fishCompletion(program: ProgramDescription): string {
  const { name, commands } = program;
  const names = commands.map((command) => command.name).join(' ');
  const start = `not __fish_seen_subcommand_from ${names}`;
  const lines = [
    `# fish completion of ${name}: ${name} completion fish > ~/.config/fish/completions/${name}.fish`,
    `complete -c ${name} -f`,
    ...commands.map(
      (command) => `complete -c ${name} -n ${quote(start)} -a ${command.name} -d ${quote(command.summary)}`,
    ),
    ...fallbackOptions(program).map((option) => optionLine(name, start, option)),
  ];
  for (const command of commands) {
    const seen = `__fish_seen_subcommand_from ${command.name}`;
    if (command.words.length > 0)
      lines.push(`complete -c ${name} -n ${quote(seen)} -a ${quote(command.words.join(' '))}`);
    lines.push(...command.options.map((option) => optionLine(name, seen, option)));
  }
  return `${lines.join('\n')}\n`;
}

function optionLine(program: string, condition: string, { flags, summary, value, values }: OptionDescription): string {
  const spelled = flags
    .map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
    .join(' ');
  const argument = { none: '', words: ` -x -a ${quote(values.join(' '))}`, file: ' -r -F', text: ' -x' }[value];
  return `complete -c ${program} -n ${quote(condition)} ${spelled}${argument} -d ${quote(summary)}`;
}
