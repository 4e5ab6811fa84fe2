/** Exit codes by name. 1 is never used on purpose: npx and Node use it for their own failures. */
export const exitCodes = {
  ok: 0,
  usage: 2,
  'no-fit': 3,
  unknown: 4,
  'ollama-unavailable': 5,
  'pull-failed': 6,
  'verification-differs': 7,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitName = keyof typeof exitCodes;
