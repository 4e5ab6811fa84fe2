import { compareVersions } from '../../data/tables.ts';
import type { System } from '../../system/system.ts';
import type { OllamaClient } from '../api/client.ts';
import type { TagModel } from '../api/types.ts';
import type { PreflightFacts } from './checks.ts';
import { freeBytesOf, missingBytes, modelsFolder } from './models-folder.ts';
import type { PullPlan } from './plan.ts';
import type { FetchManifest, RegistryManifest } from './registry.ts';

export interface GatherOptions {
  client: OllamaClient;
  system: System;
  choice: PullPlan;
  version: string;
  tags: readonly TagModel[];
  fetchManifest: FetchManifest;
}

/** Collects what preflight judges: the registry's manifest, the models folder, what of it is there, free space. */
export async function gatherFacts(options: GatherOptions): Promise<PreflightFacts> {
  const { client, system, choice, version, tags } = options;
  const { build, fit } = choice;
  const { remote, url } = client.host;
  const platform = remote ? null : `${system.platform}-${system.arch}`;
  const [manifest, folder] = await Promise.all([manifestFor(options, platform), remote ? null : findFolder(options)]);
  const freeBytes = folder === null ? null : await freeBytesOf(system, folder);
  const missing = folder === null || !manifest ? null : await missingBytes(system, folder, manifest.layers);
  return {
    build,
    fit,
    server: { version, host: url, remote, tags },
    platform,
    manifest,
    missingBytes: missing,
    disk: freeBytes === null ? null : { folder, freeBytes },
  };
}

/** On Apple Silicon with 0.40 or newer the server takes another child of the tag than the one the registry shows here. */
async function manifestFor(
  { choice, version, fetchManifest }: GatherOptions,
  platform: string | null,
): Promise<RegistryManifest | null> {
  if (platform === 'darwin-arm64' && compareVersions(version, '0.40.0') >= 0) return null;
  return fetchManifest(choice.build.tag);
}

async function findFolder({ client, system, tags }: GatherOptions): Promise<string | null> {
  const gguf = tags.find((tag) => tag.format === 'gguf');
  const shown = gguf ? await client.show(gguf.name).catch(() => null) : null;
  return modelsFolder(system, shown?.modelfile ?? null);
}
