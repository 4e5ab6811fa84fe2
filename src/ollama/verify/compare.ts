import type { VerifiedPart, VerifyFinding } from '../findings.ts';
import {
  type Comparison,
  contextCauses,
  deviceSum,
  elsewhereCauses,
  generateCauses,
  invalidOutputCauses,
  isMlx,
  notLoadedCauses,
  offloadCauses,
  partCauses,
  slowCauses,
} from './causes.ts';
import { mlxRows } from './mlx-peak.ts';
import { serverSum } from './server-sum.ts';

/** How far a part may be off before it is reported: a share of it, plus a fixed slack for rounding and small buffers. */
const tolerances: Record<VerifiedPart, { share: number; slackBytes: number }> = {
  weights: { share: 0.02, slackBytes: 32 * 1024 ** 2 },
  kvCache: { share: 0.02, slackBytes: 16 * 1024 ** 2 },
  compute: { share: 0.15, slackBytes: 64 * 1024 ** 2 },
  // Exact in full offload: Ollama adds up llama.cpp's own figures, which the memory model meets.
  server: { share: 0.02, slackBytes: 32 * 1024 ** 2 },
  // Not checked on a real Mac beyond one log: within half a per cent there.
  mlxRest: { share: 0.05, slackBytes: 256 * 1024 ** 2 },
  mlxPeak: { share: 0.05, slackBytes: 256 * 1024 ** 2 },
  // The driver's figure holds the backend's own context (CUDA: 250 to 600 MiB) as well.
  device: { share: 0.1, slackBytes: 700 * 1024 ** 2 },
};

/** A drafter is loaded by the same lines as the model, where the server uses it. */
function weightsInLog({ prediction, measurement }: Comparison): number {
  const { weightsBytes, drafterBytes } = prediction.device;
  const seen = measurement.log?.device.weightsBytes ?? 0;
  const both = weightsBytes + drafterBytes;
  return Math.abs(seen - both) < Math.abs(seen - weightsBytes) ? both : weightsBytes;
}

/** Builds of one quantization differ by less (a tensor kept at another type), two quantizations by more. */
const sameBuildShare = 0.02;

/** /api/ps holds the projector's scratch too, of vision or audio, whichever came last (seen: 59 to 141 MiB). */
const projectorScratchBytes = 256 * 1024 ** 2;

/** Below this share of the predicted low end the speed is reported; below the second it matters. */
const slowShare = 0.8;
const tooSlowShare = 0.5;

/** Everything in which what was seen differs from what was predicted, with likely causes. Empty: as predicted. */
export function compare(comparison: Comparison): VerifyFinding[] {
  const { measurement } = comparison;
  // After a failed load the server may list the model for a while.
  if (!measurement.loaded || measurement.loadError !== null) return loadFindings(comparison);
  const findings = [
    ...mlxFindings(comparison),
    ...buildFindings(comparison),
    ...placeFindings(comparison),
    ...contextFindings(comparison),
  ];
  return [
    ...findings,
    ...elsewhereFindings(comparison),
    ...partFindings(comparison),
    ...generateFindings(comparison),
    ...speedFindings(comparison),
    ...garbageFindings(comparison),
    ...otherFindings(comparison),
  ];
}

function loadFindings(comparison: Comparison): VerifyFinding[] {
  const said = comparison.measurement.loadError;
  if (said === null) return [{ code: 'not-loaded', causes: notLoadedCauses(comparison) }];
  return [{ code: 'load-failed', said, causes: offloadCauses(comparison) }];
}

function mlxFindings(comparison: Comparison): VerifyFinding[] {
  return isMlx(comparison.measurement)
    ? [{ code: 'mlx-runner', peakRead: comparison.measurement.peak?.bytes != null }]
    : [];
}

/** Digests are compared over the digits that both have: `ollama list` shows twelve. */
function buildFindings({ prediction, measurement }: Comparison): VerifyFinding[] {
  if (measurement.movedBase !== null) return [{ code: 'base-moved', base: measurement.movedBase }];
  const { textBytes } = measurement;
  if (
    prediction.textBytes !== null &&
    textBytes !== null &&
    Math.abs(textBytes / prediction.textBytes - 1) > sameBuildShare
  ) {
    const [expected, found] = [prediction.textBytes, textBytes].map(
      (bytes) => `${(bytes / 1e9).toFixed(2)} GB of weights`,
    );
    return [
      { code: 'build-differs', expected: expected ?? '', found: found ?? '', causes: ['tag-moved', 'old-format'] },
    ];
  }
  const expected = prediction.digest;
  const found = measurement.baseDigest ?? measurement.digest;
  if (!expected || !found) return [];
  const digits = Math.min(expected.length, found.length);
  if (expected.slice(0, digits) === found.slice(0, digits)) return [];
  return [{ code: 'build-differs', expected: expected.slice(0, 12), found: found.slice(0, 12), causes: ['tag-moved'] }];
}

/** size 0 is what Ollama 0.33 reports for a model that lies on the CPU alone: never full offload. */
function placeFindings(comparison: Comparison): VerifyFinding[] {
  const { prediction, measurement } = comparison;
  const { sizeBytes, deviceBytes } = measurement;
  if (sizeBytes === null || deviceBytes === null || prediction.mode === 'none') return [];
  if (prediction.mode === 'cpu') return deviceBytes > 0 ? [{ code: 'on-gpu-after-all', deviceBytes }] : [];
  const causes = offloadCauses(comparison);
  if (deviceBytes === 0) return [{ code: 'entirely-on-cpu', sizeBytes, causes }];
  if (prediction.mode === 'full' && deviceBytes < sizeBytes)
    return [{ code: 'partly-on-cpu', deviceBytes, sizeBytes, causes }];
  return [];
}

