import type { AddCommand } from './program.ts';

export const addVerify: AddCommand = () => {};
