/**
 * Checks on this computer what src/machine/host/memory/cgroup.ts computes for a memory limit: makes a cgroup with a limit, fills it with
 * page cache that was read twice (so that it is active, as a model's mapped weights are), asks `gemma-fit doctor` inside it what is
 * available, then allocates until the kernel kills. Also with tmpfs and with dirty pages, which do not or not at once give way. npm run
 * build && node scripts/check-memory-limit.mjs [limit in MiB, default 400] Needs a cgroup file system that may be written (root); says so
 * and ends with 0 elsewhere. Ends with 1 where the figure is not what the kernel gave.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MiB = 2 ** 20;
const limitMiB = Number(process.argv[2] ?? 400);
const bin = fileURLToPath(new URL('../bin/gemma-fit.js', import.meta.url));

/** Where a group can be created, with the names of its files; null where none can. */
function hierarchy() {
  const one = '/sys/fs/cgroup/memory';
  if (existsSync(join(one, 'memory.limit_in_bytes'))) {
    return { version: 1, root: one, limit: 'memory.limit_in_bytes', stat: 'memory.stat' };
  }
  const two = '/sys/fs/cgroup';
  const controllers = existsSync(join(two, 'cgroup.subtree_control'))
    ? readFileSync(join(two, 'cgroup.subtree_control'), 'utf8')
    : '';
  return controllers.includes('memory') ? { version: 2, root: two, limit: 'memory.max', stat: 'memory.stat' } : null;
}

function makeGroup(place) {
  const folder = join(place.root, `gemma-fit-check-${process.pid}`);
  mkdirSync(folder);
  writeFileSync(join(folder, place.limit), String(limitMiB * MiB));
  const swap = join(folder, place.version === 1 ? 'memory.swappiness' : 'memory.swap.max');
  if (existsSync(swap)) writeFileSync(swap, '0');
  return folder;
}

/** Runs shell commands inside the group. */
const inside = (folder, script, options = {}) =>
  spawnSync('/bin/sh', ['-c', `echo $$ > ${folder}/cgroup.procs; ${script}`], { encoding: 'utf8', ...options });

function availableInside(folder) {
  const { stdout, stderr } = inside(folder, `exec "${process.execPath}" "${bin}" doctor --json`, {
    env: { ...process.env, OLLAMA_HOST: 'http://127.0.0.1:1' },
  });
  try {
    return JSON.parse(stdout).machine?.memory ?? JSON.parse(stdout).memory;
  } catch {
    throw new Error(`doctor gave no JSON: ${stderr}`);
  }
}

const allocator = `
const held = [];
process.stdout.write('ready\\n');
for (;;) { held.push(Buffer.alloc(4 * ${MiB}, 1)); process.stdout.write(String(held.length * 4) + '\\n'); }
`;

/** MiB of anonymous memory that a new process in the group gets before the kernel kills it, its own start included. */
function allocated(folder) {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', [
      '-c',
      `echo $$ > ${folder}/cgroup.procs; exec "${process.execPath}" -e "${allocator.replaceAll('"', '\\"').replaceAll('\n', ' ')}"`,
    ]);
    let text = '';
    let ownMiB = 0;
    child.stdout.on('data', (piece) => {
      if (text === '') ownMiB = residentMiB(child.pid);
      text += piece;
    });
    child.on('close', () => resolve(Number(text.trim().split('\n').at(-1)) + ownMiB));
  });
}

function residentMiB(pid) {
  try {
    return Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const cases = [
  {
    name: 'page cache read twice',
    fill: (file, mib) =>
      `dd if=/dev/zero of=${file} bs=1M count=${mib} 2>/dev/null; sync ${file}; cat ${file} ${file} ${file} > /dev/null`,
    givesWay: true,
  },
  {
    name: 'tmpfs',
    fill: (_, mib) => `dd if=/dev/zero of=/dev/shm/gemma-fit-check bs=1M count=${mib} 2>/dev/null`,
    clean: () => rmSync('/dev/shm/gemma-fit-check', { force: true }),
    givesWay: false,
  },
];

async function tryOut(place, { name, fill, clean, givesWay }) {
  const folder = makeGroup(place);
  const work = mkdtempSync(join(tmpdir(), 'gemma-fit-'));
  const filledMiB = Math.round(limitMiB * 0.6);
  try {
    inside(folder, fill(join(work, 'file'), filledMiB));
    const stat = readFileSync(join(folder, place.stat), 'utf8');
    const value = (key) => Math.round(Number(new RegExp(`^${key} (\\d+)`, 'm').exec(stat)?.[1] ?? 0) / MiB);
    const memory = availableInside(folder);
    const saidMiB = Math.round(memory.availableBytes / MiB);
    const gotMiB = Math.round(await allocated(folder));
    const shares = `active_file ${value('active_file')}, inactive_file ${value('inactive_file')} MiB`;
    const close = gotMiB >= saidMiB * 0.9 && gotMiB <= saidMiB * 1.25 + 40;
    const expected = givesWay ? saidMiB > limitMiB * 0.6 : saidMiB < limitMiB * 0.5;
    console.log(
      `${close && expected ? 'ok   ' : 'WRONG'} ${name}: limit ${limitMiB}, filled ${filledMiB} (${shares}); said available ${saidMiB}, allocated ${gotMiB} MiB`,
    );
    return close && expected;
  } finally {
    clean?.();
    rmSync(work, { recursive: true, force: true });
    await new Promise((done) => setTimeout(done, 200));
    rmdirSync(folder);
  }
}

const place = hierarchy();
try {
  if (place === null) throw Object.assign(new Error('no memory controller'), { code: 'ENOENT' });
  rmdirSync(makeGroup(place));
} catch (error) {
  console.log(`skipped: no cgroup of memory can be made here (${error.code ?? error.message})`);
  process.exit(0);
}
console.log(`cgroup v${place.version} in ${place.root}`);
let good = true;
for (const one of cases) good = (await tryOut(place, one)) && good;
process.exit(good ? 0 : 1);
