import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { simulate } from '../../src/index.ts';
import { placeModel } from '../../src/model/fit/place.ts';
import type { Quantization, VariantId } from '../../src/model/types.ts';
import answered from './peer-answers.json' with { type: 'json' };

const contextTokens = 32_768;
const tool = { version: '0', dataAgeDays: 0 };
const gib = 2 ** 30;
/** What a driver and a CUDA context leave of a card, and llama.cpp's margin. */
const takenBytes = 0.5 * gib;
const marginBytes = gib;

type Row = (typeof answered.recommendations.machines)[number];
type Choice = readonly [variant: VariantId, quantization: Quantization];

/** What each tool recommends of Gemma 4 for ten machines and 32K, and whether llama.cpp puts that wholly on the GPU. */
export function recommendationRows(): string[][] {
  return answered.recommendations.machines.map((row) => {
    const theirs = Object.values(row.answers) as unknown as (Choice | null)[];
    return [row.gpu, ours(row), ...theirs.map((choice) => told(row, choice))];
  });
}

export const recommendationTools = ['gemma-fit', ...Object.keys(answered.recommendations.how)];

function ours({ gpu, ramGB }: Row): string {
  const machine = simulate({ platform: 'linux', gpu, ramBytes: ramGB * 1e9 });
  const { recommendation } = checkMachine(machine, { ...openRequest, contextTokensTotal: contextTokens }, tool);
  return recommendation === null ? '-' : `${recommendation.build} (${where(recommendation.placement.mode)})`;
}

const where = (mode: string): string => (mode === 'full' || mode === 'gpu' ? 'GPU' : 'GPU + CPU');

/** What another tool says, and where llama.cpp puts it; a dash where it names no Gemma 4. */
function told({ vramGiB, count }: Row, choice: Choice | null): string {
  if (choice === null) return '-';
  const [variant, quantization] = choice;
  const devices = Array.from({ length: count }, () => ({ freeBytes: vramGiB * gib - takenBytes, marginBytes }));
  const { mode } = placeModel({ variant, quantization, contextTokens, devices });
  return `${variant} ${quantization} (${where(mode)})`;
}
