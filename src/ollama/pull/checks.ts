import type { Verdict } from '../../advice/types.ts';
import { compareVersions, isKnownVersion, runtimeDefaults, since } from '../../data/tables.ts';
import type { ErrorCode } from '../../errors.ts';
import { sameName } from '../api/names.ts';
import type { TagModel } from '../api/types.ts';
import type { PreflightFinding } from '../findings.ts';
import type { RegistryManifest } from './registry.ts';

/** The table's facts about the build to pull. */
export interface PlannedBuild {
  tag: string;
  minimumOllama: string;
  /** null: every platform. */
  platforms: readonly string[] | null;
  downloadBytes: number | null;
  /** Text and projector in one file, as the library had it up to September 2026. */
  oldFormat: boolean;
  mlx: boolean;
  /** Size of the weights that a text-only tag gets a copy of; absent: none is made. */
  copyBytes?: number;
}

/** The verdict for this machine, from the advice; null when it could not be determined. */
export interface PlannedFit {
  verdict: Verdict;
  /** Known problem that stops it although it would fit. */
  blocker?: { text: string; remedy: string };
  needBytes: number | null;
  freeBytes: number | null;
  gpuLayers: number;
  totalLayers: number;
}

export interface PreflightFacts {
  build: PlannedBuild;
  fit: PlannedFit | null;
  server: { version: string; host: string; remote: boolean; tags: readonly TagModel[] };
  /** `darwin-arm64`, `linux-x64`, ... of the server; null when remote and so unknown. */
  platform: string | null;
  manifest: RegistryManifest | null;
  /** Bytes still to come; null: not known better than the whole download. */
  missingBytes: number | null;
  disk: { folder: string | null; freeBytes: number } | null;
}

/** findings in the order of importance; stop: the first one that forbids the pull and the code it fails with. */
export interface PullCheck {
  findings: PreflightFinding[];
  stop: { finding: PreflightFinding; code: ErrorCode; forcible: boolean } | null;
  /** The same bytes are installed: nothing to download. */
  nothingToDo: boolean;
  /** Size of the whole download, bytes; null: not known, or nothing to download as far as is known. */
  totalBytes: number | null;
  missingBytes: number | null;
  /** Where the server keeps its models; null: not known. */
  modelsFolder: string | null;
}

/** Which findings forbid a pull, with which code, and whether `--force` may go on. */
const stops: Partial<Record<PreflightFinding['code'], { code: ErrorCode; forcible: boolean }>> = {
  'server-too-old': { code: 'ollama-too-old', forcible: false },
  'wrong-platform': { code: 'platform', forcible: false },
  'does-not-fit': { code: 'no-fit', forcible: true },
  'known-blocker': { code: 'blocked', forcible: true },
  'disk-short': { code: 'disk-full', forcible: true },
};

/** Checks everything that can be known before the download. Pure: the facts are passed in. */
export function checkBeforePull(facts: PreflightFacts): PullCheck {
  const installed = facts.server.tags.find((tag) => sameName(tag.name, facts.build.tag)) ?? null;
  // Installed, and what the registry has now is unknown: nothing is known to be missing.
  const unasked = installed !== null && facts.manifest === null;
  const totalBytes = unasked ? null : (facts.manifest?.totalBytes ?? facts.build.downloadBytes);
  const missing = unasked ? 0 : (facts.missingBytes ?? totalBytes);
  const nothingToDo = installed?.digest != null && installed.digest === facts.manifest?.digest;
  const findings = [
    ...serverFindings(facts),
    ...fitFindings(facts),
    ...installedFindings(facts, installed, nothingToDo, missing),
    ...copyFindings(facts),
    ...(nothingToDo && !facts.build.copyBytes ? [] : diskFindings(facts, nothingToDo ? 0 : missing)),
    ...conversionFindings(facts, totalBytes ?? installed?.sizeBytes ?? null, nothingToDo ? 0 : (missing ?? 0)),
  ];
  const finding = findings.find((f) => stops[f.code]);
  const rule = finding && stops[finding.code];
  return {
    findings,
    stop: finding && rule ? { finding, ...rule } : null,
    nothingToDo,
    totalBytes,
    missingBytes: missing,
    modelsFolder: facts.disk?.folder ?? null,
  };
}

