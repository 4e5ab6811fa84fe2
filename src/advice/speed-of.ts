import type { Build } from '../data/schema.ts';
import type { Placed } from './placed.ts';
import type { Site } from './site.ts';
import type { Speed } from './types.ts';
import type { Wish } from './wish.ts';

/** Expected tokens per second of a placement; null when there is no basis for a number. */
export function speedOf(_site: Site, _build: Build, _placed: Placed, _wish: Wish): Speed | null {
  return null;
}
