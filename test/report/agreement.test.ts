import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { evaluate } from '../../src/advice/requirements/evaluate.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import { chooseCandidate } from '../../src/advice/select.ts';
import type { CheckRequest, CheckResult } from '../../src/advice/types.ts';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import type { Machine, Platform } from '../../src/machine/types.ts';
import { memoize } from '../../src/memoize.ts';
import { variantIds } from '../../src/model/types.ts';
import { derivedRequest, derivedTagOf } from '../../src/ollama/pull/derived-tag.ts';
import { planFor } from '../../src/ollama/pull/plan.ts';
import { answerSentence } from '../../src/report/answer.ts';
import { githubOutputs } from '../../src/report/github.ts';
import { nextSteps } from '../../src/report/human/next.ts';
import { renderers } from '../../src/report/index.ts';
import { undeployable } from '../../src/report/k8s/undeployable.ts';
import { labelValue, nodeLabels } from '../../src/report/nfd.ts';
import { escapeMarkdown } from '../../src/report/text.ts';
import { formatContext } from '../../src/report/units.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { replay } from '../machine/replay.ts';
import { parsePrometheus } from './prometheus-parser.ts';
import { createOptions } from './result.ts';
import { type Element, parseXml } from './xml.ts';

const gib = 2 ** 30;
const context = { version: '0.0.0', dataAgeDays: 0 };

/** Name of a device (none: a CPU), RAM in GiB, system. */
type Stated = [gpu: string | undefined, ramGiB: number | undefined, platform: Platform];
const stated: Stated[] = [
  ['RTX 3050 8GB', 16, 'win32'],
  ['RTX 3060 12GB', 16, 'win32'],
  ['RTX 3070', 32, 'linux'],
  ['RTX 3090', 64, 'linux'],
  ['2x RTX 3090', 64, 'linux'],
  ['RTX 4060', 16, 'win32'],
  ['RTX 4060 Ti 16GB', 32, 'linux'],
  ['RTX 4070', 32, 'win32'],
  ['RTX 4090', 64, 'win32'],
  ['RTX 5090', 64, 'linux'],
  ['GTX 1070', 16, 'linux'],
  ['Tesla P40', 64, 'linux'],
  ['T4', 32, 'linux'],
  ['L4', 32, 'linux'],
  ['A100 80GB', 128, 'linux'],
  ['RX 6600', 16, 'linux'],
  ['RX 7800 XT', 32, 'linux'],
  ['RX 7900 XTX', 32, 'linux'],
  ['Arc A770 16GB', 32, 'linux'],
  ['Arc B580', 32, 'win32'],
  ['M1 8GB', undefined, 'darwin'],
  ['M2 16GB', undefined, 'darwin'],
  ['M4 24GB', undefined, 'darwin'],
  ['M4 Pro 48GB', undefined, 'darwin'],
  ['M4 Max 128GB', undefined, 'darwin'],
  [undefined, 8, 'linux'],
  [undefined, 16, 'win32'],
  [undefined, 64, 'linux'],
];
const probed = [
  'gke-l4-pod',
  'linux-arc-a770',
  'linux-dgx-spark',
  'linux-gh200',
  'linux-jetson-orin',
  'linux-nas-zfs-cache',
  'linux-rtx-4070-laptop',
  'linux-rtx-4090',
  'linux-rx-7900-xtx',
  'linux-strix-halo-gtt-120g',
  'linux-unlike-cards',
  'mac-m3-max-36gb',
];

const machines: [string, () => Promise<Machine> | Machine][] = [
  ...stated.map(([gpu, ramGiB, platform]): [string, () => Machine] => {
    const ram = ramGiB === undefined ? {} : { ramBytes: ramGiB * gib };
    const device = gpu === undefined ? {} : { gpu };
    return [
      `${gpu ?? 'no GPU'}, ${ramGiB ?? 'its own'} GiB`,
      () => hypotheticalMachine({ ...device, ...ram, platform }),
    ];
  }),
  ...probed.map((name): [string, () => Promise<Machine>] => [
    name,
    () => probeMachine(replay(name), { budgetMs: 15_000 }),
  ]),
];

const asked = memoize((machine: Machine) =>
  memoize((useCase: CheckRequest['useCase']) => checkMachine(machine, { ...openRequest, useCase }, context)),
);
const ask = (machine: Machine, useCase: CheckRequest['useCase']) => asked(machine)(useCase);
const render = (format: keyof typeof renderers, result: CheckResult) => renderers[format](result, createOptions());
const outputs = (result: CheckResult) =>
  Object.fromEntries(
    githubOutputs(result)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/=(.*)/s)),
  );

it('40 machines are asked', () => expect(machines).toHaveLength(40));

