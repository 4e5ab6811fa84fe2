import { fallbackOptions, type OptionDescription, type ProgramDescription, quote } from './types.ts';

/** Completion for bash 3.2 and newer, without the bash-completion package. */
export function bashCompletion(program: ProgramDescription): string {
  const fn = `_${program.name.replace(/\W/g, '_')}`;
  const names = program.commands.map(({ name }) => name);
  return `# bash completion of ${program.name}: eval "$(${program.name} completion bash)"
${fn}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join('|')}) command=$word; break ;; esac
  done
  COMPREPLY=()
  case "$prev" in
${valueCases(program)}
  esac
  case "$command" in
${program.commands.map(({ name, options, words }) => `    ${name}) ${reply([...words, ...flagsOf(options)])} ;;`).join('\n')}
    *) ${reply([...names, ...flagsOf(fallbackOptions(program))])} ;;
  esac
}
complete -F ${fn} ${program.name}
`;
}

function valueCases({ commands }: ProgramDescription): string {
  const lines = commands
    .flatMap(({ options }) => options)
    .filter(({ value }) => value !== 'none')
    .map(({ flags, value, values }) => {
      if (value === 'words') return `    ${flags.join('|')}) ${reply(values)}; return ;;`;
      return value === 'file'
        ? `    ${flags.join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;`
        : `    ${flags.join('|')}) return ;;`;
    });
  return [...new Set(lines)].join('\n');
}

function reply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W ${quote(words.join(' '))} -- "$cur"))`;
}

function flagsOf(options: readonly OptionDescription[]): string[] {
  return options.flatMap(({ flags }) => flags);
}
