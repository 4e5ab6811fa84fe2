import type { PullEvent } from '../ollama/events.ts';
import type { PreflightFinding } from '../ollama/findings.ts';
import type { PullCheck } from '../ollama/pull/checks.ts';
import type { TagOutcome } from '../ollama/pull/derived-tag.ts';
import type { PullPlan } from '../ollama/pull/plan.ts';
import { type ServerSetting, type ServiceKind, settingLines } from '../ollama/pull/server-settings.ts';
import type { UsageHint } from '../ollama/pull/usage.ts';
import type { Proof } from '../ollama/verify/types.ts';
import { safeJson } from '../report/json.ts';
import { programName } from '../report/program-name.ts';
import { proofVerdict } from '../report/proof.ts';
import { ollamaSentence } from '../report/sentences/index.ts';
import { formatContext, formatDownload, formatMemory } from '../report/units.ts';
import { writeAll } from '../terminal/output.ts';
import { createProgress, type Progress } from '../terminal/progress.ts';
import { terminalColumns } from '../terminal/width.ts';
import { cleanLines } from '../text.ts';
import { calledAs } from './called-as.ts';
import type { CommonOptions, Io } from './io.ts';
import { showsUnicode } from './screen.ts';

/** A request as `--dry-run` shows it. */
export interface PlannedRequest {
  method: 'POST';
  path: string;
  body: unknown;
}

/** What `pull --json` prints, one a line, besides the events of the download itself. */
export type PullMessage =
  | PullEvent
  | {
      type: 'plan';
      schemaVersion: '1.0';
      tag: string;
      name: string;
      contextTokens: number;
      totalBytes: number | null;
      missingBytes: number | null;
      findings: PreflightFinding[];
    }
  | { type: 'finding'; finding: PreflightFinding }
  | { type: 'request'; request: PlannedRequest }
  | { type: 'tag'; name: string; outcome: TagOutcome }
  | { type: 'verified'; proof: Proof; file: string | null }
  | {
      type: 'done';
      tag: string;
      contextTokens: number;
      host: string;
      openaiUrl: string;
      settings: PullPlan['settings'];
    }
  | { type: 'error'; code: string; message: string; hint: string | null };

/** The output of a pull: for a person on stderr and stdout, or for a program as NDJSON on stdout. */
export interface PullReporter {
  plan(choice: PullPlan, name: string, preflight: PullCheck): void;
  request(request: PlannedRequest): void;
  event(event: PullEvent): void;
  finding(finding: PreflightFinding): void;
  tag(name: string, outcome: TagOutcome): void;
  verified(proof: Proof, file: string | null): void;
  done(name: string, choice: PullPlan, host: string, hints: UsageHint[], service: ServiceKind): void;
  /** Resolves when everything is written to stdout; rejects when a write failed (disk full). */
  flush(): Promise<void>;
  close(): void;
}

/** Writes in order without making the caller wait. */
function printer({ stdout }: Io): { print(line: string): void; flush(): Promise<void> } {
  let written = Promise.resolve();
  return {
    print(line) {
      written = written.then(() => writeAll(stdout, `${cleanLines(line)}\n`));
      // Reported by flush instead of as an unhandled rejection.
      written.catch(() => {});
    },
    flush: () => written,
  };
}

/** Output for a person. */
export function humanReporter(io: Io, { quiet }: Pick<CommonOptions, 'quiet'>): PullReporter {
  const progress = progressOn(io);
  const note = (text: string) => progress.note(text);
  const { print: say, flush } = printer(io);
  return {
    plan(choice, name, { findings, missingBytes, nothingToDo }) {
      for (const finding of findings) note(ollamaSentence(finding));
      const size = nothingToDo || missingBytes === null ? '' : `, ${formatDownload(missingBytes)} to download`;
      note(`${choice.build.tag} with a ${formatContext(choice.contextTokensPerSequence)} context, as ${name}${size}`);
    },
    request: ({ method, path, body }) => say(`${method} ${path} ${safeJson(body)}`),
    event: (event) => progress.event(event),
    finding: (finding) => note(ollamaSentence(finding)),
    tag: (name, outcome) => note(outcome === 'unchanged' ? `${name} is already set up.` : `${name} ${outcome}.`),
    verified(proof) {
      for (const finding of proof.findings) note(ollamaSentence(finding));
      const speed = proof.measurement.timing?.tokensPerSecond;
      note(`${proofVerdict(proof)}${speed ? `: ${speed.toFixed(1)} tok/s` : ''}.`);
    },
    done(name, choice, _host, hints, service) {
      progress.close();
      if (quiet) return say(name);
      const usage = hints.map(({ label, lines }) => `${label}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
      for (const text of usage) say(programName(text, calledAs(io.env)));
      const lines = settingLines(choice.settings, service);
      if (lines.length === 0) return;
      say(`Server settings:\n${[...choice.settings.map(gain), ...lines].map((line) => `  ${line}`).join('\n')}`);
    },
    flush,
    close: () => progress.close(),
  };
}

const reasons: Record<ServerSetting['reason'], string> = {
  'kv-type': 'stores the KV cache in less memory, at some cost in quality',
  'flash-attention': 'is needed for that',
  'vision-margin': 'reserves less for the vision encoder',
  'host-prompt-cache': 'keeps no finished prompts in RAM',
  parallel: 'serves several requests at once',
};

function gain({ variable, value, reason, gainBytes }: ServerSetting): string {
  const freed = gainBytes === null ? '' : ` (frees ${formatMemory(gainBytes)})`;
  return `# ${variable}=${value} ${reasons[reason]}${freed}`;
}

/** Output for a program: NDJSON on stdout, nothing on stderr. */
export function jsonReporter(io: Io): PullReporter {
  let toldMs = Number.NEGATIVE_INFINITY;
  const { print: say, flush } = printer(io);
  const print = (message: PullMessage) => say(safeJson(message));
  return {
    plan: (choice, name, { findings, totalBytes, missingBytes }) =>
      print({
        type: 'plan',
        schemaVersion: '1.0',
        tag: choice.build.tag,
        name,
        contextTokens: choice.contextTokensPerSequence,
        totalBytes,
        missingBytes,
        findings,
      }),
    request: (request) => print({ type: 'request', request }),
    event(event) {
      // Ollama reports progress 16 times a second; four are enough for a program.
      if (event.type === 'progress' && event.completedBytes < event.totalBytes) {
        if (io.now() - toldMs < 250) return;
        toldMs = io.now();
      }
      print(event);
    },
    finding: (finding) => print({ type: 'finding', finding }),
    tag: (name, outcome) => print({ type: 'tag', name, outcome }),
    verified: (proof, file) => print({ type: 'verified', proof, file }),
    done: (tag, { contextTokensPerSequence: contextTokens, settings }, host) =>
      print({ type: 'done', tag, contextTokens, host, openaiUrl: `${host}/v1`, settings }),
    flush,
    close: () => {},
  };
}

/** A bar on stderr where it is a terminal, plain lines elsewhere. */
export function progressOn(io: Io): Progress {
  return createProgress({
    write: (text) => void io.stderr.write(text),
    isTTY: io.stderr.isTTY === true,
    get columns() {
      return terminalColumns(io.env, io.stderr);
    },
    unicode: showsUnicode(io),
    nowMs: io.now,
  });
}
