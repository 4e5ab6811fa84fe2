import { since } from '../../data/tables.ts';
import { diskOf } from '../../machine/host/disk.ts';
import { type ModelsFolder, modelsFolder } from '../../machine/host/models-folder.ts';
import type { System } from '../../system/system.ts';
import type { OllamaClient } from '../api/client.ts';
import type { TagModel } from '../api/types.ts';
import type { PreflightFacts } from './checks.ts';
import { missingBytes } from './missing-bytes.ts';
import type { PullPlan } from './plan.ts';
import type { FetchManifest, RegistryManifest } from './registry.ts';

export interface GatherOptions {
  client: OllamaClient;
  system: System;
  choice: PullPlan;
  version: string;
  tags: readonly TagModel[];
  fetchManifest: FetchManifest;
  signal?: AbortSignal | undefined;
}

/** Collects what preflight judges: the registry's manifest, the models folder, what of it is there, free space. */
export async function gatherFacts(options: GatherOptions): Promise<PreflightFacts> {
  const { client, system, choice, version, tags } = options;
  const { build, fit } = choice;
  const { remote, url } = client.host;
  const platform = remote ? null : `${system.platform}-${system.arch}`;
  const [manifest, folder] = await Promise.all([manifestFor(options, platform), remote ? null : findFolder(options)]);
  // Both resolve to null for failures; an interrupt still has to be thrown.
  options.signal?.throwIfAborted();
  const freeBytes = folder && (await diskOf(system, folder)).freeBytes;
  const missing = folder === null || !manifest ? null : await missingBytes(system, folder.path, manifest.layers);
  return {
    build,
    fit,
    server: { version, host: url, remote, tags },
    platform,
    manifest,
    missingBytes: missing,
    disk: folder === null || freeBytes === null ? null : { folder: folder.path, freeBytes },
  };
}

/** On Apple Silicon a newer server takes another child of the tag than the one the registry shows here. */
async function manifestFor(
  { choice, version, fetchManifest }: GatherOptions,
  platform: string | null,
): Promise<RegistryManifest | null> {
  if (platform === 'darwin-arm64' && since('manifest-lists', version)) return null;
  return fetchManifest(choice.build.tag);
}

/** null: the server keeps its models elsewhere, or nothing says that this user's home is where. */
async function findFolder({ client, system, tags, signal }: GatherOptions): Promise<ModelsFolder | null> {
  const gguf = tags.find((tag) => tag.format === 'gguf');
  const shown = gguf ? await client.show(gguf.name, { signal }).catch(() => null) : null;
  const folder = await modelsFolder(system, shown?.modelfile ?? null);
  return folder?.assumed ? null : folder;
}
