// How slow this computer is just now, so that a bound on processor time means an amount of work and not a state of the machine.

/** What the work below takes on an idle machine of 2024, ms of processor time. */
const idleMs = 65;

/** 1: as fast as that one, or faster; 2: everything takes twice as long, because others share the caches and cores, or it is an old processor. */
function slowness() {
  const before = process.cpuUsage();
  const text = JSON.stringify(Array.from({ length: 30_000 }, (_, index) => ({ name: `t${index}`, size: index })));
  for (let times = 0; times < 5; times++) JSON.parse(text).map(({ name }) => name.replace(/\d+/g, ''));
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, (user + system) / 1000 / idleMs);
}

module.exports = { slowness };