function serverFindings({ build, server, platform }: PreflightFacts): PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  if (!isKnownVersion(server.version)) findings.push({ code: 'server-version-unknown', have: server.version });
  else if (compareVersions(server.version, build.minimumOllama) < 0) {
    const { tag, minimumOllama } = build;
    findings.push({ code: 'server-too-old', tag, version: server.version, minimumVersion: minimumOllama });
  }
  if (build.platforms && platform !== null && !build.platforms.includes(platform)) {
    findings.push({ code: 'wrong-platform', platforms: [...build.platforms], here: platform });
  }
  if (server.remote) findings.push({ code: 'remote-server', host: server.host });
  if (build.mlx) findings.push({ code: 'mlx-ignores-context' });
  return findings;
}

/** The local machine says nothing about a remote server's: there the verdict is left out. */
function fitFindings({ build, fit, server }: PreflightFacts): PreflightFinding[] {
  if (!fit || server.remote) return [];
  const { verdict, blocker, needBytes, freeBytes, gpuLayers, totalLayers } = fit;
  if (blocker !== undefined) return [{ code: 'known-blocker', tag: build.tag, ...blocker }];
  const byVerdict: Record<Verdict, PreflightFinding[]> = {
    gpu: [],
    unknown: [],
    no: [{ code: 'does-not-fit', needBytes, freeBytes }],
    split: [{ code: 'runs-split', gpuLayers, totalLayers }],
    cpu: [{ code: 'runs-on-cpu' }],
  };
  return byVerdict[verdict];
}

function installedFindings(
  { build, manifest }: PreflightFacts,
  installed: TagModel | null,
  same: boolean,
  missing: number | null,
): PreflightFinding[] {
  if (!installed) return [];
  if (same) return [{ code: 'already-installed', tag: build.tag }];
  if (!manifest) return [{ code: 'installed-unchecked', tag: build.tag }];
  if (!installed.digest) return [];
  const { sizeBytes: haveBytes } = installed;
  return [
    { code: 'older-generation', tag: build.tag, haveBytes, newBytes: manifest.totalBytes, missingBytes: missing },
  ];
}

/** Disk space, which Ollama itself does not check before it writes (ollama#6727). */
function diskFindings({ build, disk, server }: PreflightFacts, missing: number | null): PreflightFinding[] {
  if (server.remote) return [{ code: 'disk-unknown', missingBytes: missing, why: 'remote' }];
  if (!disk || missing === null) return [{ code: 'disk-unknown', missingBytes: missing, why: 'folder' }];
  const { copyBytes = 0 } = build;
  if (missing + copyBytes <= disk.freeBytes) return [];
  return [{ code: 'disk-short', missingBytes: missing, copyBytes, freeBytes: disk.freeBytes, folder: disk.folder }];
}

/** Ollama writes the weights anew for a tag that is made of files (server/create.go, copyLayerWithLlamaQuantize). */
function copyFindings({ build: { copyBytes } }: PreflightFacts): PreflightFinding[] {
  return copyBytes ? [{ code: 'text-only-copy', copyBytes }] : [];
}

/** A newer server rewrites a model in the old format at its first run, beside the old file (gate `gguf-conversion`). */
function conversionFindings(
  { build, server, disk }: PreflightFacts,
  totalBytes: number | null,
  comingBytes: number,
): PreflightFinding[] {
  if (!build.oldFormat || totalBytes === null || !isKnownVersion(server.version)) return [];
  if (!since('gguf-conversion', server.version)) return [];
  const { share, extraBytes } = runtimeDefaults.conversion;
  const needBytes = Math.ceil(share * totalBytes) + extraBytes;
  if (disk && !server.remote && disk.freeBytes - comingBytes >= needBytes) return [];
  return [{ code: 'conversion-room', needBytes, freeBytes: disk && !server.remote ? disk.freeBytes : null }];
}
