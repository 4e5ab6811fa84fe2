#!/usr/bin/env node
import module from 'node:module';

// A reader that has seen enough (`gemma-fit list | head -1`) is no failure and changes no verdict; whatever else a stream
// fails with is told by the one who wrote to it.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const reason = cannotStart(process.versions.node);
if (reason === null) {
  const { main, crashed, compileCacheFolder } = await import('../dist/cli.js').catch(notBuilt);
  cacheCode(compileCacheFolder);
  // An error that was thrown where nobody waits (a stream, a timer) ends as every bug does: one sentence and its own exit code.
  const onCrash = (error) => crashed(error, process.argv).then(process.exit, () => process.exit(70));
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  process.exitCode = await main(process.argv);
} else {
  refuse(reason);
}

/** Never in Node's own default, a folder in /tmp: what lies there is run, whoever put it there. */
function cacheCode(compileCacheFolder) {
  if (module.enableCompileCache === undefined) return;
  const folder = compileCacheFolder();
  if (folder !== null) module.enableCompileCache(folder);
}

/** engines in package.json, of which npx only warns. */
function cannotStart(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? null
    : `gemma-fit needs Node 20.19 or newer; this is ${version}.`;
}

/** A clone before `npm ci`, or a copy that was installed from git with scripts off. */
function notBuilt(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const installed = /[\\/]node_modules[\\/]/.test(import.meta.url);
  const what = installed ? 'Install it again without --ignore-scripts.' : 'Run: npm ci';
  return {
    crashed: null,
    compileCacheFolder: () => null,
    main: async () => refuse(`gemma-fit is not built yet. ${what}`),
  };
}

/** Exit 2, as for wrong usage: never 1, which npx and Node use for their own failures. */
function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
  return 2;
}
