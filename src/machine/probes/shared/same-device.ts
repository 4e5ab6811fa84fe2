import { deviceKey } from '../../../data/device-names.ts';
import type { Accelerator } from '../../types.ts';
import type { PhysicalKey } from '../types.ts';

const keyNames = ['pciAddress', 'uuid', 'luid'] as const;

/** Whether two readings identify the same card: one key that both have and that is equal. */
export function shareKey(a: PhysicalKey, b: PhysicalKey): boolean {
  return keyNames.some((name) => a[name] !== undefined && a[name] === b[name]);
}

/** A device's name without case, vendor and what stands in brackets: the driver, the chip. */
export const plainName = (name: string) => deviceKey(name.replace(/\s*\([^)]*\)/g, ''));

/** Within a tenth; shared memory is sized differently by every source and says nothing. */
export function sizesAgree(a: Accelerator, b: Accelerator, needed = false): boolean {
  if (a.kind !== 'discrete' || b.kind !== 'discrete') return true;
  const [left, right] = [a.memory.totalBytes, b.memory.totalBytes];
  if (left === null || right === null) return !needed;
  return Math.abs(left - right) <= 0.1 * Math.max(left, right);
}
