import { benchMachines, gridTime } from './grid-time.ts';

/** Prints how long the advice takes on three machines, the first time and after that. */
for (const [name, machine] of Object.entries(benchMachines)) {
  const first = gridTime(machine);
  const rest = Array.from({ length: 5 }, () => gridTime(machine).milliseconds).sort((a, b) => a - b);
  console.log(
    `${name}: ${first.count} candidates, first ${first.milliseconds.toFixed(0)} ms, then ${rest[2]?.toFixed(0)} ms`,
  );
}
