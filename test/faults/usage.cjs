// Preloaded into a run (node --require): at its end, what it took of the processor and the memory.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const usage = { cpuMs: (user + system) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024 };
  writeFileSync(process.env.GEMMA_FIT_TEST_USAGE, JSON.stringify(usage));
});