/** Of what was predicted at least so much must have come onto the card; below it nothing of the model did. */
const leastOnCardShare = 0.25;

const takenOnCard = ({ measurement: { driver } }: Comparison) =>
  driver === null ? null : driver.freeBeforeBytes - driver.freeAfterBytes;

function isElsewhere(comparison: Comparison): boolean {
  const { prediction, measurement } = comparison;
  const taken = takenOnCard(comparison);
  const placed = prediction.mode === 'full' || prediction.mode === 'split';
  return (
    placed && taken !== null && (measurement.deviceBytes ?? 0) > 0 && taken < deviceSum(prediction) * leastOnCardShare
  );
}

/** A server behind a tunnel or a port of another system, or work on the CPU that /api/ps calls GPU. */
function elsewhereFindings(comparison: Comparison): VerifyFinding[] {
  if (!isElsewhere(comparison)) return [];
  const predictedBytes = deviceSum(comparison.prediction);
  const measuredBytes = takenOnCard(comparison) ?? 0;
  return [{ code: 'not-on-this-gpu', predictedBytes, measuredBytes, causes: elsewhereCauses(comparison) }];
}

function contextFindings(comparison: Comparison): VerifyFinding[] {
  const askedTokens = comparison.prediction.contextTokensPerSequence;
  const gotTokens = comparison.measurement.contextTokens;
  if (gotTokens === null) return [{ code: 'context-unknown' }];
  if (gotTokens === askedTokens) return [];
  return [{ code: 'context-differs', askedTokens, gotTokens, causes: contextCauses(comparison) }];
}

function partFindings(comparison: Comparison): VerifyFinding[] {
  const { prediction, measurement } = comparison;
  const { log, driver } = measurement;
  const rows: [VerifiedPart, number, number][] = [];
  if (log && prediction.mode === 'full') {
    rows.push(['weights', weightsInLog(comparison), log.device.weightsBytes]);
    rows.push(['kvCache', prediction.device.kvCacheBytes, log.device.kvCacheBytes]);
    rows.push(['compute', prediction.device.computeBytes, log.device.computeBytes]);
  }
  const placed = prediction.mode === 'full' || prediction.mode === 'split';
  if (placed && !isMlx(comparison.measurement)) rows.push(...serverRow(comparison));
  rows.push(...mlxRows(comparison));
  if (driver && placed && !isElsewhere(comparison))
    rows.push(['device', deviceSum(prediction), driver.freeBeforeBytes - driver.freeAfterBytes]);
  return rows.flatMap(([part, predictedBytes, measuredBytes]): VerifyFinding[] => {
    const { share, slackBytes } = tolerances[part];
    const scratch = part === 'server' && prediction.vision ? projectorScratchBytes : 0;
    if (Math.abs(measuredBytes - predictedBytes) <= predictedBytes * share + slackBytes + scratch) return [];
    return [{ code: 'part-differs', part, predictedBytes, measuredBytes, causes: partCauses(part, comparison) }];
  });
}

function serverRow(comparison: Comparison): [VerifiedPart, number, number][] {
  const sum = serverSum(comparison);
  return sum === null ? [] : [['server', sum.predictedBytes, sum.measuredBytes]];
}

function generateFindings(comparison: Comparison): VerifyFinding[] {
  const said = comparison.measurement.generateError;
  return said === null ? [] : [{ code: 'generate-failed', said, causes: generateCauses(comparison) }];
}

function speedFindings(comparison: Comparison): VerifyFinding[] {
  const { speed } = comparison.prediction;
  if (comparison.measurement.generateError !== null) return [];
  const tokensPerSecond = comparison.measurement.timing?.tokensPerSecond ?? null;
  if (tokensPerSecond === null) return [{ code: 'speed-unknown' }];
  if (!speed || tokensPerSecond >= speed.lowTokensPerSecond * slowShare) return [];
  const { lowTokensPerSecond } = speed;
  return [{ code: 'slow', tokensPerSecond, lowTokensPerSecond, causes: slowCauses(comparison) }];
}

function garbageFindings(comparison: Comparison): VerifyFinding[] {
  const reason = comparison.measurement.garbage;
  return reason === null ? [] : [{ code: 'gibberish', reason, causes: invalidOutputCauses(comparison) }];
}

function otherFindings({ measurement: { others } }: Comparison): VerifyFinding[] {
  if (others.length === 0) return [];
  const bytes = others.reduce((sum, o) => sum + o.deviceBytes, 0);
  return [{ code: 'other-models-loaded', names: others.map((o) => o.name), bytes }];
}

/** Whether a finding makes the answer wrong (exit 7) or is only worth knowing. */
export function matters(finding: VerifyFinding): boolean {
  switch (finding.code) {
    case 'partly-on-cpu':
    case 'entirely-on-cpu':
    case 'not-on-this-gpu':
    case 'build-differs':
    case 'gibberish':
    case 'not-loaded':
    case 'load-failed':
    case 'generate-failed':
      return true;
    case 'context-differs':
      return finding.gotTokens < finding.askedTokens;
    case 'slow':
      return finding.tokensPerSecond < finding.lowTokensPerSecond * tooSlowShare;
    case 'part-differs':
      return finding.part !== 'compute' && isFarOff(finding);
    default:
      return false;
  }
}

/** A quarter more than predicted, or in a split a quarter less on the device. */
function isFarOff({ part, predictedBytes, measuredBytes }: Extract<VerifyFinding, { code: 'part-differs' }>): boolean {
  return measuredBytes > predictedBytes * 1.25 || (part === 'server' && measuredBytes < predictedBytes * 0.75);
}
