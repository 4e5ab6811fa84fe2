import { buildByTag } from '../../data/tables.ts';
import { FitError } from '../../errors.ts';
import { type VariantId, variantIds } from '../../model/types.ts';
import { findVariant } from '../../model/variant-name.ts';
import { isBuildName } from '../builds.ts';
import { parseContextTokens } from '../context-size.ts';
import { type Requirement, type UseCase, useCases } from '../types.ts';

const shape = /^([^@>]+)(?:@([^>:]+))?(:gpu)?(?:>=(.+))?$/i;
const example = 'Examples: 26b@32k, 26b:q8_0@64k, 26b@32k:gpu, vision@16k, 31b@32k>=20tps, gemma4:12b-it-qat@16k.';

/**
 * Reads one `--require`: a model or a use, then optionally its build, the context and the least speed.
 * Throws FitError usage with what is wrong when it is not one.
 */
export function parseRequirement(text: string): Requirement {
  const match = shape.exec(text.replace(/\s+/g, ''));
  if (match === null) throw bad(text, 'expected MODEL[:BUILD][@CONTEXT][:gpu][>=SPEEDtps]');
  const [, whole = '', context, gpu, speed] = match;
  const subject = whole.replace(/:gpu$/i, '');
  return {
    text,
    ...parseSubject(text, subject.toLowerCase()),
    onDevice: gpu !== undefined || subject !== whole,
    contextTokensPerSequence: context === undefined ? null : parseContext(text, context),
    minimumTokensPerSecond: speed === undefined ? null : parseSpeed(text, speed),
  };
}

function parseSubject(text: string, subject: string): Pick<Requirement, 'variant' | 'build' | 'useCase'> {
  const useCase = useCases.find((name) => name === subject) as UseCase | undefined;
  if (useCase !== undefined) return { variant: null, build: null, useCase };
  const [name = '', ...rest] = subject.split(':');
  const variant = findVariant(name);
  if (variant !== null) return { variant, build: parseBuild(text, variant, rest), useCase: null };
  const build = buildByTag(subject);
  if (build !== null) return { variant: build.variant, build: build.id, useCase: null };
  throw bad(text, `"${subject}" is neither a model (${variantIds.join(', ')}) nor a use (${useCases.join(', ')})`);
}

function parseBuild(text: string, variant: VariantId, rest: readonly string[]): string | null {
  if (rest.length === 0) return null;
  const build = rest.join(':');
  if (build === '') throw bad(text, 'nothing after the colon');
  if (!isBuildName(variant, build))
    throw bad(text, `"${build}" is not a build of ${variant} (gemma-fit list ${variant})`);
  return build;
}

function parseContext(text: string, context: string): number {
  try {
    return parseContextTokens(context);
  } catch (error) {
    if (!(error instanceof FitError)) throw error;
    const why = `${error.message.replace(/\.$/, '')}. ${error.hint ?? ''}`.trim();
    throw new FitError('usage', `Cannot read the requirement "${text}": ${why}`, example, { cause: error });
  }
}

function parseSpeed(text: string, speed: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:tps|tok\/s|t\/s)?$/i.exec(speed);
  const value = match ? Number(match[1]) : Number.NaN;
  if (!(value > 0)) throw bad(text, `"${speed}" is not a speed in tokens per second`);
  return value;
}

function bad(text: string, why: string): FitError {
  return new FitError('usage', `Cannot read the requirement "${text}": ${why}.`, example);
}
