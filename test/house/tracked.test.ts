import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './sources.ts';

/** Traces of the computer this was written on. In pieces, so that this file does not contain them. */
const places = new RegExp(`/${'work'}/(main|shared)|\\b${'farm'}-\\w+|/${'tmp'}/brief`);
const secret = /-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_[A-Za-z0-9]{30}|npm_[A-Za-z0-9]{30}/;
const binary = /\.(png|gguf|ico|gif)$/;

const tracked = existsSync(join(root, '.git'))
  ? execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
  : [];
const texts = tracked
  .filter((path) => !binary.test(path) && existsSync(join(root, path)) && statSync(join(root, path)).isFile())
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

describe.runIf(texts.length > 0)('what is tracked', () => {
  it.each([
    ['paths of one machine', places],
    ['secrets', secret],
  ])('what is tracked holds no %s', (_what, pattern) => {
    const found = texts.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.slice(0, 120)}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it('the lock file names no registry: npm asks the one that is set up', () => {
    const lock = texts.find(({ path }) => path === 'package-lock.json')?.text ?? '';
    const hosts = [...lock.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map(([, host]) => host);
    expect([...new Set(hosts)]).toEqual([]);
  });

  it('what is tracked is nothing that a build or a test makes', () => {
    expect(tracked.filter((path) => /^(dist|coverage|reports|node_modules)\/|\.tgz$/.test(path))).toEqual([]);
  });

  it('what is tracked lies in the folders of the plan', () => {
    const known = ['bin', 'data', 'deploy', 'docs', 'examples', 'scripts', 'src', 'test', '.github', '.ci'];
    const folders = tracked.filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? '');
    expect([...new Set(folders)].filter((name) => !known.includes(name))).toEqual([]);
  });
});
