import type { System } from '../../../system/system.ts';
import { hide } from '../nvidia/visible.ts';
import type { Report } from '../shared/report.ts';

/** The runtime's own first: each counts what the one before has left. Source: ROCm documentation, GPU isolation techniques, 2026-08. */
const variables = ['ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'GPU_DEVICE_ORDINAL'] as const;

/**
 * Marks what the environment hides from ROCm. The order in the report is ROCm's, unless `order` says otherwise (numbers of KFD's nodes
 * by Accelerator.id). Whether Ollama takes a hidden card over Vulkan is not known: it counts as hidden.
 */
export function hideFromRocm(report: Report, { env }: Pick<System, 'env'>, order = new Map<string, number>()): void {
  const place = (id: string) => order.get(id) ?? 0;
  let left = report.accelerators
    .filter(({ vendor, backend }) => vendor === 'amd' && backend === 'rocm')
    .sort((a, b) => place(a.id) - place(b.id));
  for (const variable of variables) {
    const numbered = left.map((accelerator, index) => {
      const { id, name } = accelerator;
      const uuid = report.physical[id]?.uuid;
      return { accelerator, nameable: { id, name, index, uuids: uuid ? [`GPU-${uuid}`] : [] } };
    });
    left = hide(numbered, env, report, variable).map(({ accelerator }) => accelerator);
  }
}
