import { describe, expect, it } from 'vitest';
import { buildById } from '../../src/data/tables.ts';
import type { MachineFinding, ServerSettingKind } from '../../src/machine/findings.ts';
import { shapeOfBuild } from '../../src/model/memory/build-shape.ts';
import { decideSchedule } from '../../src/server-rules/scheduler.ts';
import { serviceSettingsOf } from '../../src/server-rules/service-settings.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, machine } from '../advice/machines.ts';

const told = (setting: ServerSettingKind, value: string): MachineFinding => ({
  code: 'server-setting',
  setting,
  variable: setting,
  value,
  source: 'ollama.service',
});
const settings = (...warnings: MachineFinding[]) => serviceSettingsOf({ warnings });

describe('what the Ollama service was told', () => {
  it('what the Ollama service was told is understood where it is a word or a number of Ollama', () => {
    expect(settings()).toEqual({});
    expect(settings(told('cache-type', 'Q8_0'), told('parallel', '4'), told('context-length', '65536'))).toEqual({
      kvType: 'q8_0',
      sequences: 4,
      contextTokens: 65_536,
    });
    expect(settings(told('fit-target', '1024'), told('flash-attention', '0'))).toEqual({
      fitTargetBytes: gib,
      flashAttention: false,
    });
  });

  it('what the Ollama service was told is left alone where it is something else', () => {
    expect(settings(told('cache-type', 'iq4_nl'), told('parallel', 'many'), told('fit-target', '512,1024'))).toEqual(
      {},
    );
  });

  it('what the Ollama service was told switches flash attention off for cards that could do it', () => {
    const build = buildById('12b-it-qat');
    if (build === null) throw new Error('no build');
    const decided = (...warnings: MachineFinding[]) =>
      decideSchedule(toSchedulerTarget(machine([gpu()], { warnings })), shapeOfBuild(build), 8192)?.flashAttention;
    expect([decided(), decided(told('flash-attention', '0'))]).toEqual([true, false]);
  });
});
