#!/usr/bin/env node
import module from 'node:module';

module.enableCompileCache?.();
// A reader that has seen enough (`gemma-fit list | head -1`) is no failure and changes no verdict; whatever else a stream
// fails with is told by the one who wrote to it.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const { main } = await import('../dist/cli.js');
process.exitCode = await main(process.argv);
