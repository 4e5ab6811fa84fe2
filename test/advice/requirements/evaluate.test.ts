import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { evaluate } from '../../../src/advice/requirements/evaluate.ts';
import { parseRequirement } from '../../../src/advice/requirements/parse.ts';
import type { CheckRequest } from '../../../src/advice/types.ts';
import { variantIds } from '../../../src/data/ids.ts';
import { buildByTag, variants } from '../../../src/data/tables.ts';
import { FitError } from '../../../src/errors.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { ask, candidate, codes } from '../case.ts';
import { gib, gpu, mac, machine, ram } from '../machines.ts';

const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);
const decided = (text: string, on = card(24), request: Partial<CheckRequest> = {}) => {
  const { outcome, tag, reasons } = evaluate(
    parseRequirement(text),
    { ...openRequest, ...request },
    toSchedulerTarget(on),
  );
  return { outcome, tag, codes: codes(reasons), reasons };
};

describe('the answer to a requirement', () => {
  it('the answer to a requirement is what was required, word for word', () => {
    const requirement = parseRequirement('31b@16k');
    expect(evaluate(requirement, openRequest, toSchedulerTarget(card(24))).requirement).toBe(requirement);
  });

  it('the answer to a requirement names the best of the builds that meet it, and one reason', () => {
    expect(decided('31b@16k')).toMatchObject({ outcome: 'met', tag: 'gemma4:31b-it-qat', codes: ['fits-device'] });
    expect(decided('12b:q8_0@8k', card(80))).toMatchObject({ outcome: 'met', tag: 'gemma4:12b-it-q8_0' });
  });

  it('the answer to a requirement judges the best by the use: what hears is no 26b', () => {
    const { variant } = buildByTag(decided('audio@16k', card(20)).tag ?? '')!;
    expect(variant).toBe(variants.findLast(({ input }) => input.includes('audio'))?.id);
    expect(decided('chat@16k', card(20)).tag).toBe('gemma4:26b-a4b-it-qat');
  });

  it('the answer to a requirement is what a tag fetches on this machine: on a Mac with Ollama 0.40 the plain tag is the MLX build', () => {
    const m4 = mac(36 * gib, 44 * gib);
    const [plain] = ask(m4, {
      ollamaVersion: '0.40.2',
      requirements: [parseRequirement('gemma4:12b@8k')],
    }).requirements;
    expect(plain?.reasons).toEqual(
      candidate(m4, '12b+mlx', { contextTokensTotal: 8192, ollamaVersion: '0.40.2' }).reasons.slice(0, 1),
    );
    expect(candidate(m4, '12b', { contextTokensTotal: 8192, ollamaVersion: '0.40.2' }).reasons.slice(0, 1)).not.toEqual(
      plain?.reasons,
    );
  });

  it('the answer to a requirement without a context is met with the longest that meets it, and tells which', () => {
    const asked = (text: string, freeGiB: number) =>
      evaluate(parseRequirement(text), openRequest, toSchedulerTarget(card(freeGiB)));
    // At 32K a part of it would be in RAM, and worth more than less context.
    expect(candidate(card(21), '31b-it-qat')).toMatchObject({ verdict: 'split' });
    const met = asked('31b:qat:gpu', 21);
    expect(met).toMatchObject({ outcome: 'met', reasons: [{ code: 'fits-device' }] });
    const tokens = met.contextTokensPerSequence ?? 0;
    expect([4096, 8192, 16_384]).toContain(tokens);
    expect(asked(`31b:qat@${tokens}:gpu`, 21).outcome).toBe('met');
    expect(asked(`31b:qat@${2 * tokens}:gpu`, 21).outcome).toBe('failed');
    expect(asked('31b:qat:gpu', 18)).toMatchObject({ outcome: 'failed' });
    expect(asked('31b:qat:gpu', 30).contextTokensPerSequence).toBe(32_768);
  });

  it('the answer to a requirement takes the context of the request where it names none, and its own where it does', () => {
    expect(decided('31b:gpu', card(24), { contextTokensTotal: 262_144 }).outcome).toBe('failed');
    expect(decided('31b@16k:gpu', card(24), { contextTokensTotal: 262_144 }).outcome).toBe('met');
  });

  it.each([
    [1, 262_144, 131_072],
    [2, 524_288, 262_144],
  ])(
    'the answer to a requirement says when a model was not trained for that: %s at once',
    (sequences, contextTokens, trainedTokens) => {
      const { outcome, reasons } = decided('e2b@256k', card(24), { sequences });
      expect(outcome).toBe('failed');
      expect(reasons).toEqual([{ code: 'above-trained-context', contextTokens, trainedTokens }]);
      expect(decided('e2b@128k').outcome).toBe('met');
    },
  );

  it('the answer to a requirement needs the projector on the device for seeing and hearing, though the request has no use for it', () => {
    const { seeing, reading } = e2bAt128k();
    const between = card((seeing + reading) / 2 / gib);
    const blind = { vision: false } as const;
    expect(decided('e2b@128k:gpu', between, blind).outcome).toBe('met');
    expect(decided('chat@128k:gpu', between, blind).outcome).toBe('met');
    for (const text of ['vision@128k:gpu', 'audio@128k:gpu']) {
      expect(decided(text, between, blind).outcome).toBe('failed');
    }
    expect(decided('e2b@128k:gpu', between).outcome).toBe('failed');
  });
});

