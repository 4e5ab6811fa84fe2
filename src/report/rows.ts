import type { Candidate, CheckResult } from '../advice/types.ts';
import { longestContext } from './context-matrix.ts';
import { decidingBytes } from './figures.ts';
import { bitsOf, refusalWords, verdictWords } from './labels.ts';
import type { Curve } from './options.ts';
import { contextOfOne } from './pull-line.ts';
import { formatContext, formatDownload, formatMemory, formatSpeed } from './units.ts';

/** Cells of one candidate in words, for the formats that have a table (markdown, html). */
export interface Row {
  tag: string;
  recommended: boolean;
  precision: string;
  download: string;
  memory: string;
  memoryBytes: number;
  runsOn: string;
  context: string;
  ceiling: string;
  speed: string;
}

export const rowHeads = ['Model', 'Precision', 'Download', 'Memory', 'Runs on', 'Max context', 'Tok/s'] as const;

export const requirementHeads = ['Requirement', 'Outcome', 'Why'] as const;

export function toTableRow(candidate: Candidate, result: CheckResult, curves: readonly Curve[] = []): Row {
  const longest = longestContext(candidate, curves);
  const bits = bitsOf(candidate.quantization);
  return {
    tag: candidate.tag,
    recommended: candidate.tag === result.recommendation?.tag,
    precision: bits === null ? candidate.quantization : `${candidate.quantization} (${bits}-bit)`,
    download: candidate.downloadBytes === null ? 'unknown' : formatDownload(candidate.downloadBytes),
    memory: formatMemory(decidingBytes(candidate)),
    memoryBytes: decidingBytes(candidate),
    runsOn: refusalWords(candidate) ?? verdictWords[candidate.verdict].short,
    context: formatContext(candidate.workload.contextTokensTotal),
    ceiling: longest === null ? '-' : formatContext(contextOfOne(longest, candidate.workload.sequences)),
    speed: candidate.speed === null ? 'unknown' : formatSpeed(candidate.speed),
  };
}

/** A name for the machine without anything private: its accelerators, else its processor. */
export function machineLabel({ machine }: CheckResult): string {
  const names = machine.accelerators.map(({ name }) => name).filter((name) => name !== '');
  if (names.length > 0) return [...new Set(names)].join(' + ');
  return machine.cpu.brand || 'this machine';
}
