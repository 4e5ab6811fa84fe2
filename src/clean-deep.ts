import { clean } from './text.ts';

/** The same value with every string in it cleaned; where none needs it, the value itself. */
export function cleanDeep<T>(value: T): T {
  if (typeof value === 'string') return clean(value) as T;
  if (value === null || typeof value !== 'object') return value;
  let copy: T | undefined;
  for (const key of Object.keys(value) as (keyof T)[]) {
    const cleaned = cleanDeep(value[key]);
    if (cleaned === value[key]) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as T;
    Object.defineProperty(copy, key, { value: cleaned, enumerable: true, configurable: true, writable: true });
  }
  return copy ?? value;
}