describe('a requirement that another placement than the recommended one meets', () => {
  const slow = machine([gpu({ name: 'Some Card', freeBytes: 24 * gib, bandwidthBytesPerSecond: 120e9 })], {
    memory: { ...ram(60 * gib), bandwidthBytesPerSecond: 300e9 },
  });

  it('a requirement that another placement than the recommended one meets is met: on the GPU, though RAM is faster here and recommended', () => {
    expect(candidate(slow, '12b-it-qat', { contextTokensTotal: 8192 }).verdict).toBe('cpu');
    expect(decided('12b:qat@8k:gpu', slow)).toMatchObject({ outcome: 'met', codes: ['fits-device'] });
    expect(decided('12b:qat@8k', slow)).toMatchObject({ outcome: 'met', codes: ['runs-on-cpu'] });
  });
});

describe('a required speed', () => {
  const on = machine([gpu({ freeBytes: 24 * gib, name: 'Some Card' })]);
  const { speedAtFullContext } = candidate(on, '12b-it-qat', { contextTokensTotal: 8192 });
  const { lowTokensPerSecond: low, highTokensPerSecond: high } = speedAtFullContext ?? {
    lowTokensPerSecond: 0,
    highTokensPerSecond: 0,
  };
  const at = (minimumTokensPerSecond: number, where = on) => {
    const requirement = { ...parseRequirement('12b:qat@8k'), minimumTokensPerSecond };
    return evaluate(requirement, openRequest, toSchedulerTarget(where));
  };

  it('a required speed is met up to the low end of what is expected', () => {
    expect(at(low)).toMatchObject({ outcome: 'met', reasons: [{ code: 'fits-device' }] });
  });

  it.each([
    ['a little above that', (low + high) / 2],
    ['at the high end', high],
  ])('a required speed is not known %s', (_where, minimumTokensPerSecond) => {
    const reasons = [{ code: 'speed-unknown', minimumTokensPerSecond }, { code: 'fits-device' }];
    expect(at(minimumTokensPerSecond)).toMatchObject({ outcome: 'unknown', reasons });
  });

  it('a required speed is failed above the high end', () => {
    const wanted = high + 1;
    expect(at(wanted)).toMatchObject({
      outcome: 'failed',
      tag: 'gemma4:12b-it-qat',
      reasons: [{ code: 'too-slow', tokensPerSecond: high, minimumTokensPerSecond: wanted }, { code: 'fits-device' }],
    });
  });

  it('a required speed is not spoken of where the model does not fit, or nobody knows whether it does', () => {
    expect(decided('31b:qat@8k:gpu>=1tps', card(16))).toMatchObject({ outcome: 'failed', codes: ['spills'] });
    const dark = machine([gpu({ freeBytes: null, totalBytes: null })]);
    expect(decided('12b:qat@8k>=1tps', dark)).toMatchObject({ outcome: 'unknown', codes: ['device-memory-unknown'] });
  });
});

