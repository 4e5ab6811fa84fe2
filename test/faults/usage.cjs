// Preloaded into a run (node --require): writes its work, in CPU time of an idle machine, and its peak memory at the end.
const { readFileSync, writeFileSync } = require('node:fs');
const { slowness } = require('../tools/slowness.cjs');

/** Linux counts in maxRSS what the parent had before the program was loaded; the peak of the program itself is in /proc. */
function peakMiB() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const usage = { cpuMs: (user + system) / 1000, peakMiB: peakMiB() };
  // Asked only where it may matter: the answer takes a twentieth of a second.
  if (usage.cpuMs > 1000) usage.cpuMs /= slowness();
  writeFileSync(process.env.GEMMA_FIT_TEST_USAGE, JSON.stringify(usage));
});
