import type { AddCommand } from './program.ts';

export const addPull: AddCommand = () => {};
