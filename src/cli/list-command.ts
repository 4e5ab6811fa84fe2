import type { AddCommand } from './program.ts';

export const addList: AddCommand = () => {};
