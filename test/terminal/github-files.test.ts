import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendGithubFiles } from '../../src/terminal/github-files.ts';

describe('the files of a GitHub Actions step', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gemma-fit-github-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('the files of a GitHub Actions step are added to, not replaced', async () => {
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_OUTPUT: join(folder, 'output') };
    await writeFile(env.GITHUB_OUTPUT, 'before=1\n');
    await appendGithubFiles(env, { summary: '# yes\n', outputs: 'fits=true\n' });
    expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toBe('before=1\nfits=true\n');
    expect(await readFile(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe('# yes\n');
  });

  it('the files of a GitHub Actions step are left alone outside of Actions', async () => {
    await expect(appendGithubFiles({}, { summary: 'x', outputs: 'y' })).resolves.toBeUndefined();
  });

  it('the files of a GitHub Actions step get a line instead of a summary that GitHub would refuse', async () => {
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    await appendGithubFiles(env, { summary: 'x'.repeat(2 ** 20), outputs: '' });
    expect((await readFile(env.GITHUB_STEP_SUMMARY, 'utf8')).length).toBeLessThan(100);
  });

  it('the files of a GitHub Actions step say why they cannot be written', async () => {
    const env = { GITHUB_OUTPUT: join(folder, 'no', 'such') };
    await expect(appendGithubFiles(env, { summary: '', outputs: 'x' })).rejects.toMatchObject({ code: 'write-failed' });
  });
});