describe('a CPU alone', () => {
  it('a CPU alone is good enough where RAM holds the model and it is fast enough to read along', () => {
    expect(decided('e2b@8k', machine([])).outcome).toBe('met');
    expect(decided('e2b@8k', card(0.3)).outcome).toBe('met');
    expect(decided('e2b@8k', machine([], { memory: ram(gib) }))).toMatchObject({
      outcome: 'failed',
      codes: ['host-too-small'],
    });
  });

  it('a CPU alone is not where the model is too slow there, or was to lie on a device', () => {
    expect(decided('31b:qat@8k', machine([]))).toMatchObject({ outcome: 'failed', codes: ['too-slow', 'runs-on-cpu'] });
    expect(decided('e2b@8k:gpu', card(0.3))).toMatchObject({ outcome: 'failed', codes: ['runs-on-cpu'] });
  });
});

describe('the words of a requirement', () => {
  it.each([
    ['12b-it-qat@16k', { variant: '12b', build: '12b-it-qat' }],
    ['hf.co/unsloth/gemma-4-31B-it-GGUF:Q4_K_M', { variant: '31b', build: '31b-unsloth-Q4_K_M' }],
    ['gemma4:31b-it-q8_0>=12.55tps', { variant: '31b', build: '31b-it-q8_0', minimumTokensPerSecond: 12.55 }],
    ['26b:Q8_0', { variant: '26b', build: 'q8_0' }],
    ['26b:gemma4:26b-a4b-it-qat', { variant: '26b', build: 'gemma4:26b-a4b-it-qat' }],
  ])('%s is understood', (text, expected) => expect(parseRequirement(text)).toMatchObject(expected));

  const subjects = `is neither a model (${variantIds.join(', ')}) nor a use (chat, code, agent, vision, audio, long)`;
  it.each([
    ['@32k', 'expected MODEL[:BUILD][@CONTEXT][:gpu][>=SPEEDtps]'],
    ['7B@32k', `"7b" ${subjects}`],
    ['llama3:8b', `"llama3:8b" ${subjects}`],
    ['26b:@4k', 'nothing after the colon'],
    ['26b:q1_z@8k', '"q1_z" is not a build of 26b (gemma-fit list 26b)'],
    ['26b:31b-cloud@8k', '"31b-cloud" is not a build of 26b (gemma-fit list 26b)'],
    [
      '26b@12q',
      '"12q" is not a context size: expected a number of tokens such as 32768 or 32k. Use 4k to 256k; k is 1024 tokens',
    ],
    ['26b>=fast', '"fast" is not a speed in tokens per second'],
    ['26b>=x5tps', '"x5tps" is not a speed in tokens per second'],
    ['26b>=5tpsx', '"5tpsx" is not a speed in tokens per second'],
    ['26b>=0.0', '"0.0" is not a speed in tokens per second'],
  ])('%s is not: %s', (text, reason) => {
    const message = `Cannot read the requirement "${text}": ${reason}.`;
    const hint = 'Examples: 26b@32k, 26b:q8_0@64k, 26b@32k:gpu, vision@16k, 31b@32k>=20tps, gemma4:12b-it-qat@16k.';
    const thrown = expect.objectContaining({ code: 'usage', message, hint });
    expect(() => parseRequirement(text)).toThrow(thrown);
    expect(() => parseRequirement(text)).toThrow(FitError);
  });
});

/** Free bytes from which e2b-it-qat lies wholly on a card at 128k, with images and without, by halving. */
function e2bAt128k(): { seeing: number; reading: number } {
  const least = (vision: boolean) => {
    let [no, yes] = [gib, 8 * gib];
    while (yes - no > gib / 64) {
      const middle = (no + yes) / 2;
      const { verdict } = candidate(card(middle / gib), 'e2b-it-qat', { contextTokensTotal: 131_072, vision });
      if (verdict === 'gpu') yes = middle;
      else no = middle;
    }
    return yes;
  };
  return { seeing: least(true), reading: least(false) };
}
