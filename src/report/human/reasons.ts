import type { AdviceFinding } from '../../advice/findings.ts';
import type { Candidate, CheckResult } from '../../advice/types.ts';
import { decidingBytes } from '../figures.ts';
import { sentencesFor } from '../sentences/index.ts';

/** What decides a verdict; everything else is worth knowing beside it. */
const deciding: ReadonlySet<AdviceFinding['code']> = new Set([
  'fits-device',
  'spills',
  'experts-on-cpu',
  'runs-on-cpu',
  'host-too-small',
  'pool-too-small',
  'mlx-refused',
  'mlx-fits',
  'mlx-aborts',
  'device-memory-unknown',
  'device-usability-unknown',
  'host-memory-unknown',
  'build-bytes-unknown',
]);

/** Said by the first line or the table already. */
const told: ReadonlySet<AdviceFinding['code']> = new Set(['ceiling', 'expected-speed']);

export interface Reasons {
  /** The candidate that the reasons are about: the recommended one, or the smallest when there is none. */
  about: Candidate | null;
  why: string[];
  levers: string[];
  goodToKnow: string[];
}

/**
 * Reasons sorted for a reader: why it is so, what would change it, and the rest. Notes are left to `--explain`, and what the warnings
 * already say is left out.
 */
export function sortedReasons({ recommendation, candidates, warnings, unlock, request }: CheckResult): Reasons {
  const sentence = sentencesFor(request);
  const distinct = (findings: readonly AdviceFinding[]) => [...new Set(findings.map(sentence))];
  const [smallest = null] = [...candidates].sort((a, b) => decidingBytes(a) - decidingBytes(b));
  const about = recommendation ?? smallest;
  const reasons = (about?.reasons ?? []).filter((finding) => !told.has(finding.code) && !isNote(finding));
  const warned = new Set(warnings.map(sentence));
  const because = (recommendation?.because ?? []).filter(({ code }) => !told.has(code));
  const isLever = ({ code }: AdviceFinding): boolean => code === 'lever' || code === 'faster-placement';
  const decides = ({ code }: AdviceFinding): boolean => deciding.has(code);
  return {
    about,
    why: distinct([...because.filter((finding) => !isLever(finding)), ...reasons.filter(decides)]),
    levers: distinct([...(unlock === null ? [] : [unlock]), ...[...because, ...reasons].filter(isLever)]),
    goodToKnow: distinct(reasons.filter((finding) => !decides(finding) && !isLever(finding))).filter(
      (text) => !warned.has(text),
    ),
  };
}

function isNote(finding: AdviceFinding): boolean {
  return finding.code === 'known-problem' && finding.severity === 'note';
}
