import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { githubOutputs } from '../../src/report/github.ts';
import { createResult } from './result.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const action = parse(read('action.yml'));
const text = { type: 'string', minLength: 1 };
const closed = { type: 'object', additionalProperties: false };

/** The part of SchemaStore's github-action schema that a composite action of shell steps uses. */
const schema = {
  ...closed,
  required: ['name', 'description', 'runs'],
  properties: {
    name: text,
    author: text,
    description: text,
    branding: {
      ...closed,
      properties: {
        icon: text,
        color: { enum: ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'] },
      },
    },
    inputs: {
      type: 'object',
      propertyNames: { pattern: '^[_a-zA-Z][a-zA-Z0-9_-]*$' },
      additionalProperties: {
        ...closed,
        required: ['description'],
        properties: {
          description: text,
          required: { type: 'boolean' },
          default: { type: 'string' },
          deprecationMessage: text,
        },
      },
    },
    outputs: {
      type: 'object',
      additionalProperties: {
        ...closed,
        required: ['description', 'value'],
        properties: { description: text, value: text },
      },
    },
    runs: {
      ...closed,
      required: ['using', 'steps'],
      properties: {
        using: { const: 'composite' },
        steps: {
          type: 'array',
          minItems: 1,
          items: {
            ...closed,
            required: ['run', 'shell'],
            properties: {
              id: text,
              name: text,
              run: text,
              shell: { enum: ['bash', 'pwsh'] },
              env: { type: 'object', additionalProperties: { type: 'string' } },
            },
          },
        },
      },
    },
  },
};

describe('action.yml', () => {
  it('action.yml has the shape of a composite action', () => {
    const validate = new Ajv2020().compile(schema);
    validate(action);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('action.yml runs the version of this package', () => {
    expect(action.inputs.version.default).toBe(JSON.parse(read('package.json')).version);
  });

  it('action.yml never puts an input into the script', () => {
    for (const step of action.runs.steps) expect(step.run).not.toContain('${{');
  });

  it('action.yml hands on every output that the report writes', () => {
    const written = githubOutputs(createResult())
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(Object.keys(action.outputs).sort()).toEqual(written.sort());
  });
});

describe.skipIf(process.platform === 'win32')('the script of the action', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gemma-fit-action-'));
    writeFileSync(
      join(folder, 'npx'),
      '#!/bin/sh\nprintf "<%s>" "$@"\n[ -z "$FAKE_LOOK" ] || (pwd; ls -A; env | grep ^npm_config_)\nexit "$FAKE_CODE"\n',
    );
    chmodSync(join(folder, 'npx'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(inputs: Record<string, string>, code = 0): { said: string; exit: number } {
    const nothing = { FIT_REQUIRE: '', FIT_CONTEXT: '', FIT_FOR: '', FIT_FAIL: 'true', FIT_VERSION: '1.0.0' };
    const env = {
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      RUNNER_TEMP: folder,
      ...nothing,
      ...inputs,
      FAKE_CODE: String(code),
    };
    const flags = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c'];
    try {
      const said = execFileSync('bash', [...flags, action.runs.steps[0].run], { env, encoding: 'utf8', stdio: 'pipe' });
      return { said, exit: 0 };
    } catch (error) {
      const { stdout, status } = error as { stdout: string; status: number };
      return { said: stdout, exit: status };
    }
  }

  it('the script of the action asks for nothing that was not given', () => {
    expect(run({}).said).toBe('<--yes><gemma-fit@1.0.0><check><--format><github>');
  });

  it.each([
    'file:/evil',
    'https://x.example/evil.tgz',
    'github:evil/evil',
    'npm:evil',
    'latest',
    '1.0',
    '1.0.0 && x',
    '::set-output name=x::y',
    '',
  ])('the script of the action runs no %j for a version', (version) => {
    expect(run({ FIT_VERSION: version })).toEqual({ said: '', exit: 2 });
  });

  it('the script of the action takes a version before its release', () =>
    expect(run({ FIT_VERSION: '1.2.0-rc.1' }).exit).toBe(0));

  it('the script of the action stands in an empty folder of its own, with the registry named and no scripts', () => {
    const [, place = '', ...lines] = run({ FAKE_LOOK: 'yes' }).said.split(/[>\n]+(?=\/)|\n/);
    expect(place).toMatch(/\/gemma-fit\.\w+$/);
    expect(place.startsWith(realpathSync(folder))).toBe(true);
    expect(lines.filter(Boolean).sort()).toEqual([
      'npm_config_ignore_scripts=true',
      'npm_config_registry=https://registry.npmjs.org/',
      'package.json',
    ]);
  });

  it('the script of the action makes one option of each requirement, whatever is in it', () => {
    const { said } = run({ FIT_REQUIRE: '26b@32k\n31b@32k>=20tps  $(touch x) *', FIT_CONTEXT: '32k; rm -rf /' });
    expect(said).toContain(
      '<--context=32k; rm -rf /><--require=26b@32k><--require=31b@32k>=20tps><--require=$(touch><--require=x)><--require=*>',
    );
  });

  it.each([
    [0, 'true', 0],
    [3, 'true', 3],
    [4, 'true', 4],
    [3, 'false', 0],
    [4, 'false', 0],
    [2, 'false', 2],
    [70, 'false', 70],
  ])('exit %i with fail: %s is %i', (code, fail, exit) => {
    expect(run({ FIT_FAIL: fail }, code).exit).toBe(exit);
  });
});

describe.each(readdirSync('.github/workflows'))('%s', (name) => {
  const workflow = parse(read(join('.github/workflows', name)));
  const jobs = Object.values(workflow.jobs) as { permissions?: object; steps: { uses?: string; run?: string }[] }[];

  it('a workflow gives no permission that a job does not name', () => {
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) expect(job.permissions).toBeDefined();
  });

  it('a workflow pins every action of others by commit', () => {
    const used = jobs.flatMap(({ steps }) => steps.map(({ uses }) => uses)).filter((uses) => uses !== undefined);
    for (const uses of used) expect(uses).toMatch(/^\.\/$|@[0-9a-f]{40}$/);
  });

  it('a workflow puts nothing from outside into a script', () => {
    for (const { run = '' } of jobs.flatMap(({ steps }) => steps)) expect(run).not.toContain('${{');
  });
});
