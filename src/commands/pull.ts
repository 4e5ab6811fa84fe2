import { randomUUID } from 'node:crypto';
import { exitOfError, FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import { isOffline } from '../ollama/api/errors.ts';
import { sameName } from '../ollama/api/names.ts';
import { type Preflight, preflight } from '../ollama/pull/checks.ts';
import { OwnTags, stateFolder } from '../ollama/pull/created-tags.ts';
import { createDerived, type DerivedPlan, derivedName, derivedRequest, guardName } from '../ollama/pull/derived-tag.ts';
import { gatherFacts } from '../ollama/pull/facts.ts';
import type { Choice } from '../ollama/pull/plan.ts';
import { pullModel } from '../ollama/pull/pull.ts';
import { type FetchManifest, fetchManifest } from '../ollama/pull/registry.ts';
import { usualService } from '../ollama/pull/server-settings.ts';
import { usageHints } from '../ollama/pull/usage.ts';
import { readServerLog } from '../ollama/verify/log-source.ts';
import { saveProof } from '../ollama/verify/proofs.ts';
import type { Proof } from '../ollama/verify/types.ts';
import { verifyModel } from '../ollama/verify/verify.ts';
import { ollamaSentence } from '../report/sentences/index.ts';
import { confirm, isInteractive } from '../terminal/confirm.ts';
import { writeAll } from '../terminal/output.ts';
import { toolVersion } from '../version.ts';
import { type InterruptSource, processInterrupts, stoppedPull, watchInterrupts } from './interrupt.ts';
import type { CommonOptions, Io } from './io.ts';
import { humanTalk, jsonTalk, type PlannedRequest, type Talk } from './pull-output.ts';
import { connectServer, type Server } from './server.ts';

export interface PullOptions extends CommonOptions {
  /** The person named what to take: that is consent. */
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
}

/** What runPull cannot know: the advice, the driver, and in tests the world. */
export interface PullDeps {
  /** Chooses what to pull for this server; throws FitError when nothing fits or the name is unknown. */
  choose(server: Server): Promise<Choice>;
  machine: Proof['machine'];
  readFreeBytes(): Promise<number | null>;
  fetchManifest?: FetchManifest;
  interrupts?: InterruptSource;
  sleep?(ms: number): Promise<void>;
  attempts?: number;
  silenceMs?: number;
}

/**
 * `gemma-fit pull`: connect, choose, preflight, ask, download, set up the tag, prove, say how to use it. Resolves to the
 * exit; with `--json` failures are told as an `error` event, else thrown as FitError.
 */
export async function runPull(options: PullOptions, io: Io, deps: PullDeps): Promise<ExitName> {
  const talk = options.json ? jsonTalk(io) : humanTalk(io, options);
  const interrupts = watchInterrupts(deps.interrupts ?? processInterrupts, stoppedPull(), () => talk.close());
  try {
    const exit = await new Pull(options, io, deps, talk, interrupts.signal).run();
    await talk.flush();
    return exit;
  } catch (error) {
    if (!options.json || !(error instanceof FitError)) throw error;
    const { code, message, hint } = error;
    await talk.flush();
    await writeAll(io.stdout, `${JSON.stringify({ type: 'error', code, message, hint })}\n`);
    return exitOfError[code];
  } finally {
    interrupts.close();
    talk.close();
  }
}

/** The order of events of one pull, and what its steps share. */
class Pull {
  readonly #options: PullOptions;
  readonly #io: Io;
  readonly #deps: PullDeps;
  readonly #talk: Talk;
  readonly #signal: AbortSignal;

  constructor(options: PullOptions, io: Io, deps: PullDeps, talk: Talk, signal: AbortSignal) {
    this.#options = options;
    this.#io = io;
    this.#deps = deps;
    this.#talk = talk;
    this.#signal = signal;
  }

  async run(): Promise<ExitName> {
    const server = await connectServer(this.#io, this.#signal);
    const choice = await this.#deps.choose(server);
    const plan = planOf(choice, this.#options.tagName);
    const own = await new OwnTags(stateFolder(this.#io.system), server.client.host.url).load();
    guardName(plan, server.tags, (name) => own.has(name));
    const judged = await this.#judge(server, choice);
    this.#talk.plan(choice, plan.name, judged);
    await this.#talk.flush();
    this.#refuse(judged);
    if (this.#options.dryRun) return this.#show(plan, judged);
    await this.#consent(choice);
    if (!judged.nothingToDo) await this.#fetch(server, choice, judged);
    await this.#derive(server, plan, own);
    const exit = this.#options.verify ? await this.#prove(server, choice, plan.name) : 'ok';
    const hints = usageHints(server.client.host, plan.name, choice.contextTokens);
    this.#talk.done(plan.name, choice, server.client.host.url, hints, usualService(this.#io.system.platform));
    return exit;
  }

  async #judge({ client, version, tags }: Server, choice: Choice): Promise<Preflight> {
    const { system, env } = this.#io;
    const fetch = this.#deps.fetchManifest ?? ((tag: string) => fetchManifest(tag, { env }));
    return preflight(await gatherFacts({ client, system, choice, version, tags, fetchManifest: (tag) => fetch(tag) }));
  }

  #refuse({ stop }: Preflight): void {
    if (!stop || (stop.forcible && this.#options.force)) return;
    const hint = stop.forcible ? 'To pull it all the same: --force' : hints[stop.code];
    throw new FitError(stop.code, ollamaSentence(stop.finding), hint ?? null);
  }

  /** `--dry-run`: every request that would be sent, and nothing is. */
  #show(plan: DerivedPlan, { nothingToDo }: Preflight): ExitName {
    const pull: PlannedRequest = { method: 'POST', path: '/api/pull', body: { model: plan.base, stream: true } };
    if (!nothingToDo) this.#talk.request(pull);
    this.#talk.request({ method: 'POST', path: '/api/create', body: derivedRequest(plan) });
    return 'ok';
  }

  async #consent({ build }: Choice): Promise<void> {
    const { yes, named, json } = this.#options;
    if (yes || named) return;
    const { stdin, stderr, env } = this.#io;
    if (!isInteractive({ stdinTTY: stdin.isTTY === true, stderrTTY: stderr.isTTY === true, env, json })) {
      throw new FitError(
        'needs-confirmation',
        `Nobody is there to confirm ${build.tag}.`,
        'Pass --yes, or name the model.',
      );
    }
    this.#talk.close();
    if (await confirm(`Pull ${build.tag}?`, { input: stdin, output: stderr }, this.#signal)) return;
    throw new FitError('interrupted', 'Nothing was pulled.');
  }

  /** Without a way to the registry an installed tag is good enough. */
  async #fetch(server: Server, choice: Choice, judged: Preflight): Promise<void> {
    const { tag } = choice.build;
    const installed = server.tags.some(({ name }) => sameName(name, tag));
    try {
      await this.#download(server, choice, judged, installed);
    } catch (error) {
      if (!installed || !isOffline(error)) throw error;
      this.#talk.finding({ code: 'kept-installed', tag });
    }
  }

  async #download({ client }: Server, { build }: Choice, { totalBytes }: Preflight, installed: boolean): Promise<void> {
    const { attempts, sleep, silenceMs } = this.#deps;
    await pullModel({
      client,
      tag: build.tag,
      installed,
      expectedBytes: totalBytes,
      signal: this.#signal,
      onEvent: (event) => this.#talk.event(event),
      ...(attempts !== undefined && { attempts }),
      ...(sleep && { sleep }),
      ...(silenceMs !== undefined && { silenceMs }),
      ...(this.#options.insecure && { insecure: true }),
    });
  }

  async #derive({ client }: Server, plan: DerivedPlan, own: OwnTags): Promise<void> {
    this.#talk.event({ type: 'phase', phase: 'create', status: `creating ${plan.name}` });
    const isOurs = (name: string) => own.has(name);
    const claim = (name: string) => own.add(name);
    this.#talk.tag(plan.name, await createDerived({ client, plan, isOurs, claim, signal: this.#signal }));
  }

  async #prove({ client }: Server, choice: Choice, tag: string): Promise<ExitName> {
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
      onEvent: (event) => this.#talk.event(event),
      signal: this.#signal,
      ...(silenceMs !== undefined && { silenceMs }),
    });
    this.#talk.verified(proof, await saveProof(stateFolder(system), proof));
    return proof.passed ? 'ok' : 'verification-differs';
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function planOf(choice: Choice, tagName: string | null): DerivedPlan {
  const { build, contextTokens, microBatch, gpuLayers, sampling } = choice;
  const name = tagName ?? derivedName(build.tag);
  const fixed = gpuLayers === undefined ? {} : { gpuLayers };
  return { base: build.tag, name, contextTokens, microBatch, ...fixed, sampling };
}

const hints: Partial<Record<string, string>> = {
  'ollama-too-old': 'Update Ollama: https://ollama.com/download',
  platform: 'Choose a GGUF build, for example one that ends in -it-qat: gemma-fit list',
};
