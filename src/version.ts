/** Filled in by the build (scripts/build.mjs); sources run directly say so. */
declare global {
  var __GEMMA_FIT_VERSION__: string | undefined;
}

export const toolVersion: string = globalThis.__GEMMA_FIT_VERSION__ ?? '0.0.0-source';
export const tool = { name: 'gemma-fit', version: toolVersion } as const;
