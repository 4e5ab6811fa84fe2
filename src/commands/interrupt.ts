import { FitError } from '../errors.ts';
import { endingSignals } from '../system/children.ts';

/** Source of interrupts; tests pass their own. */
export interface InterruptSource {
  /** Calls the listener at each Ctrl-C until the returned function is called. */
  on(listener: () => void): () => void;
  /** Ends the process at once. */
  leave(): void;
}

/** What asks this process to end. */
export const processInterrupts: InterruptSource = {
  on(listener) {
    for (const signal of endingSignals) process.on(signal, listener);
    return () => {
      for (const signal of endingSignals) process.removeListener(signal, listener);
    };
  },
  // The one place that may end the process: the person asked twice.
  leave: () => process.exit(130),
};

export interface Interrupts {
  signal: AbortSignal;
  close(): void;
}

/** First interrupt: the signal is aborted with `reason`. Second: `tidy`, then leave. */
export function watchInterrupts(source: InterruptSource, reason: FitError, tidy: () => void): Interrupts {
  const controller = new AbortController();
  const close = source.on(() => {
    if (!controller.signal.aborted) return controller.abort(reason);
    tidy();
    source.leave();
  });
  return { signal: controller.signal, close };
}

/** Ollama deletes partial downloads older than an hour when it starts (server/images.go, PruneLayers). */
export const stoppedPull = () =>
  new FitError(
    'interrupted',
    'Stopped.',
    'What was downloaded so far stays: run the same command again to go on. (When Ollama restarts it deletes parts older than one hour.)',
  );
