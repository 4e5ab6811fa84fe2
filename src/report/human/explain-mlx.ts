import type { Finding } from '../../advice/findings.ts';
import type { Candidate } from '../../advice/types.ts';

/** One line of a calculation. */
export interface ExplainedLine {
  label: string;
  bytes: number;
  how: string;
}

/** The peak of an MLX build by its parts; null for any other build, or one that Ollama does not load. */
export function mlxPeakLines({ reasons, need }: Candidate): ExplainedLine[] | null {
  const figures = mlxFigures(reasons);
  if (figures === null) return null;
  const { loadBytes, cacheBytes, scoreBytes, workingBytes, snapshotBytes } = figures;
  const { drafterBytes } = need.device;
  return [
    { label: 'weights', bytes: loadBytes - drafterBytes, how: 'text model and encoders as loaded (data/mlx.json)' },
    { label: 'draft', bytes: drafterBytes, how: 'draft model (MTP) that guesses tokens ahead' },
    {
      label: 'KV cache',
      bytes: cacheBytes,
      how: 'full-attention layers in bf16, and the copy of one layer while it grows',
    },
    {
      label: 'scores',
      bytes: scoreBytes,
      how: 'attention scores of one full layer for 2,048 tokens at once, and their mask',
    },
    {
      label: 'scratch',
      bytes: workingBytes,
      how: 'layers in flight in one command buffer, as measured for this class of chips',
    },
    { label: 'snapshots', bytes: snapshotBytes, how: 'sliding windows kept every 8,192 tokens of the prompt' },
  ];
}

/** What Metal allows, against the peak; and what stays after the answer. */
export function mlxRoomLines({ reasons }: Candidate): ExplainedLine[] {
  const figures = mlxFigures(reasons);
  if (figures === null) return [];
  const { roomBytes, peakBytes, restBytes } = figures;
  return [
    { label: 'allowed', bytes: roomBytes, how: "Metal's recommended working set, less what is in use" },
    { label: 'peak', bytes: -peakBytes, how: 'the sum above' },
    { label: 'left', bytes: roomBytes - peakBytes, how: 'allowed - peak (negative: the prompt ends in an abort)' },
    { label: 'at rest', bytes: restBytes, how: 'after the answer, with the snapshots of this conversation' },
  ];
}

function mlxFigures(reasons: Candidate['reasons']): Finding<'mlx-fits' | 'mlx-aborts'> | null {
  for (const finding of reasons) if (finding.code === 'mlx-fits' || finding.code === 'mlx-aborts') return finding;
  return null;
}
