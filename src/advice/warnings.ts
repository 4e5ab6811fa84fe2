import { variantOf } from '../data/tables.ts';
import type { Machine } from '../machine/types.ts';
import { defaultContextTokens } from '../server-rules/context.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { AdviceFinding } from './findings.ts';
import { plainRunProblems } from './known-problems.ts';
import type { Candidate, CheckRequest, CheckResult } from './types.ts';
import { profileOf } from './use-case.ts';
import { askedContext } from './workload.ts';

/** What the whole answer should be read with: the machine's own warnings first, then those of the request. */
export function checkWarnings(
  machine: Machine,
  target: SchedulerTarget,
  request: CheckRequest,
  chosen: Candidate | null,
  tierBytes: number,
): CheckResult['warnings'] {
  return [
    ...machine.warnings,
    ...serverWarnings(machine),
    ...unclearWarnings(target),
    ...contextWarnings(request, chosen, tierBytes),
    ...(request.contextTokensTotal === null ? plainRunProblems(target, tierBytes) : []),
  ];
}

function serverWarnings({ ollama }: Machine): AdviceFinding[] {
  if (ollama === null) return [];
  if (ollama.remote) return [{ code: 'server-elsewhere', host: ollama.host }];
  const heldBytes = ollama.loaded.reduce((sum, { deviceBytes }) => sum + deviceBytes, 0);
  return heldBytes > 0 ? [{ code: 'held-by-ollama', models: ollama.loaded.map(({ name }) => name), heldBytes }] : [];
}

function unclearWarnings({ unclear }: SchedulerTarget): AdviceFinding[] {
  return unclear.map(({ name, why }) => ({
    code: why === 'memory' ? 'device-memory-unknown' : 'device-usability-unknown',
    device: name,
  }));
}

function contextWarnings(request: CheckRequest, chosen: Candidate | null, tierBytes: number): AdviceFinding[] {
  const askedTokens = askedContext(request, tierBytes);
  const found: AdviceFinding[] = [];
  if (request.contextTokensTotal === null && request.useCase === null) {
    found.push({ code: 'default-context', contextTokens: defaultContextTokens(tierBytes), deviceBytes: tierBytes });
  }
  const minimumTokens = request.useCase === null ? 0 : profileOf(request.useCase).contextTokens;
  if (request.contextTokensTotal !== null && askedTokens < minimumTokens) {
    found.push({ code: 'context-too-short', contextTokens: askedTokens, minimumTokens });
  }
  const contextTokens =
    chosen === null ? null : variantOf(chosen.variant).architecture.trainedContextTokens * request.sequences;
  if (request.contextTokensTotal !== null && contextTokens !== null && askedTokens > contextTokens) {
    found.push({ code: 'context-clamped', askedTokens, contextTokens });
  }
  return found;
}
