import { variantOf } from '../data/variants.ts';
import type { VariantId } from '../model/types.ts';
import type { PlainScreen } from './options.ts';
import { benchmarkNames } from './scores.ts';
import { labelledLines } from './text-table.ts';
import { formatContext } from './units.ts';

const shownBenchmarks = ['mmluPro', 'liveCodeBenchV6', 'tau2', 'mmmuPro', 'mrcrV2At128k'] as const;

/**
 * What people take each model for, and what they do not. From the sizes and benchmarks of the model cards; that Gemma 4 trails other
 * families in Chinese, Japanese and Korean, and that few adapters exist for it, is what users report.
 */
const uses: Record<VariantId, { good: string; not: string }> = {
  e2b: { good: 'small computers, quick answers, speech', not: 'coding agents, long documents' },
  e4b: { good: 'laptops without a GPU, images, speech', not: 'coding agents, long documents' },
  '12b': { good: '8 to 16 GB of memory, images, speech, everyday coding', not: 'the longest documents' },
  '26b': {
    good: 'speed with much of the quality: agents, split GPUs, CPUs',
    not: 'speech; fine-tuning (a mixture of experts)',
  },
  '31b': { good: 'the best quality on 24 GB and more', not: 'speech; small GPUs and CPUs' },
};
const ofAll = 'work mainly in Chinese, Japanese or Korean; existing LoRA adapters';

/** A model in a few rows, before its builds: sizes, contexts, what it sees and hears, benchmarks, licence, and what it is for. */
export function modelCard(id: VariantId, { columns, paint }: PlainScreen): string[] {
  const { name, released, parameters, architecture, input, benchmarks, licence, knowledgeCutoff, date } = variantOf(id);
  const scores = shownBenchmarks.flatMap((benchmark) => {
    const score = benchmarks[benchmark];
    return score === null ? [] : [`${benchmarkNames[benchmark].replace(/ v\d$/, '')} ${score}`];
  });
  const rows: [string, string][] = [
    ['Parameters', parametersText(parameters)],
    ['Context', `${formatContext(architecture.trainedContextTokens)} tokens; knowledge to ${knowledgeCutoff}`],
    ['Input', input.join(', ')],
    ['Benchmarks', `${scores.join(', ')} (Google)`],
    ['Good for', uses[id].good],
    ['Not for', `${uses[id].not}; ${ofAll}`],
    ['Licence', `${licence}; released ${released}; data of ${date}`],
  ];
  return [paint.bold(name), ...labelledLines(rows, { width: columns }), ''];
}

function parametersText({ total, active }: { total: number; active: number }): string {
  const all = `${billions(total)} billion`;
  return total === active ? all : `${all}, ${billions(active)} active for each token`;
}

function billions(count: number): string {
  return (count / 1e9).toFixed(1);
}
