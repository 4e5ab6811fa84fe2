import { appendFile } from 'node:fs/promises';
import { FitError } from '../errors.ts';
import { reasonOf } from '../system/errno.ts';

/** GitHub refuses a summary above 1 MiB for a step. */
const largestSummaryBytes = 1024 * 1024;

/**
 * Adds to the files of a GitHub Actions step: the summary that the run's page shows, and the step's outputs. Outside of
 * Actions, where the variables are not set, it does nothing.
 * @throws FitError `write-failed`
 */
export async function appendGithubFiles(
  env: Readonly<Record<string, string | undefined>>,
  { summary, outputs }: { summary: string; outputs: string },
): Promise<void> {
  const fits = Buffer.byteLength(summary) < largestSummaryBytes;
  await append(env.GITHUB_STEP_SUMMARY, fits ? summary : 'The summary of gemma-fit was too long to show.\n');
  await append(env.GITHUB_OUTPUT, outputs);
}

async function append(path: string | undefined, text: string): Promise<void> {
  if (!path) return;
  try {
    await appendFile(path, text);
  } catch (cause) {
    const hint = 'GitHub Actions sets GITHUB_STEP_SUMMARY and GITHUB_OUTPUT; outside of it, leave them unset.';
    throw new FitError(
      'write-failed',
      `Cannot write ${path}: ${reasonOf(cause, { ENOENT: 'the folder does not exist' })}.`,
      hint,
      { cause },
    );
  }
}
