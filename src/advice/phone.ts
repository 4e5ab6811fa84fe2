import type { Build } from '../data/schema.ts';
import type { Machine } from '../machine/types.ts';
import type { Candidate } from './types.ts';

/** Models that apps for phones offer, the larger first. Source: google-ai-edge/gallery model_allowlists/1_0_19.json. */
const phoneVariants = ['e4b', 'e2b'] as const;

export function isPhone({ os }: Machine): boolean {
  return os.environment.includes('phone');
}

/** Builds that stand for what runs in an app: E2B and E4B. */
export function phoneBuilds(builds: readonly Build[]): Build[] {
  return builds.filter(({ variant }) => phoneVariants.some((one) => one === variant));
}

/** The larger model first if it fits: no phone's speed is known, so memory decides. */
export function rankOnPhone(ranked: readonly Candidate[]): Candidate[] {
  const place = ({ variant, verdict }: Candidate) =>
    verdict === 'no' ? 2 : (phoneVariants as readonly string[]).indexOf(variant);
  return [...ranked].sort((a, b) => place(a) - place(b));
}
