import type { AddCommand } from './program.ts';

export const addNeeds: AddCommand = () => {};
