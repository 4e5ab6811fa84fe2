import type { System } from '../../system/system.ts';
import { cleanText } from '../../text.ts';
import type { Os, Platform } from '../types.ts';

/** The operating system and the environment of this process (container, VM, WSL). Never throws. */
export async function readOs(system: System): Promise<Os> {
  const platform = platformOf(system.platform);
  const readers: Record<Platform, () => Promise<Omit<Os, 'platform'>>> = {
    linux: () => linux(system),
    darwin: () => darwin(system),
    win32: async () => ({ arch: system.arch, ...windowsName(system.release), environment: [] }),
    other: async () => ({
      arch: system.arch,
      name: cleanText(system.platform),
      version: system.release,
      environment: [],
    }),
  };
  const os = await readers[platform]();
  const ci = isCi(system) ? (['ci'] as const) : [];
  return { platform, ...os, environment: [...os.environment, ...ci] };
}

export function platformOf(platform: string): Platform {
  return platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';
}

async function linux(system: System): Promise<Omit<Os, 'platform'>> {
  const [release, kernel] = await Promise.all([
    system.read('/etc/os-release'),
    system.read('/proc/sys/kernel/osrelease'),
  ]);
  const named = (key: string) =>
    cleanText(new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(release ?? '')?.[1] ?? '') || null;
  const environment: Os['environment'] = [];
  if (/microsoft|wsl/i.test(kernel ?? '') || system.env.WSL_DISTRO_NAME) environment.push('wsl');
  if (await inContainer(system)) environment.push('container');
  if (system.env.KUBERNETES_SERVICE_HOST) environment.push('kubernetes');
  if (!environment.includes('wsl') && (await inVirtualMachine(system))) environment.push('vm');
  return { arch: system.arch, name: named('NAME'), version: named('VERSION_ID'), environment };
}

const containerFiles = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container'];

async function inContainer(system: System): Promise<boolean> {
  if (system.env.KUBERNETES_SERVICE_HOST || system.env.container) return true;
  const marks = await Promise.all(containerFiles.map((file) => system.exists(file)));
  if (marks.includes(true)) return true;
  const [groups, mounts] = await Promise.all([system.read('/proc/self/cgroup'), system.read('/proc/self/mountinfo')]);
  if (/\/(docker|kubepods|lxc|libpod|containerd|garden|buildkit)[-/.]|\/ecs\//.test(groups ?? '')) return true;
  return / \/proc\/meminfo .* - fuse\.lxcfs /.test(mounts ?? '');
}

/** Programs that run containers in a virtual machine on a desktop, by the name of their kernel. */
const desktopKernels: [RegExp, string][] = [
  [/linuxkit/i, 'Docker Desktop'],
  [/orbstack/i, 'OrbStack'],
];

/**
 * The virtual machine that a container program runs on a Mac or a PC; null elsewhere. Its processor says that it is Apple's, which a Mac
 * with Linux of its own (Asahi) does too: there the device tree names the Mac.
 */
export async function desktopVm(system: System): Promise<{ program: string; host: 'mac' | 'desktop' } | null> {
  if (system.platform !== 'linux') return null;
  const [kernel, cpu, tree] = await Promise.all([
    system.read('/proc/sys/kernel/osrelease'),
    system.read('/proc/cpuinfo'),
    system.read('/proc/device-tree/compatible'),
  ]);
  const program = desktopKernels.find(([pattern]) => pattern.test(kernel ?? system.release))?.[1] ?? null;
  const mac = /^CPU implementer\s*:\s*0x61\s*$/m.test(cpu ?? '') && !/apple,/.test(tree ?? '');
  if (mac) return { program: program ?? 'a container program', host: 'mac' };
  return program === null ? null : { program, host: 'desktop' };
}

async function inVirtualMachine(system: System): Promise<boolean> {
  const [cpu, product] = await Promise.all([
    system.read('/proc/cpuinfo'),
    system.read('/sys/class/dmi/id/product_name'),
  ]);
  if (/^flags\s*:.*\bhypervisor\b/m.test(cpu ?? '') || (await desktopVm(system)) !== null) return true;
  return /kvm|qemu|virtual machine|virtualbox|vmware|hvm domu|google compute engine/i.test(product ?? '');
}

async function darwin(system: System): Promise<Omit<Os, 'platform'>> {
  const options = { timeoutMs: 1500, maxBytes: 4096, places: ['/usr/bin', '/usr/sbin'] };
  const [version, translated, model] = await Promise.all([
    system.run('sw_vers', ['-productVersion'], options),
    system.run('sysctl', ['-n', 'sysctl.proc_translated'], options),
    system.run('sysctl', ['-n', 'kern.hv_vmm_present'], options),
  ]);
  const said = (result: typeof version) =>
    result.kind === 'done' && result.exitCode === 0 ? cleanText(result.stdout) : '';
  const rosetta = said(translated) === '1';
  const environment: Os['environment'] = rosetta ? ['rosetta'] : [];
  if (said(model) === '1') environment.push('vm');
  const versionText = /^\d+(\.\d+)*$/.test(said(version)) ? said(version) : null;
  return { arch: rosetta ? 'arm64' : system.arch, name: 'macOS', version: versionText, environment };
}

/** Windows 11 has the kernel version of 10: the build number distinguishes them. */
function windowsName(release: string): Pick<Os, 'name' | 'version'> {
  const build = Number(release.split('.')[2] ?? 0);
  return {
    name: build >= 22_000 ? 'Windows 11' : release.startsWith('10.') ? 'Windows 10' : 'Windows',
    version: release,
  };
}

const ciVariables = ['CI', 'GITHUB_ACTIONS', 'GITLAB_CI', 'BUILDKITE', 'JENKINS_URL', 'TEAMCITY_VERSION', 'TF_BUILD'];

function isCi({ env }: System): boolean {
  return ciVariables.some(
    (name) => env[name] !== undefined && env[name] !== '' && env[name] !== 'false' && env[name] !== '0',
  );
}
