import type { Candidate, CheckResult } from '../types.ts';

/** A speed that `verify` measured on this machine. */
export interface ProvenSpeed {
  /** The tag that ran, and the library tag that it was made from. */
  tag: string;
  base: string | null;
  contextTokens: number;
  tokensPerSecond: number;
  passed: boolean;
}

/** Half of the spread between two runs of the same model on the same machine. */
const spread = 0.05;

/** The same answer with predicted speeds replaced by measured ones, where a proof of the same tag ran fully as predicted. */
export function withProofs(result: CheckResult, proofs: readonly ProvenSpeed[]): CheckResult {
  const proven = <C extends Candidate>(candidate: C): C => {
    const proof = proofs.find((one) => one.passed && isAbout(one, candidate));
    return proof === undefined ? candidate : { ...candidate, speed: speedOf(proof.tokensPerSecond) };
  };
  const { candidates, recommendation } = result;
  return { ...result, candidates: candidates.map(proven), recommendation: recommendation && proven(recommendation) };
}

/** A proof of the same tag at this context or a longer one, or fully on devices in both: a split has another speed. */
function isAbout({ tag, base, contextTokens }: ProvenSpeed, { tag: asked, placement, workload }: Candidate): boolean {
  return (
    (tag === asked || base === asked) &&
    (placement.mode === 'full' || contextTokens >= workload.contextTokensPerSequence)
  );
}

function speedOf(tokensPerSecond: number): NonNullable<Candidate['speed']> {
  return {
    lowTokensPerSecond: tokensPerSecond * (1 - spread),
    expectedTokensPerSecond: tokensPerSecond,
    highTokensPerSecond: tokensPerSecond * (1 + spread),
    basis: 'proof',
  };
}
