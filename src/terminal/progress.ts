import type { PullEvent, PullPhase } from '../ollama/events.ts';
import { shorten } from '../report/text.ts';
import { formatDownload } from '../report/units.ts';
import { clean } from '../text.ts';
import { formatDuration, type ProgressState, percentOf, progressLine } from './progress-line.ts';
import { RateMeter } from './rate.ts';

/** Where progress is shown: standard error. */
export interface ProgressTarget {
  write(text: string): void;
  isTTY: boolean;
  columns: number;
  unicode: boolean;
  nowMs(): number;
}

export interface Progress {
  event(event: PullEvent): void;
  /** A line that stays, above the bar. */
  note(text: string): void;
  /** Takes the bar away and gives the cursor back; may be called twice. */
  close(): void;
}

const phaseTexts: Record<PullPhase, string> = {
  manifest: 'Contacting registry',
  download: 'Downloading',
  verify: 'Verifying checksums (may take minutes)',
  write: 'Writing manifest',
  prune: 'Removing old files',
  create: 'Creating tag',
  load: 'Loading model',
  generate: 'Measuring speed',
  other: 'Working',
};

/** A bar that redraws itself on a terminal, plain lines for phases and each 10 % anywhere else. */
export function createProgress(target: ProgressTarget): Progress {
  return target.isTTY ? new BarProgress(target) : new PlainProgress(target);
}

function retryText(event: Extract<PullEvent, { type: 'retry' }>): string {
  const way = event.restart ? 'that file starts over' : 'it resumes where it stopped';
  const wait = formatDuration(event.delayMs / 1000);
  return `${event.reason} Trying again in ${wait} (${event.attempt} of ${event.attempts - 1}): ${way}.`;
}

const waitText = (event: Extract<PullEvent, { type: 'waiting' }>) =>
  `Still ${phaseTexts[event.phase].replace(/^./, (c) => c.toLowerCase())}: silent for ${formatDuration(event.silentMs / 1000)}.`;

class PlainProgress implements Progress {
  readonly #target: ProgressTarget;
  readonly #rate = new RateMeter();
  #tenth = 0;
  /** Silence is reported at 30 s, 1 min, 2 min, ...: enough for a CI that kills silent jobs. */
  #nextWaitMs = 30_000;

  constructor(target: ProgressTarget) {
    this.#target = target;
  }

  event(event: PullEvent): void {
    if (event.type === 'phase') {
      this.#nextWaitMs = 30_000;
      this.note(`${phaseTexts[event.phase]}.`);
    } else if (event.type === 'progress') this.#progress(event);
    else if (event.type === 'retry') this.note(retryText(event));
    else if (event.type === 'waiting' && event.silentMs >= this.#nextWaitMs) {
      this.#nextWaitMs = event.silentMs * 2;
      this.note(waitText(event));
    }
  }

  #progress(event: Extract<PullEvent, { type: 'progress' }>): void {
    this.#rate.add(this.#target.nowMs(), event.completedBytes);
    const tenth = Math.floor(percentOf({ ...event, bytesPerSecond: null }) / 10);
    if (tenth <= this.#tenth) return;
    this.#tenth = tenth;
    const rate = this.#rate.bytesPerSecond;
    const speed = rate ? ` at ${formatDownload(rate)}/s` : '';
    this.note(
      `${tenth * 10} % (${formatDownload(event.completedBytes)} of ${formatDownload(event.totalBytes)}${speed})`,
    );
  }

  note(text: string): void {
    this.#target.write(`${clean(text)}\n`);
  }

  close(): void {}
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearLine = '\r\u001b[2K';
const frameMs = 100;

class BarProgress implements Progress {
  readonly #target: ProgressTarget;
  readonly #rate = new RateMeter();
  #state: ProgressState | null = null;
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #open = false;

  constructor(target: ProgressTarget) {
    this.#target = target;
  }

  event(event: PullEvent): void {
    if (event.type === 'progress') this.#progress(event);
    else if (event.type === 'waiting') this.#show(waitText(event));
    else if (event.type === 'retry') this.note(retryText(event));
    else if (event.type === 'phase') this.#phase(event.phase);
  }

  #phase(phase: PullPhase): void {
    if (phase === 'download') return;
    if (this.#state && phase === 'verify') {
      this.note(`Downloaded ${formatDownload(this.#state.completedBytes)}.`);
      this.#state = null;
    }
    this.#show(`${phaseTexts[phase]} ...`);
  }

  #progress(event: Extract<PullEvent, { type: 'progress' }>): void {
    const nowMs = this.#target.nowMs();
    this.#rate.add(nowMs, event.completedBytes);
    this.#state = { ...event, bytesPerSecond: this.#rate.bytesPerSecond };
    if (nowMs - this.#drawnAtMs < frameMs) return;
    this.#drawnAtMs = nowMs;
    this.#show(progressLine(this.#state, this.#target.columns, this.#target.unicode));
  }

  #show(text: string): void {
    const start = this.#open ? '' : hideCursor;
    this.#open = true;
    this.#target.write(`${start}${clearLine}${shorten(clean(text), this.#target.columns - 1)}`);
  }

  note(text: string): void {
    this.close();
    this.#target.write(`${clean(text)}\n`);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#target.write(`${clearLine}${showCursor}`);
  }
}
