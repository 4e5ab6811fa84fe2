import type { CommanderError } from 'commander';
import { FitError } from '../errors.ts';

/** What an option expects, where its name does not say it. */
const examples: Record<string, string> = {
  '--context': '32k',
  '--for': 'code',
  '--gpu': '"RTX 4090"',
  '--vram': '24GB',
  '--ram': '64GB',
  '--os': 'linux',
  '--require': '26b@32k',
  '--min-speed': '20',
  '--parallel': '4',
  '--format': 'markdown',
  '--output': 'report.html',
  '--machine': 'machine.json',
  '--model': '26b',
  '--explain': '26b',
};

/** What commander refuses, worded like every other usage error. @param command the one whose options were meant */
export function usageError({ message }: CommanderError, command: string): FitError {
  const hint = `Run gemma-fit ${command} --help for the options.`;
  const option = /^error: option '(?:-\w, )?(--[\w-]+)[^']*' argument missing/.exec(message)?.[1];
  if (option !== undefined) {
    const example = examples[option];
    return new FitError(
      'usage',
      `${option} needs a value${example === undefined ? '' : `, for example ${option} ${example}`}.`,
      hint,
    );
  }
  const [, value, name, choices] =
    /value '([^']*)' is invalid for argument '(\w+)'. Allowed choices are ([^.]+)\./.exec(message) ?? [];
  if (choices !== undefined) {
    return new FitError('usage', `Unknown ${name} "${value}".`, `Choose ${choices.replace(/, (?=[^,]*$)/, ' or ')}.`);
  }
  const plain = message.replace(/^error: /, '').replace(/\n/g, ' ');
  return new FitError(
    'usage',
    `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${/[.?)]$/.test(plain) ? '' : '.'}`,
    hint,
  );
}