describe.each(machines)('on %s', (_name, make) => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await make();
  });

  it.each([null, 'agent', 'long'] as const)('every format names one tag and one context (%s)', async (useCase) => {
    const result = ask(machine, useCase);
    const best = result.recommendation;
    if (best === null) {
      expect(() => chooseCandidate(machine, result.request, null, context)).toThrow();
      expect(outputs(result)).toMatchObject({ recommended: '', context: '' });
      expect(nodeLabels(result).recommended).toBeUndefined();
      expect(render('k8s', result)).toMatch(/^# .+\n$/);
      return;
    }
    const { tag, workload } = best;
    const tokens = workload.contextTokensPerSequence;

    const plan = planFor(chooseCandidate(machine, result.request, null, context));
    const derived = derivedTagOf(plan, null);
    expect(derived.base).toBe(tag);
    expect(derivedRequest(derived).parameters.num_ctx).toBe(tokens);

    const sentence = answerSentence(result);
    expect(sentence).toContain(`Recommended: ${tag}, `);
    expect(sentence).toContain(`${formatContext(tokens)} context`);
    expect(render('markdown', result)).toContain(escapeMarkdown(sentence));
    for (const format of ['github', 'human'] as const) expect(render(format, result)).toContain(tag);
    expect(nextSteps(result).map(({ command }) => command)).toContainEqual(
      expect.stringMatching(new RegExp(`pull ${tag.replace('gemma4:', '')} --context (${tokens / 1024}k|${tokens})$`)),
    );

    const json = JSON.parse(render('json', result)).recommendation;
    expect([json.tag, json.workload.contextTokensPerSequence]).toEqual([tag, tokens]);
    expect(nodeLabels(result)).toMatchObject({ recommended: labelValue(tag), context: String(tokens) });
    expect(outputs(result)).toMatchObject({ recommended: tag, context: String(tokens) });

    const gauge = parsePrometheus(render('prometheus', result)).filter(({ name }) => name === 'gemma_fit_recommended');
    expect(gauge.map(({ labels }) => [labels.tag, labels.context])).toEqual([[tag, String(tokens)]]);
    const [suite] = parseXml(render('junit', result)).children;
    expect(suite?.children.at(-1)?.text).toBe(sentence);

    if (undeployable(result, best) !== null) return;
    const pod = parse(render('k8s', result)).spec.template.spec;
    expect(pod.initContainers[0].env).toContainEqual({ name: 'MODEL', value: tag });
    expect(pod.containers[0].env).toContainEqual({ name: 'OLLAMA_CONTEXT_LENGTH', value: String(tokens) });
  });

  it('fits means what the requirement of that model means', async () => {
    const result = ask(machine, null);
    const target = toSchedulerTarget(machine);
    const outcome = (text: string) => evaluate(parseRequirement(text), openRequest, target).outcome;
    const onGpu = variantIds.filter((variant) => outcome(`${variant}:gpu`) === 'met');
    const anywhere = variantIds.filter((variant) => outcome(variant) === 'met');

    const labels = nodeLabels(result);
    expect(variantIds.filter((variant) => labels[`fits.gemma4.${variant}`] === 'true')).toEqual(onGpu);
    const models: string[] = JSON.parse(outputs(result).models ?? '[]');
    expect(variantsOf(result, models)).toEqual(onGpu);
    const gauges = parsePrometheus(render('prometheus', result));
    const variantsWith = (wanted: string) =>
      variantIds.filter((variant) =>
        gauges.some(({ name, labels: of, value }) => name === wanted && of.variant === variant && value === 1),
      );
    expect(variantsWith('gemma_fit_fits')).toEqual(onGpu);
    expect(variantsWith('gemma_fit_runs')).toEqual(anywhere);
    for (const { variant, runs, fits } of result.candidates) {
      if (runs === 'met') expect(anywhere).toContain(variant);
      if (fits === 'met') expect(onGpu).toContain(variant);
    }
    // A case of JUnit names its context.
    const [suite] = parseXml(render('junit', result)).children;
    const cases = suite?.children.filter(({ name }: Element) => name === 'testcase') ?? [];
    for (const { attributes, children } of cases) {
      const [tag = '', context = ''] = attributes.name?.split(' @ ') ?? [];
      const build = result.candidates.find((one) => one.tag === tag);
      const required = outcome(`${tag}@${context}`) === 'met';
      if (build !== undefined) expect(children[0]?.name === 'system-out', attributes.name).toBe(required);
    }
    const selector = parse(render('k8s', result))?.spec?.template.spec.nodeSelector ?? {};
    for (const name of Object.keys(selector)) expect(labels[name.replace('gemma-fit.dev/', '')]).toBe('true');
  });
});

function variantsOf({ candidates }: CheckResult, tags: readonly string[]) {
  return variantIds.filter((variant) => candidates.some((one) => one.variant === variant && tags.includes(one.tag)));
}
