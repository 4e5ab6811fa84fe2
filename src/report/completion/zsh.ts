import { fallbackOptions, type OptionDescription, type ProgramDescription, quote } from './types.ts';

/** Completion for zsh: a file called `_gemma-fit` on $fpath, or sourced after compinit. */
export function zshCompletion(program: ProgramDescription): string {
  const { name, commands, fallback } = program;
  const fn = `_${name.replace(/\W/g, '_')}`;
  const described = commands.map((command) => quote(`${command.name}:${command.summary}`)).join(' ');
  return `#compdef ${name}
# zsh completion of ${name}: ${name} completion zsh > "\${fpath[1]}/_${name}"
${fn}() {
  local command=${fallback} word
  local -a commands=(${described})
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case $word in (${commands.map((command) => command.name).join('|')}) command=$word; break ;; esac
  done
  if (( CURRENT == 2 )) && [[ $words[CURRENT] != -* ]]; then _describe command commands; return; fi
  case $command in
${commands.map((command) => `    (${command.name}) _arguments -s ${specs(command.options, command.words)} ;;`).join('\n')}
    (*) _arguments -s ${specs(fallbackOptions(program), [])} ;;
  esac
}
if [ "$funcstack[1]" = "_${name}" ]; then ${fn} "$@"; else compdef ${fn} ${name}; fi
`;
}

function specs(options: readonly OptionDescription[], words: readonly string[]): string {
  const places = words.length > 0 ? [quote(`*:word:(${words.join(' ')})`)] : [quote('*: :')];
  return [...options.flatMap(optionSpecs), ...places].join(' ');
}

/** One spec a spelling; the star lets an option come more than once, as --require does. */
function optionSpecs({ flags, summary, value, values }: OptionDescription): string[] {
  const text = summary.replace(/[[\]\\:]/g, '\\$&');
  const action = { none: '', words: `:value:(${values.join(' ')})`, file: ':file:_files', text: ':value: ' }[value];
  return flags.map((flag) => quote(`*${flag}[${text}]${action}`));
}
