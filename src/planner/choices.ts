import { deviceSpecs, findDevices } from '../data/devices.ts';
import { contextSteps, type Runtime, runtimeIds, type UseCase, useCases } from '../data/ids.ts';
import { formatContext } from '../report/units.ts';

/** One entry of a list: what it stands for and what is read. */
export interface Option {
  value: string;
  label: string;
}

/** Every device of the table as it can be typed, with its memory where it was sold with several sizes; alphabetical. */
export function deviceOptions(): string[] {
  const names = deviceSpecs.flatMap(({ name, memoryGiB }) =>
    memoryGiB.length > 1 || findDevices(name).length > 1 ? memoryGiB.map((gib) => `${name} ${gib}GB`) : [name],
  );
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

const useLabels: Record<UseCase, string> = {
  chat: 'Chat',
  code: 'Code',
  agent: 'Agents',
  vision: 'Images',
  audio: 'Audio',
  long: 'Long documents',
};

export const useOptions: readonly Option[] = useCases.map((value) => ({ value, label: useLabels[value] }));

const runtimeLabels: Record<Runtime, string> = { ollama: 'Ollama', 'llama.cpp': 'llama.cpp (llama-server)' };

export const runtimeOptions: readonly Option[] = runtimeIds.map((value) => ({ value, label: runtimeLabels[value] }));

export const contextOptions: readonly Option[] = [
  { value: '', label: 'Recommended' },
  ...contextSteps.map((tokens) => ({ value: String(tokens), label: formatContext(tokens) })),
];

export const ramOptions: readonly string[] = ['8GB', '16GB', '24GB', '32GB', '48GB', '64GB', '96GB', '128GB', '256GB'];

export const osOptions: readonly Option[] = [
  { value: '', label: 'Any' },
  { value: 'linux', label: 'Linux' },
  { value: 'win32', label: 'Windows' },
  { value: 'darwin', label: 'macOS' },
];
