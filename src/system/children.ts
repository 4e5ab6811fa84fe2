import type { ChildProcess } from 'node:child_process';

/** Programs that run now. They have process groups of their own, which a Ctrl-C in the terminal does not reach. */
const living = new Set<ChildProcess>();
/** Signals that end a process which does not listen to them. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let stopping = false;

/** Whether a signal ended what ran, so that nothing more is to be started: this process goes on only to say that it stops. */
export const isStopping = (): boolean => stopping;

/** Ends a program with this process, however this process ends (except SIGKILL, which cannot be caught). */
export function endWithParent(child: ChildProcess): void {
  if (living.size === 0) listen();
  living.add(child);
  const gone = () => {
    if (living.delete(child) && living.size === 0) unlisten();
  };
  child.once('exit', gone);
  child.once('error', gone);
}

/** Kills a program and, on POSIX, all that it started in its group. */
export function kill(child: ChildProcess): void {
  if (!killGroup(child)) child.kill('SIGKILL');
}

function killGroup({ pid }: ChildProcess): boolean {
  if (pid === undefined || process.platform === 'win32') return false;
  try {
    return process.kill(-pid, 'SIGKILL');
  } catch {
    return false;
  }
}

function killAll(): void {
  for (const child of living) kill(child);
}

/** Without another listener the signal ends the process, as it would by default. */
function onSignal(signal: NodeJS.Signals): void {
  stopping = true;
  killAll();
  if (process.listenerCount(signal) > 1) return;
  unlisten();
  process.kill(process.pid, signal);
}

function listen(): void {
  for (const signal of endingSignals) process.on(signal, onSignal);
  process.on('exit', killAll);
}

function unlisten(): void {
  for (const signal of endingSignals) process.removeListener(signal, onSignal);
  process.removeListener('exit', killAll);
}
