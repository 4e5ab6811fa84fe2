import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../limits.ts';
import type { Machine } from '../../machine/types.ts';
import { writeFileAtomic } from '../../system/atomic-write.ts';
import { jsonOrNull } from '../../system/json.ts';
import { makeOwnFolder, ownFolder } from '../../system/own-folder.ts';
import { readNamedFile } from '../../system/read-file.ts';
import type { Proof } from './types.ts';

/** A measured speed that `check` may quote: "measured here". */
export interface ProvenRun {
  tag: string;
  base: string | null;
  digest: string | null;
  contextTokens: number;
  tokensPerSecond: number;
  promptTokensPerSecond: number | null;
  at: string;
  passed: boolean;
}

/** File of a tag's proof: one a tag and machine, the newest stays. */
export function proofFile(folder: string, proof: Pick<Proof, 'tag' | 'machine'>): string {
  const safe = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .slice(0, 100);
  return join(folder, 'proofs', `${safe(proof.tag)}--${safe(proof.machine.key)}.json`);
}

/**
 * Saves a proof below the state folder, whole or not at all. Gives the path; null when there is no folder or it cannot
 * be written: a proof that is not saved is no reason to fail.
 */
export async function saveProof(folder: string | null, proof: Proof): Promise<string | null> {
  if (folder === null) return null;
  try {
    const file = proofFile(folder, proof);
    if (makeOwnFolder(join(folder, 'proofs')) === null) return null;
    await writeFileAtomic(file, `${JSON.stringify(proof, null, 2)}\n`);
    return file;
  } catch {
    return null;
  }
}

/** Proofs of this machine, newest first. Other files, and proofs of other machines, are skipped. */
export async function readProofs(folder: string | null, machineKey: string): Promise<ProvenRun[]> {
  if (folder === null || ownFolder(join(folder, 'proofs')) === null) return [];
  const names = await readdir(join(folder, 'proofs')).catch(() => []);
  const texts = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map((name) => readNamedFile(join(folder, 'proofs', name), limits.proofBytes).then(String, () => '')),
  );
  const runs = texts.flatMap((text) => readProof(text, machineKey) ?? []);
  return runs.sort((a, b) => b.at.localeCompare(a.at));
}

/** The part of a saved proof that check uses; null when the text is not a proof of this machine with a speed. */
export function readProof(text: string, machineKey: string): ProvenRun | null {
  const proof = text.length > limits.proofBytes ? null : parse(text);
  if (proof?.kind !== 'gemma-fit-proof' || proof.machine?.key !== machineKey || proof.server?.remote !== false)
    return null;
  const { measurement: m, tag, base, at, passed } = proof;
  const tokensPerSecond = m?.timing?.tokensPerSecond;
  if (typeof tokensPerSecond !== 'number' || typeof m?.contextTokens !== 'number') return null;
  if (typeof tag !== 'string' || typeof at !== 'string') return null;
  const { contextTokens } = m;
  const digest = m.baseDigest ?? m.digest ?? null;
  const promptTokensPerSecond = m.timing?.promptTokensPerSecond ?? null;
  return {
    tag,
    base: base ?? null,
    digest,
    contextTokens,
    tokensPerSecond,
    promptTokensPerSecond,
    at,
    passed: passed === true,
  };
}

function parse(text: string): Partial<Proof> | null {
  const value = jsonOrNull(text, limits.answer);
  return typeof value === 'object' ? (value as Partial<Proof> | null) : null;
}

/** Identifies a machine for proofs: its accelerators and CPU, no host name and no serials. */
export function machineKey(parts: { accelerators: readonly string[]; cpu: string | null }): string {
  const all = [...parts.accelerators, parts.cpu ?? 'cpu'].join('+').toLowerCase();
  return all.replace(/[^a-z0-9+]+/g, '-').slice(0, 120);
}

/** The machine a proof belongs to, by its devices and processor. */
export function proofMachine({ accelerators, cpu }: Pick<Machine, 'accelerators' | 'cpu'>): Proof['machine'] {
  const names = accelerators.map(({ name }) => name);
  return { key: machineKey({ accelerators: names, cpu: cpu.brand }), accelerators: names, cpu: cpu.brand };
}
