import type { CheckResult } from '../../advice/types.ts';
import { answerSentence, type Outcome, outcomeOf } from '../answer.ts';
import { shortTag } from '../labels.ts';
import type { Renderer, RenderOptions } from '../options.ts';
import { sentence } from '../sentences/index.ts';
import { shorten, wrap } from '../text.ts';
import { count, formatMemory } from '../units.ts';
import { explainCandidate } from './explain.ts';
import { memoryBars } from './memory.ts';
import { nextSteps } from './next.ts';
import { sortedReasons } from './reasons.ts';
import { contextStrip } from './strip.ts';
import { candidateTable } from './table.ts';

/** For a person at a terminal: the answer first, then what it rests on, then what to do. */
export const renderHuman: Renderer = (result, options) => {
  const lines = options.quiet ? [quietLine(result, options)] : fullReport(result, options);
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
};

function fullReport(result: CheckResult, options: RenderOptions): string[] {
  if (options.explain) return explainCandidate(result, options.explain, options);
  const best = result.recommendation;
  return [
    ...answer(result, options),
    ...machineLines(result, options),
    '',
    ...(result.candidates.length > 0 ? [...candidateTable(result, options), ''] : []),
    ...(best === null ? [] : memoryBars(result, best, options)),
    ...contextStrip(result, options),
    ...requirementLines(result, options),
    ...reasonLines(result, options),
    ...nextLines(result, options),
    ...glossary(result, options),
  ];
}

const tones: Record<Outcome, 'good' | 'bad' | 'warn'> = { yes: 'good', no: 'bad', unknown: 'warn' };

function answer(result: CheckResult, { columns, paint }: RenderOptions): string[] {
  const tone = paint[tones[outcomeOf(result)]];
  return wrap(answerSentence(result), columns).map((line) => paint.bold(tone(line)));
}

/** One line, never wrapped: for scripts and status bars. */
function quietLine(result: CheckResult, { paint }: RenderOptions): string {
  return paint[tones[outcomeOf(result)]](answerSentence(result));
}

function machineLines(result: CheckResult, { columns, paint }: RenderOptions): string[] {
  const { machine } = result;
  const devices = machine.accelerators.map(({ name, memory, usable }) => {
    const size = memory.totalBytes ?? memory.freeBytes;
    const free = memory.freeBytes === null ? '' : `, ${formatMemory(memory.freeBytes)} free`;
    return `${name}${size === null ? '' : ` ${formatMemory(size)}${free}`}${usable === false ? ' (not usable)' : ''}`;
  });
  const { totalBytes, limitBytes, availableBytes } = machine.memory;
  const ram = limitBytes ?? totalBytes;
  const free = availableBytes === null ? '' : `, ${formatMemory(availableBytes)} free`;
  const parts = [
    ...(devices.length > 0 ? devices : ['no GPU found']),
    ram === null ? 'RAM unknown' : `RAM ${formatMemory(ram)}${free}`,
    machine.ollama === null ? 'Ollama not running' : `Ollama ${machine.ollama.version}`,
  ];
  const stated = result.warnings.some(({ code }) => code === 'hypothetical');
  return wrap(`${stated ? 'The machine as you stated it' : 'This machine'}: ${parts.join('; ')}.`, columns).map(
    paint.dim,
  );
}

function reasonLines(result: CheckResult, options: RenderOptions): string[] {
  const { about, why, levers, goodToKnow } = sortedReasons(result);
  // That the machine was stated stands at the top.
  const told = result.warnings.filter(({ code }) => code !== 'hypothetical');
  const title =
    outcomeOf(result) === 'no' && result.recommendation === null && about !== null
      ? shorten(`Why not even ${shortTag(about)}`, options.columns)
      : 'Why';
  return [
    ...section(title, why, options),
    ...section('What would change it', levers, options),
    ...section('Good to know', [...told.map(sentence), ...goodToKnow], options),
  ];
}

function requirementLines(result: CheckResult, options: RenderOptions): string[] {
  const words = { met: 'met', failed: 'NOT MET', unknown: 'cannot tell' };
  const items = result.requirements.map(({ requirement, outcome, reasons: why }) =>
    [`${requirement.text}: ${words[outcome]}.`, ...why.map(sentence)].join(' '),
  );
  return section(count(items.length, 'requirement').replace(/^\d+ r/, 'R'), items, options);
}

/** A titled list; nothing when it is empty. */
export function section(title: string, items: readonly string[], { columns, unicode, paint }: RenderOptions): string[] {
  if (items.length === 0) return [];
  const mark = unicode ? '•' : '-';
  return [paint.bold(title), ...items.flatMap((item) => wrap(`${mark} ${item}`, columns, '  ')), ''];
}

function nextLines(result: CheckResult, options: RenderOptions): string[] {
  const { columns, paint } = options;
  const steps = nextSteps(result).flatMap(({ why, command }) => [
    ...wrap(why, columns),
    ...(command === null ? [] : [`    ${paint.accent(command)}`]),
  ]);
  return [paint.bold('What to do next'), ...steps, ''];
}

function glossary({ candidates }: CheckResult, { columns, paint }: RenderOptions): string[] {
  if (candidates.length === 0) return [];
  const text =
    'Words: context is how much text the model keeps in mind at once, in tokens (about three quarters of a word each). ' +
    'Q4, Q8 and the like in a name say to how many bits its numbers are rounded (quantization): fewer bits, less memory, slightly less exact. ' +
    '--explain MODEL shows the whole calculation.';
  return wrap(text, columns).map(paint.dim);
}
