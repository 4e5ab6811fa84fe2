import { FitError } from '../errors.ts';
import { type VariantId, variantIds } from './types.ts';

/** The variant of that name, in any case. */
export function findVariant(name: string): VariantId | null {
  return variantIds.find((id) => id === name.trim().toLowerCase()) ?? null;
}

/** As findVariant. Throws FitError `unknown-variant`. */
export function parseVariant(name: string): VariantId {
  const variant = findVariant(name);
  if (variant === null) throw unknownModel(name);
  return variant;
}

/** Throws FitError `unknown-variant`, for callers of the library in plain JavaScript. */
export function requireVariant(variant: VariantId): void {
  if (!variantIds.includes(variant)) throw unknownModel(variant);
}

/** The error for an unknown name; `hint` where more than a variant may be named. */
export function unknownModel(name: string, hint = `Choose one of ${variantIds.join(', ')}.`): FitError {
  return new FitError('unknown-variant', `There is no Gemma 4 model "${name}".`, hint);
}

/** Where a tag may stand for a variant. */
export const variantOrTagHint = `Choose one of ${variantIds.join(', ')}, or a tag from gemma-fit list.`;
