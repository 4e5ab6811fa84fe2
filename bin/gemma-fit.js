#!/usr/bin/env node
import module from 'node:module';

module.enableCompileCache?.();
process.stdout.on('error', leaveOnClosedPipe);
process.stderr.on('error', leaveOnClosedPipe);

const { main } = await import('../dist/cli.js');
process.exitCode = await main(process.argv);

/** `gemma-fit list | head -1`: the reader has seen enough; that is not a failure of ours. */
function leaveOnClosedPipe(error) {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 0);
}
