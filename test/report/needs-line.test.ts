import { describe, expect, it } from 'vitest';
import { outputOf } from '../cli/record.ts';

const said = async (options: string) => (await outputOf(`check --os linux ${options}`)).split('\n');
/** The command of a step, on the next line where it is long. */
function step(lines: readonly string[], label: string): string | undefined {
  const at = lines.findIndex((line) => line.startsWith(label));
  const command = at < 0 ? undefined : lines[at]?.slice(label.length).trim();
  return command === ':' ? lines[at + 1]?.trim() : command;
}

describe('what to do where nothing runs', () => {
  it.each([
    ['--gpu none --ram 2GiB', 'needs e2b'],
    ['--gpu none --ram 2GiB --for agent', 'needs e4b --for agent'],
    ['--gpu none --ram 2GiB --model 26b --context 64k', 'needs 26b --context 64k'],
    [
      '--gpu none --ram 6GiB --context 128k --parallel 8 --kv-cache q8_0 --text-only --micro-batch 256',
      'needs e2b --context 128k --parallel 8 --kv-cache q8_0 --text-only --micro-batch 256',
    ],
    ['--gpu "RTX 3060 12GB" --ram 16GiB --for code --min-speed 300', 'needs e2b --for code --min-speed 300'],
    ['--gpu none --ram 2GiB --runtime llama.cpp', 'needs e2b --runtime llama.cpp'],
  ])('what to do where nothing runs is to look for hardware for what was asked: %s', async (options, command) => {
    expect(step(await said(options), 'Hardware that runs it')).toBe(`gemma-fit ${command}`);
  });

  it('what to do where nothing runs is a command to be typed', async () => {
    const asked = '--context 128k --parallel 8 --kv-cache q8_0 --text-only --micro-batch 256 --min-speed 2';
    const command = step(await said(`--gpu none --ram 6GiB ${asked}`), 'Hardware that runs it');
    expect(command).toBe(
      `gemma-fit needs e2b ${asked.replace(/ --text-only.*/, '')} --min-speed 2 --text-only --micro-batch 256`,
    );
    expect(await outputOf(command?.replace('gemma-fit ', '') ?? '')).toMatch(/^e2b at 8 x 128K needs/);
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 12])(
    'what to do where nothing runs is to take less context where that helps, and only there: %i GiB of RAM',
    async (gib) => {
      const of = (context: string) => said(`--gpu none --ram ${gib}GiB --context ${context}`);
      const [least, most] = await Promise.all([of('4k'), of('128k')]);
      const helps = /^Recommended/.test(least[0] ?? '') && !/^Recommended/.test(most[0] ?? '');
      expect(step(most, 'Less context')).toBe(helps ? 'the same with --context 4k' : undefined);
      expect(step(least, 'Less context')).toBeUndefined();
    },
  );

  it('what to do where nothing runs is not to take less context where a minimum speed is missed', async () => {
    expect(step(await said('--gpu "RTX 3060 12GB" --ram 16GiB --min-speed 300'), 'Less context')).toBeUndefined();
  });

  it('what does not run is told with the context of each conversation', async () => {
    expect((await said('--gpu none --ram 6GiB --context 128k --parallel 8'))[0]).toBe(
      'No Gemma 4 model fits this machine with 8 contexts of 128K.',
    );
  });
});
