import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';

/** One command whose words a reviewer should see. The file of the same name beside this one holds what it says. */
export interface Transcript {
  name: string;
  /** As typed after `gemma-fit`, quoted as a shell reads it. */
  command: string;
  /** A folder of test/machines whose readings are replayed; null: a computer that tells nothing. */
  machine: string | null;
  env?: Record<string, string>;
  stdin?: string;
}

const on = (machine: string, name: string, command: string, more: Partial<Transcript> = {}): Transcript => ({
  name,
  command,
  machine,
  ...more,
});
const anywhere = (name: string, command: string, more: Partial<Transcript> = {}): Transcript => ({
  name,
  command,
  machine: null,
  ...more,
});

const gaming = '--os linux --gpu "RTX 4090" --ram 64GiB';
const laptop = '--os linux --gpu "RTX 4060 Laptop" --ram 16GiB';

const hosts = {
  alpha: 'RTX 4090',
  beta: 'RTX 3060 12GB',
  gamma: '2x RTX 3090',
  delta: 'M3 Max 64GB',
  epsilon: 'RX 7900 XTX',
};
const fleet = Object.entries(hosts)
  .map(([name, gpu]) => JSON.stringify({ name, machine: hypotheticalMachine({ gpu, ramBytes: 64 * 2 ** 30 }) }))
  .join('\n');

export const transcripts: readonly Transcript[] = [
  on('linux-rtx-4090', 'bare', ''),
  on('linux-rtx-4090', 'check-rtx-4090', 'check --context 32k'),
  on('linux-rtx-4090', 'check-60-columns', 'check --context 32k', { env: { COLUMNS: '60' } }),
  on('linux-rtx-4090', 'check-120-columns', 'check --context 32k', { env: { COLUMNS: '120' } }),
  on('linux-rtx-4090', 'check-ascii', 'check --context 32k', { env: { LC_ALL: 'C' } }),
  on('linux-rtx-4090', 'check-quiet', 'check --quiet'),
  on('linux-rtx-4090', 'check-explain', 'check --context 32k --explain 31b'),
  on('linux-rtx-4060-laptop-and-780m', 'check-laptop', 'check'),
  on('github-runner', 'check-ci-runner', 'check'),
  on('raspberry-pi-5', 'check-raspberry-pi', 'check'),
  on('mac-m3-max-36gb', 'check-mac', 'check'),
  anywhere('mac-m2-pro-32', 'check --gpu "M2 Pro 32GB"'),
  anywhere('mac-m2-pro-32-why', 'check --gpu "M2 Pro 32GB" --why'),
  anywhere('mac-m4-16', 'check --gpu "Mac mini M4 16GB"'),
  anywhere('mac-m4-pro-24', 'check --gpu "M4 Pro 24GB"'),
  anywhere('mac-m4-pro-48', 'check --gpu "M4 Pro 48GB"'),
  anywhere('mac-m4-max-64', 'check --gpu "M4 Max 64GB"'),
  anywhere('mac-m4-max-128', 'check --gpu "M4 Max 128GB"'),
  anywhere('mac-m3-ultra-256', 'check --gpu "Mac Studio M3 Ultra 256GB"'),
  anywhere('mac-mlx-explain', 'check --gpu "M2 Pro 32GB" --context 32k --explain gemma4:31b'),
  anywhere('mac-mlx-snapshots', 'check --gpu "M2 Pro 32GB" --context 16k --explain gemma4:31b'),
  on('linux-strix-halo-gtt-120g', 'check-strix-halo', 'check --for agent'),
  on('linux-driver-mismatch', 'check-broken-driver', 'check'),
  on('linux-nvidia-smi-hangs', 'check-driver-hangs', 'check'),
  on('gke-l4-pod', 'check-pod', 'check --context 16k --parallel 4'),
  on('linux-unlike-cards', 'check-two-cards', 'check --context 64k'),
  anywhere('check-nothing-known', 'check'),
  anywhere('what-if-256k', `check ${gaming} --context 256k`),
  anywhere('what-if-q8-cache', `check ${gaming} --context 128k --kv-cache q8_0`),
  anywhere('what-if-vram', 'check --os linux --vram 24GiB --ram 64GiB --context 262144'),
  anywhere('what-if-all-builds', `check ${laptop} --all`),
  anywhere('require-met', `check ${gaming} --quiet --require 26b@32k vision@16k`),
  anywhere('require-not-met', `check ${laptop} --require 26b@32k`),
  anywhere('require-speed', `check ${gaming} --quiet --require "26b@32k>=500tps"`),
  anywhere('format-markdown', `check ${laptop} --format markdown`),
  anywhere('format-github', `check ${laptop} --format github --require 26b@32k e4b@8k`),
  anywhere('format-junit', `check ${laptop} --format junit --require 26b@32k e4b@8k`),
  anywhere('format-prometheus', `check ${laptop} --format prometheus`),
  anywhere('format-nfd', `check ${gaming} --format nfd`),
  anywhere('format-k8s', `check ${gaming} --context 64k --format k8s`),
  anywhere('fleet', 'check --machine - --context 32k', { stdin: fleet }),
  anywhere('fleet-require', 'check --machine - --require 26b@32k e4b@8k', { stdin: fleet }),
  anywhere('list-e4b', 'list e4b'),
  anywhere('list-csv', 'list 31b --format csv'),
  anywhere('llama-cpp', `check ${gaming} --runtime llama.cpp`),
  anywhere('llama-cpp-experts', 'check --gpu "RTX 3060 12GB" --ram 32GB --runtime llama.cpp --why'),
  anywhere('llama-cpp-pull', 'pull 26b --runtime llama.cpp'),
  anywhere('error-runtime', 'check --runtime vllm'),
  anywhere('users-most', `check ${gaming} --parallel max --context 16k`),
  anywhere('needs-31b', 'needs 31b --context 64k'),
  anywhere('needs-nothing', 'needs 31b --context 256k --parallel 64'),
  anywhere('error-unknown-option', 'check --contxt 32k'),
  anywhere('error-unknown-variant', 'needs 7b'),
  anywhere('error-bad-context', 'check --context 12q'),
  anywhere('error-bad-memory', 'check --vram -3'),
  anywhere('error-ambiguous-gpu', 'check --gpu "RTX 3060"'),
  anywhere('error-unknown-gpu', 'check --gpu "Voodoo 5"'),
  anywhere('error-machine-file', 'check --machine -', { stdin: '{"not": "a machine"}' }),
  anywhere('error-json', 'check --json --context 12q'),
  anywhere('error-format', 'check --format yaml'),
  anywhere('pull-no-server', 'pull e2b'),
  anywhere('help', '--help'),
  anywhere('help-check', 'check --help'),
  anywhere('version', '--version'),
];
