import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirm, isInteractive, readAnswer } from '../../src/terminal/confirm.ts';

const person = { stdinTTY: true, stderrTTY: true, env: {}, json: false };

function ask(typed: string | null, signal?: AbortSignal) {
  const input = new PassThrough();
  const answer = confirm('Pull it?', { input, output: new PassThrough() }, signal);
  if (typed !== null) input.end(typed);
  return answer;
}

describe('a question', () => {
  it('a question is asked only when a person is there', () => {
    expect(isInteractive(person)).toBe(true);
    expect(isInteractive({ ...person, stdinTTY: false })).toBe(false);
    expect(isInteractive({ ...person, stderrTTY: false })).toBe(false);
    expect(isInteractive({ ...person, env: { CI: 'true' } })).toBe(false);
    expect(isInteractive({ ...person, json: true })).toBe(false);
  });

  it.each([
    ['', true],
    ['Y', true],
    [' yes ', true],
    ['n', false],
    ['No', false],
    ['perhaps', null],
  ])('%j means %s', (text, answer) => {
    expect(readAnswer(text)).toBe(answer);
  });

  it('a question is asked again until the answer is clear', async () => {
    expect(await ask('hm\nn\n')).toBe(false);
    expect(await ask('hm\n\n')).toBe(true);
  });

  it('left without an answer is a no', async () => {
    expect(await ask('')).toBe(false);
  });

  it('a question ends with the signal', async () => {
    const controller = new AbortController();
    const answer = ask(null, controller.signal);
    controller.abort(new Error('stop'));
    await expect(answer).rejects.toThrow('stop');
  });
});
