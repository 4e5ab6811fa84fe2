import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { exitOf } from '../../src/advice/exit.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { dataVersion } from '../../src/data/tables.ts';
import { ask, codes, finding } from './case.ts';
import { gib, gpu, mac, machine, ram } from './machines.ts';

const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);

describe('an answer', () => {
  it('an answer says which shape it has, which tool gave it and how old its tables are', () => {
    const { schemaVersion, tool, data } = checkMachine(card(24), openRequest, { version: '1.2.3', dataAgeDays: 9 });
    expect({ schemaVersion, tool, data }).toEqual({
      schemaVersion: '1.0',
      tool: { name: 'gemma-fit', version: '1.2.3' },
      data: { version: dataVersion, ageDays: 9 },
    });
  });

  it('an answer repeats the machine and the request as they were given', () => {
    const on = card(24);
    const request: CheckRequest = { ...openRequest, useCase: 'vision' };
    const answer = checkMachine(on, request, { version: '0', dataAgeDays: 0 });
    expect(answer.machine).toBe(on);
    expect(answer.request).toBe(request);
    expect(answer.request.vision).toBeNull();
  });

  it('an answer without a recommendation has no plain run and no other answers', () => {
    const { recommendation, plainRun, alternatives } = ask(machine([], { memory: ram(gib) }));
    expect({ recommendation, plainRun, alternatives }).toEqual({
      recommendation: null,
      plainRun: null,
      alternatives: { bestQuality: null, faster: null, longerContext: null },
    });
  });
});

describe('what was asked for', () => {
  it('what was asked for is a context that the recommended model was trained for, though a smaller one is worth more with less', () => {
    const on = machine([gpu({ freeBytes: 7.5 * gib })], { memory: ram(28 * gib) });
    const { recommendation, candidates } = ask(on, { contextTokensTotal: 262_144 });
    expect(recommendation?.workload.contextTokensTotal).toBe(262_144);
    const most = Math.max(...candidates.map(({ value }) => value?.points ?? 0));
    expect(recommendation?.value?.points).toBeLessThan(most);
    const small = machine([], { memory: ram(7 * gib) });
    expect(ask(small, { contextTokensTotal: 262_144 }).recommendation?.workload.contextTokensTotal).toBe(131_072);
  });

  it('what was asked for is a minimum speed, which nothing of unknown speed answers', () => {
    const studio = mac(400 * gib, 500 * gib);
    const open = ask(studio, { minimumTokensPerSecond: 500 });
    expect(open.candidates.some(({ verdict, value }) => verdict === 'gpu' && value === null)).toBe(true);
    expect(open.recommendation).toBeNull();
    expect(exitOf(open)).toBe('unknown');
  });

  it('what was asked for is the longest context of the model that is recommended', () => {
    for (const freeGiB of [7.5, 12, 17, 24, 40]) {
      const on = machine([gpu({ freeBytes: freeGiB * gib })], { memory: ram(28 * gib) });
      const [open, max] = [ask(on), ask(on, { contextTokensTotal: 'max' })].map(({ recommendation }) => recommendation);
      expect(max?.tag).toBe(open?.tag);
      expect(max?.workload.contextTokensTotal).toBeGreaterThanOrEqual(open?.workload.contextTokensTotal ?? 0);
    }
  });
});

describe('what a recommendation is explained with', () => {
  it('what a recommendation is explained with is what would happen unasked, how far it could go and what takes it further, in this order', () => {
    const found = codes(ask(card(24), { contextTokensTotal: 16_384 }).recommendation?.because ?? []);
    const last = found.slice(found.indexOf('plain-run'));
    expect(last.slice(0, 2)).toEqual(['plain-run', 'ceiling']);
    expect(new Set(last.slice(2))).toEqual(new Set(['lever']));
  });

  it.each([
    [1, 262_144],
    [2, 524_288],
  ])('the trained context counts once for each of %s sequences: %s tokens', (sequences, trainedTokens) => {
    const { because = [] } = ask(card(48), { contextTokensTotal: 16_384, sequences }).recommendation ?? {};
    expect(finding(because, 'ceiling').trainedTokens).toBe(trainedTokens);
  });
});

describe('a use that sees or hears', () => {
  // e4b on the device; nothing else has room in so little RAM.
  const beside = machine([gpu({ freeBytes: 5 * gib })], { memory: ram(4 * gib) });
  const levers = (request: Partial<CheckRequest>) =>
    (ask(beside, { contextTokensTotal: 16_384, ...request }).recommendation?.because ?? []).flatMap((reason) =>
      reason.code === 'lever' ? [reason.lever] : [],
    );

  it.each(['chat', 'vision', 'audio'] as const)(
    '%s: a smaller margin is offered, as Ollama loads the projector anyhow',
    (useCase) => {
      expect(levers({ useCase })).toContain('fit-target');
    },
  );

  it.each(['vision', 'audio'] as const)('a use that sees or hears does not go with no projector: %s', (useCase) => {
    expect(() => ask(beside, { useCase, vision: false })).toThrow('--text-only leaves out');
  });
});
