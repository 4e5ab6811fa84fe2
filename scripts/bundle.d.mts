import type { BuildResult } from 'esbuild';

export const root: string;
export const version: string;
export function bundle(
  folder: string | null,
): Promise<BuildResult & { metafile: NonNullable<BuildResult['metafile']> }>;
