import { adviceTable } from './advice.ts';
import { batching } from './batching.ts';
import { builds } from './builds.ts';
import { computeBuffersDate } from './compute-buffers.ts';
import { cpuRepackDate } from './cpu-repack.ts';
import { deviceSpecs } from './devices.ts';
import { enginesDate } from './engines.ts';
import { mlx } from './mlx.ts';
import { quality, runtimes } from './runtimes.ts';
import { speedForms, speeds } from './speeds.ts';
import { variants, weightsDate } from './variants.ts';

export { buildBytes, mlxFilesOf, stockWeights } from './build-bytes.ts';
export { buildById, buildByTag, builds, buildsOf } from './builds.ts';
export { deviceBandwidth, deviceSpecs, findDevice } from './devices.ts';
export { gateOf, problemsFor, quality, type RunFacts, runtimeDefaults, runtimes, since } from './runtimes.ts';
export { variantOf, variants, weightsOf } from './variants.ts';
export { compareVersions, isKnownVersion } from './versions.ts';

const rows: readonly { date: string }[] = [
  ...variants,
  ...builds,
  ...deviceSpecs,
  ...runtimes.gates,
  ...runtimes.problems,
  ...runtimes.stacks,
  runtimes.defaults,
  ...quality.kvLoss,
  quality.order,
  ...speeds.measured,
  ...batching.rows,
  ...speedForms.forms,
  ...mlx.weights,
  ...adviceTable.uses,
  ...adviceTable.weightLoss,
];

/** Date of the newest row (ISO): how old the tables are. */
export const dataVersion =
  [weightsDate, computeBuffersDate, cpuRepackDate, enginesDate, ...rows.map((row) => row.date)].sort().at(-1) ??
  weightsDate;
