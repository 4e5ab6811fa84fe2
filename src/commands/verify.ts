import { randomUUID } from 'node:crypto';
import { FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import { isGemma4, sameName } from '../ollama/api/names.ts';
import { readServerLog } from '../ollama/verify/log-source.ts';
import { saveProof } from '../ollama/verify/proofs.ts';
import type { Prediction, Proof } from '../ollama/verify/types.ts';
import { installedTag, verifyModel } from '../ollama/verify/verify.ts';
import { safeJson } from '../report/json.ts';
import { proofText } from '../report/proof.ts';
import { writeFileAtomic } from '../system/atomic-write.ts';
import { sleep } from '../system/sleep.ts';
import { stateFolder } from '../system/state-folder.ts';
import { writeAll } from '../terminal/output.ts';
import { cleanLines } from '../text.ts';
import { toolVersion } from '../version.ts';
import { type InterruptSource, processInterrupts, watchInterrupts } from './interrupt.ts';
import type { CommonOptions, Io } from './io.ts';
import { progressOn } from './pull-output.ts';
import { connectServer, type Server } from './server.ts';

export interface VerifyCommandOptions extends CommonOptions {
  /** null: the tag that this tool made, or the only gemma4 model there is. */
  tag: string | null;
  /** File for the proof; `-` is stdout; null: only the state folder. */
  output: string | null;
}

/** Dependencies of the command: the advice and the driver. */
export interface VerifyDeps {
  /** The prediction for this tag on this machine; null when there is none. */
  predict(tag: string, server: Server): Promise<Prediction | null>;
  machine: Proof['machine'];
  /** Whether this machine has a GPU that Ollama uses. */
  hasUsableGpu?: boolean;
  readFreeBytes(): Promise<number | null>;
  silenceMs?: number;
}

/**
 * `gemma-fit verify`: loads, compares, reports differences, saves the proof. stdout: the report, or with `--json` the proof. Resolves to
 * `verification-differs` when a difference matters.
 */
export async function runVerify(
  options: VerifyCommandOptions,
  io: Io,
  prepare: (signal: AbortSignal) => Promise<VerifyDeps>,
  source: InterruptSource = processInterrupts,
): Promise<ExitName> {
  const progress = progressOn(io);
  const reason = new FitError('interrupted', 'Stopped.');
  const interrupts = watchInterrupts(source, reason, () => progress.close());
  try {
    const { signal } = interrupts;
    const server = await connectServer(io, signal);
    const tag = installedTag(options.tag ?? defaultTag(server), server.tags).name;
    const { remote } = server.client.host;
    const deps = await prepare(signal);
    const proof = await verifyModel({
      client: server.client,
      tag,
      prediction: remote ? null : await deps.predict(tag, server),
      around: {
        readFreeBytes: remote ? async () => null : deps.readFreeBytes,
        readLog: remote ? async () => null : () => readServerLog(io.system),
        unique: randomUUID,
        sleep,
      },
      machine: deps.machine,
      hasUsableGpu: remote ? false : deps.hasUsableGpu,
      toolVersion,
      now: () => new Date(io.now()).toISOString(),
      onEvent: (event) => (options.json ? undefined : progress.event(event)),
      signal,
      ...(deps.silenceMs !== undefined && { silenceMs: deps.silenceMs }),
    });
    progress.close();
    await deliverProof(proof, options, io);
    return proof.passed ? 'ok' : 'verification-differs';
  } finally {
    interrupts.close();
    progress.close();
  }
}

async function deliverProof(proof: Proof, { json, output, quiet }: VerifyCommandOptions, io: Io): Promise<void> {
  const text = `${safeJson(proof, 2)}\n`;
  const file = await saveProof(stateFolder(io.system), proof);
  if (output !== null && output !== '-') await writeFileAtomic(output, text);
  if (json || output === '-') return writeAll(io.stdout, text);
  await writeAll(io.stdout, cleanLines(proofText(proof, { file: output ?? file, quiet })));
}

/** A tag made by pull if there is one, else the only gemma4 model. Throws FitError `usage` when the choice is not clear. */
function defaultTag({ tags, client }: Server): string {
  const models = tags.filter(isGemma4).map((tag) => tag.name);
  const own = models.filter((name) => name.startsWith('gemma4-fit:'));
  const [only, more] = own.length > 0 ? own : models;
  if (only !== undefined && (more === undefined || sameName(only, more))) return only;
  if (only === undefined)
    throw new FitError('usage', `Ollama at ${client.host.url} has no Gemma 4 model.`, 'gemma-fit pull');
  throw new FitError('usage', 'Which model? There is more than one.', `gemma-fit verify ${only}`);
}
