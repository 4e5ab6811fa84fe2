import { randomUUID } from 'node:crypto';
import { updateOllama } from '../data/runtimes.ts';
import { exitOfError, FitError, internalError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import { sameName } from '../ollama/api/names.ts';
import { checkBeforePull, type PullCheck } from '../ollama/pull/checks.ts';
import { CreatedTags } from '../ollama/pull/created-tags.ts';
import { createDerived, type DerivedTag, derivedRequest, derivedTagOf, guardName } from '../ollama/pull/derived-tag.ts';
import { gatherFacts } from '../ollama/pull/facts.ts';
import { type PullPlan, withoutCopy } from '../ollama/pull/plan.ts';
import { pullModel } from '../ollama/pull/pull.ts';
import { type FetchManifest, fetchManifest } from '../ollama/pull/registry.ts';
import { usualService } from '../ollama/pull/server-settings.ts';
import { usageHints } from '../ollama/pull/usage.ts';
import { readServerLog } from '../ollama/verify/log-source.ts';
import { saveProof } from '../ollama/verify/proofs.ts';
import type { Proof } from '../ollama/verify/types.ts';
import { verifyModel } from '../ollama/verify/verify.ts';
import { safeJson } from '../report/json.ts';
import { shortTag } from '../report/labels.ts';
import { ollamaSentence } from '../report/sentences/index.ts';
import { sleep as wait } from '../system/sleep.ts';
import { stateFolder } from '../system/state-folder.ts';
import { confirm, isInteractive } from '../terminal/confirm.ts';
import { writeAll } from '../terminal/output.ts';
import { toolVersion } from '../version.ts';
import { type InterruptSource, processInterrupts, stoppedPull, watchInterrupts } from './interrupt.ts';
import type { CommonOptions, Io } from './io.ts';
import { humanReporter, jsonReporter, type PlannedRequest, type PullReporter } from './pull-output.ts';
import { runChat } from './run-chat.ts';
import { connectServer, type Server, serverForPlan } from './server.ts';

export interface PullCommandOptions extends CommonOptions {
  /** Throws for an unknown model before a server is asked. */
  checkName?(): unknown;
  /** The model was named on the command line, which counts as consent. */
  named: boolean;
  /** `--tag`: name of the tag that is made; null: gemma4-fit:… */
  tagName: string | null;
  yes: boolean;
  force: boolean;
  dryRun: boolean;
  /** False with `--no-verify`. */
  verify: boolean;
  /** Registry over plain http. */
  insecure?: boolean;
  /** `--run`: start the chat afterwards. */
  run?: boolean;
}

/** Dependencies of runPull: the advice and the driver, and in tests everything else. */
export interface PullDeps {
  /** Chooses what to pull for this server; throws FitError when nothing fits or the name is unknown. */
  choose(server: Server): Promise<PullPlan>;
  machine: Proof['machine'];
  readFreeBytes(): Promise<number | null>;
  fetchManifest?: FetchManifest;
  chat?(tag: string, env: Io['env']): Promise<ExitName>;
  sleep?(ms: number, signal?: AbortSignal): Promise<void>;
  attempts?: number;
  silenceMs?: number;
}

/**
 * `gemma-fit pull`: connect, choose, preflight, ask, download, set up the tag, prove, say how to use it. Resolves to the exit; with
 * `--json` failures are an `error` event, else thrown as FitError. `prepare` can be interrupted too.
 */
export async function runPull(
  options: PullCommandOptions,
  io: Io,
  prepare: (signal: AbortSignal) => Promise<PullDeps>,
  source: InterruptSource = processInterrupts,
): Promise<ExitName> {
  const reporter = options.json ? jsonReporter(io) : humanReporter(io, options);
  const interrupts = watchInterrupts(source, stoppedPull(), () => reporter.close());
  try {
    const { signal } = interrupts;
    options.checkName?.();
    const server = options.dryRun ? await serverForPlan(io, signal, reporter) : await connectServer(io, signal);
    const deps = await prepare(signal);
    const pull = new Pull(options, io, deps, reporter, signal);
    const exit = await pull.run(server);
    await reporter.flush();
    if (options.run !== true || exit !== 'ok' || pull.installedTag === null) return exit;
    interrupts.close();
    return await (deps.chat ?? runChat)(pull.installedTag, io.env);
  } catch (error) {
    if (!options.json) throw error;
    const { code, message, hint } = error instanceof FitError ? error : internalError(error);
    await reporter.flush();
    await writeAll(io.stdout, `${safeJson({ type: 'error', code, message, hint })}\n`);
    return exitOfError[code];
  } finally {
    interrupts.close();
    reporter.close();
  }
}

/** The steps of one pull and the state they share. */
class Pull {
  readonly #options: PullCommandOptions;
  readonly #io: Io;
  readonly #deps: PullDeps;
  readonly #reporter: PullReporter;
  readonly #signal: AbortSignal;
  /** Name of the tag that was made; null before. */
  installedTag: string | null = null;

  constructor(options: PullCommandOptions, io: Io, deps: PullDeps, reporter: PullReporter, signal: AbortSignal) {
    this.#options = options;
    this.#io = io;
    this.#deps = deps;
    this.#reporter = reporter;
    this.#signal = signal;
  }

  async run(server: Server): Promise<ExitName> {
    const choice = await this.#deps.choose(server);
    const plan = derivedTagOf(choice, this.#options.tagName);
    const own = await new CreatedTags(stateFolder(this.#io.system), server.client.host.url).load();
    guardName(plan, server.tags, (name) => own.has(name));
    const decided = await this.#check(server, withoutCopy(choice, server.tags, plan.name));
    this.#reporter.plan(choice, plan.name, decided);
    await this.#reporter.flush();
    this.#refuse(decided);
    if (this.#options.dryRun) return this.#show(server, plan, decided);
    await this.#consent(choice);
    if (!decided.nothingToDo) await this.#fetch(server, choice, decided);
    await this.#derive(server, plan, own);
    const exit = this.#options.verify ? await this.#prove(server, choice, plan.name) : 'ok';
    const { contextTokensPerSequence } = choice;
    const model = shortTag(choice.build);
    const hints = usageHints(server.client.host, { tag: plan.name, model, contextTokensPerSequence });
    this.installedTag = plan.name;
    this.#reporter.done(plan.name, choice, server.client.host.url, hints, usualService(this.#io.system.platform));
    return exit;
  }

  async #check({ client, version, tags }: Server, choice: PullPlan): Promise<PullCheck> {
    const { system, env } = this.#io;
    const signal = this.#signal;
    const fetch = this.#deps.fetchManifest ?? ((tag: string) => fetchManifest(tag, { env, signal }));
    return checkBeforePull(
      await gatherFacts({ client, system, choice, version, tags, fetchManifest: (tag) => fetch(tag), signal }),
    );
  }

  #refuse({ stop }: PullCheck): void {
    if (!stop || (stop.forcible && this.#options.force)) return;
    const hint = stop.forcible ? 'To install it anyway: --force' : hints[stop.code];
    throw new FitError(stop.code, ollamaSentence(stop.finding), hint ?? null);
  }

  /** `--dry-run`: shows every request that would be sent, and sends none. */
  async #show({ client, tags }: Server, plan: DerivedTag, { nothingToDo }: PullCheck): Promise<ExitName> {
    const pull: PlannedRequest = { method: 'POST', path: '/api/pull', body: { model: plan.base, stream: true } };
    if (!nothingToDo) this.#reporter.request(pull);
    const isThere = tags.some(({ name }) => sameName(name, plan.base));
    const shown = isThere ? await client.show(plan.base, { signal: this.#signal }) : null;
    this.#reporter.request({ method: 'POST', path: '/api/create', body: derivedRequest(plan, shown) });
    return 'ok';
  }

  async #consent({ build }: PullPlan): Promise<void> {
    const { yes, named, json } = this.#options;
    if (yes || named) return;
    const { stdin, stderr, env } = this.#io;
    if (!isInteractive({ stdinTTY: stdin.isTTY === true, stderrTTY: stderr.isTTY === true, env, json })) {
      throw new FitError(
        'needs-confirmation',
        `Cannot ask for confirmation of ${build.tag}: not a terminal.`,
        'Pass --yes, or name the model.',
      );
    }
    this.#reporter.close();
    if (await confirm(`Install ${build.tag}?`, { input: stdin, output: stderr }, this.#signal)) return;
    throw new FitError('interrupted', 'Nothing was installed.');
  }

  /** Without the registry an installed tag is good enough. */
  async #fetch(server: Server, choice: PullPlan, decided: PullCheck): Promise<void> {
    const { tag } = choice.build;
    const installed = server.tags.some(({ name }) => sameName(name, tag));
    const ended = await this.#download(server, choice, decided, installed);
    if (ended === 'kept') this.#reporter.finding({ code: 'kept-installed', tag });
  }

  async #download(
    { client }: Server,
    { build }: PullPlan,
    { totalBytes, modelsFolder }: PullCheck,
    installed: boolean,
  ): Promise<'pulled' | 'kept'> {
    const { attempts, sleep, silenceMs } = this.#deps;
    return pullModel({
      client,
      tag: build.tag,
      installed,
      expectedBytes: totalBytes,
      modelsFolder,
      signal: this.#signal,
      onEvent: (event) => this.#reporter.event(event),
      ...(attempts !== undefined && { attempts }),
      ...(sleep && { sleep }),
      ...(silenceMs !== undefined && { silenceMs }),
      ...(this.#options.insecure && { insecure: true }),
    });
  }

  async #derive({ client }: Server, plan: DerivedTag, own: CreatedTags): Promise<void> {
    this.#reporter.event({ type: 'phase', phase: 'create', status: `creating ${plan.name}` });
    const isOurs = (name: string) => own.has(name);
    const claim = (name: string) => own.add(name);
    this.#reporter.tag(plan.name, await createDerived({ client, plan, isOurs, claim, signal: this.#signal }));
  }

  async #prove({ client }: Server, choice: PullPlan, tag: string): Promise<ExitName> {
    const { machine, readFreeBytes, sleep = wait, silenceMs } = this.#deps;
    const { system, now } = this.#io;
    const { remote } = client.host;
    const proof = await verifyModel({
      client,
      tag,
      prediction: remote ? null : choice.prediction,
      around: {
        readFreeBytes: remote ? async () => null : readFreeBytes,
        readLog: remote ? async () => null : () => readServerLog(system),
        unique: randomUUID,
        sleep,
      },
      machine,
      toolVersion,
      now: () => new Date(now()).toISOString(),
      onEvent: (event) => this.#reporter.event(event),
      signal: this.#signal,
      ...(silenceMs !== undefined && { silenceMs }),
    });
    this.#reporter.verified(proof, await saveProof(stateFolder(system), proof));
    return proof.passed ? 'ok' : 'verification-differs';
  }
}

const hints: Partial<Record<string, string>> = {
  'ollama-too-old': updateOllama,
  platform: 'Choose a GGUF build, for example one that ends in -it-qat: gemma-fit list',
};
