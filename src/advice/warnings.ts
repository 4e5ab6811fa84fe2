import { variantOf } from '../data/tables.ts';
import type { Machine } from '../machine/types.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { AdviceFinding } from './findings.ts';
import { plainRunProblems } from './known-problems.ts';
import { isOllama } from './server.ts';
import type { Candidate, CheckRequest, CheckResult } from './types.ts';
import { profileOf } from './use-case.ts';

/** Warnings about the whole answer: those of the machine first, then those of the request. */
export function checkWarnings(
  machine: Machine,
  target: SchedulerTarget,
  request: CheckRequest,
  chosen: Candidate | null,
  tierBytes: number,
): CheckResult['warnings'] {
  return [
    ...machine.warnings,
    ...(isOllama(target) ? serverWarnings(machine) : heldBeside(machine)),
    ...unclearWarnings(target),
    ...contextWarnings(request, chosen, machine),
    ...(request.contextTokensTotal === null && isOllama(target) ? plainRunProblems(target, tierBytes) : []),
  ];
}

function serverWarnings({ ollama }: Machine): AdviceFinding[] {
  if (ollama === null) return [];
  if (ollama.remote) return [{ code: 'server-elsewhere', host: ollama.host }];
  const heldBytes = ollama.loaded.reduce((sum, { deviceBytes }) => sum + deviceBytes, 0);
  return heldBytes > 0 ? [{ code: 'held-by-ollama', models: ollama.loaded.map(({ name }) => name), heldBytes }] : [];
}

/** What Ollama's models hold on this computer while another server is asked about. */
function heldBeside({ ollama }: Machine): AdviceFinding[] {
  if (ollama === null || ollama.remote) return [];
  const heldBytes = ollama.loaded.reduce((sum, { deviceBytes }) => sum + deviceBytes, 0);
  return heldBytes > 0 ? [{ code: 'held-beside', models: ollama.loaded.map(({ name }) => name), heldBytes }] : [];
}

function unclearWarnings({ unclear }: SchedulerTarget): AdviceFinding[] {
  return unclear.map(({ name, why }) => ({
    code: why === 'memory' ? 'device-memory-unknown' : 'device-usability-unknown',
    device: name,
  }));
}

/** A context that was asked for and is less than the use wants, or more than the model takes; a loaded model that has less. */
function contextWarnings(request: CheckRequest, chosen: Candidate | null, { ollama }: Machine): AdviceFinding[] {
  const { contextTokensTotal, sequences, useCase } = request;
  const minimumTokens = profileOf(useCase).contextTokens;
  const found: AdviceFinding[] = [];
  if (typeof contextTokensTotal === 'number') {
    const each = Math.floor(contextTokensTotal / sequences);
    if (useCase !== null && each < minimumTokens) {
      found.push({ code: 'context-too-short', contextTokens: each, minimumTokens });
    }
    const trainedTokens =
      chosen === null ? contextTokensTotal : variantOf(chosen.variant).architecture.trainedContextTokens * sequences;
    if (contextTokensTotal > trainedTokens) {
      found.push({ code: 'context-clamped', askedTokens: contextTokensTotal, contextTokens: trainedTokens });
    }
  }
  const ours =
    ollama === null || ollama.remote || !isOllama(request)
      ? []
      : ollama.loaded.filter(({ name }) => /gemma-?4/i.test(name));
  for (const { name, contextTokens } of ours) {
    if (contextTokens !== null && contextTokens < minimumTokens) {
      found.push({ code: 'loaded-context-short', model: name, contextTokens, minimumTokens });
    }
  }
  return found;
}
