import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calledAs } from '../../src/commands/called-as.ts';
import { runChat } from '../../src/commands/run-chat.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gemma-fit-chat-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe.skipIf(process.platform === 'win32')('pull --run', () => {
  const ollama = async (script: string) => {
    await writeFile(join(folder, 'ollama'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'ollama'), 0o755);
    return { PATH: `${folder}:/usr/bin:/bin` };
  };

  it('pull --run starts ollama run with the tag, as one argument', async () => {
    const env = await ollama(`printf '%s|' "$@" > ${folder}/said`);
    expect(await runChat('my gemma:12b', env)).toBe('ok');
    expect(await readFile(join(folder, 'said'), 'utf8')).toBe('run|my gemma:12b|');
  });

  it('pull --run tells when the chat failed', async () => {
    expect(await runChat('gemma4-fit:12b', await ollama('exit 3'))).toBe('ollama-unavailable');
  });

  it('pull --run says what to do where the program is not there', async () => {
    await expect(runChat('gemma4-fit:12b', { PATH: folder })).rejects.toMatchObject({
      code: 'ollama-unreachable',
      hint: expect.stringContaining('gemma4-fit:12b is installed'),
    });
  });
});

describe('the name under which the program was called', () => {
  it.each([
    [{}, 'gemma-fit'],
    [{ npm_command: 'exec', npm_lifecycle_event: 'npx' }, 'npx gemma-fit'],
    [{ npm_command: 'run-script', npm_lifecycle_event: 'model' }, 'gemma-fit'],
    [{ npm_config_user_agent: 'pnpm/9.1.0 npm/? node/v20', npm_command: 'exec' }, 'pnpm dlx gemma-fit'],
  ])('%j: %s', (env, name) => expect(calledAs(env)).toBe(name));
});
