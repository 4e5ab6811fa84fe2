import { posix, win32 } from 'node:path';
import type { System } from '../../system/system.ts';
import { ollamaService } from './ollama-service.ts';

/** Where the server keeps its models, and the source of that. */
export interface ModelsFolder {
  path: string;
  source: string;
  /** Nothing on this computer says that a server uses it: the default, and there is no such folder yet. */
  assumed: boolean;
}

const linuxServiceHome = '/usr/share/ollama';

/**
 * The folder that the server on this computer writes to. No API tells it, so in order: the blob path in the modelfile of an installed GGUF
 * (what the server itself says), OLLAMA_MODELS of this process, that of the service, the home of the service's user, this user's home.
 * null: the modelfile names a folder that is not on this computer (a container), or there is no home. Never throws.
 */
export async function modelsFolder(system: System, modelfile: string | null = null): Promise<ModelsFolder | null> {
  const configured = await configuredFolder(system);
  const reported = folderOfModelfile(modelfile ?? '');
  if (reported === null) return configured;
  const isHere = reported === configured?.path || (await system.exists(reported));
  return isHere ? { path: reported, source: 'modelfile of an installed model', assumed: false } : null;
}

/** `FROM <folder>/blobs/sha256-…` */
export function folderOfModelfile(modelfile: string): string | null {
  const match = /^FROM\s+"?(.+?)[\\/]blobs[\\/]sha256-[0-9a-f]{64}"?\s*$/m.exec(modelfile);
  return match?.[1] ?? null;
}

async function configuredFolder(system: System): Promise<ModelsFolder | null> {
  const own = unquoted(system.env.OLLAMA_MODELS);
  if (own) return { path: own, source: 'OLLAMA_MODELS', assumed: false };
  const ofPlatform: Partial<Record<NodeJS.Platform, typeof linuxFolder>> = {
    linux: linuxFolder,
    darwin: launchdFolder,
  };
  return (await ofPlatform[system.platform]?.(system)) ?? homeFolder(system);
}

async function linuxFolder(system: System): Promise<ModelsFolder | null> {
  const service = await ollamaService(system);
  if (service !== null) {
    const setting = service.environment.get('OLLAMA_MODELS');
    if (setting?.value.startsWith('/')) return { path: setting.value, source: setting.source, assumed: false };
    const home = service.environment.get('HOME')?.value ?? (await homeOf(system, service.user)) ?? linuxServiceHome;
    return { path: `${home}/.ollama/models`, source: `${service.unit}, default of its user`, assumed: false };
  }
  const snap = '/var/snap/ollama/common/models';
  if (await system.exists(snap)) return { path: snap, source: 'snap', assumed: false };
  return withoutUnit(system);
}

/** A service of another init system, or one whose folder is closed to others, unless this user keeps models and it does not. */
async function withoutUnit(system: System): Promise<ModelsFolder | null> {
  const models = `${linuxServiceHome}/.ollama/models`;
  const ofService = { path: models, source: `${linuxServiceHome}, home of the service`, assumed: false };
  if (await system.exists(models)) return ofService;
  const ofUser = await homeFolder(system);
  return ofUser?.assumed !== false && (await system.exists(linuxServiceHome)) ? ofService : ofUser;
}

/** Home of a user by /etc/passwd; root's is known without it. */
async function homeOf(system: System, user: string | null): Promise<string | null> {
  if (user === 'root') return '/root';
  const lines = ((await system.read('/etc/passwd', 256 * 1024)) ?? '').split('\n').map((line) => line.split(':'));
  const home = lines.find(([name]) => name === user)?.[5];
  return home?.startsWith('/') ? home.replace(/\/$/, '') : null;
}

async function launchdFolder(system: System): Promise<ModelsFolder | null> {
  const result = await system.run('launchctl', ['getenv', 'OLLAMA_MODELS'], {
    timeoutMs: 1000,
    maxBytes: 4096,
    places: ['/bin'],
  });
  const path = result.kind === 'done' && result.exitCode === 0 ? unquoted(result.stdout) : null;
  return path?.startsWith('/') ? { path, source: 'launchctl getenv OLLAMA_MODELS', assumed: false } : null;
}

async function homeFolder(system: System): Promise<ModelsFolder | null> {
  if (!system.homeDir) return null;
  const join = system.platform === 'win32' ? win32.join : posix.join;
  const path = join(system.homeDir, '.ollama', 'models');
  return { path, source: 'default of this user', assumed: !(await system.exists(path)) };
}

const unquoted = (text: string | undefined) =>
  text
    ?.trim()
    .replace(/^["']|["']$/g, '')
    .trim() || null;
