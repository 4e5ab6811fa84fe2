import type { AddCommand } from './program.ts';

export const addDoctor: AddCommand = () => {};
