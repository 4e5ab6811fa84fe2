import type { ExitName } from './exit.ts';

/** What went wrong, as a code that scripts may rely on. The exit code follows from it: see exit.ts. */
export type ErrorCode =
  | 'usage'
  | 'unknown-variant'
  | 'unknown-quantization'
  | 'unknown-device'
  | 'bad-number'
  | 'bad-file'
  | 'no-fit'
  | 'cannot-tell'
  | 'ollama-unreachable'
  | 'ollama-too-old'
  | 'ollama-error'
  | 'blocked'
  | 'needs-confirmation'
  | 'platform'
  | 'disk-full'
  | 'pull-failed'
  | 'tag-taken'
  | 'verify-failed'
  | 'interrupted'
  | 'write-failed'
  | 'internal';

export const exitOfError: Record<ErrorCode, ExitName> = {
  usage: 'usage',
  'unknown-variant': 'usage',
  'unknown-quantization': 'usage',
  'unknown-device': 'usage',
  'bad-number': 'usage',
  'bad-file': 'usage',
  'no-fit': 'no-fit',
  'cannot-tell': 'unknown',
  'ollama-unreachable': 'ollama-unavailable',
  'ollama-too-old': 'ollama-unavailable',
  'ollama-error': 'ollama-unavailable',
  blocked: 'ollama-unavailable',
  'needs-confirmation': 'usage',
  platform: 'no-fit',
  'disk-full': 'pull-failed',
  'pull-failed': 'pull-failed',
  'tag-taken': 'usage',
  'verify-failed': 'verification-differs',
  interrupted: 'interrupted',
  'write-failed': 'usage',
  internal: 'internal',
};

/** The one error class of this package: a code, one sentence, and what to do about it. */
export class FitError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;
  override readonly name = 'FitError';

  constructor(code: ErrorCode, message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** An unexpected error as a FitError. */
export function internalError(error: unknown): FitError {
  const said = error instanceof Error ? error.message : String(error);
  return new FitError('internal', `Something went wrong inside gemma-fit: ${said}`, 'This is a bug. Please report it.');
}
