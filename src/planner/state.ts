import type { CheckRequest } from '../advice/types.ts';
import { type KnownPlatform, knownPlatforms, type Runtime, runtimeIds, type UseCase, useCases } from '../data/ids.ts';

/** What the page asks, as it stands in its address: every field is the text that the command line would take. */
export interface PlannerState {
  /** As `--gpu`: `RTX 4090`, `2x RTX 3090`, `M3 Max 64GB`, `none`. */
  gpu: string;
  /** As `--ram`: `32GB`; ignored for a device that brings its memory along (Macs). */
  ram: string;
  os: KnownPlatform | '';
  use: UseCase;
  /** Tokens of context for each conversation; null: what the use wants. */
  contextTokens: number | null;
  /** Conversations at a time. */
  users: number;
  textOnly: boolean;
  runtime: Runtime;
}

export const initialState: PlannerState = {
  gpu: 'RTX 4090',
  ram: '32GB',
  os: '',
  use: 'chat',
  contextTokens: null,
  users: 1,
  textOnly: false,
  runtime: 'ollama',
};

const longestText = 120;
const mostUsers = 64;
const mostContextTokens = 1_048_576;

/** The part of an address after `#`: what differs from the first view, so that a link is short. */
export function toFragment(state: PlannerState): string {
  const fields = new URLSearchParams();
  const set = (name: string, value: string, usual: string) => value !== usual && fields.set(name, value);
  fields.set('gpu', state.gpu);
  set('ram', state.ram, initialState.ram);
  set('os', state.os, initialState.os);
  set('for', state.use, initialState.use);
  set('context', state.contextTokens === null ? '' : String(state.contextTokens), '');
  set('parallel', String(state.users), String(initialState.users));
  set('text-only', state.textOnly ? '1' : '', '');
  set('runtime', state.runtime, initialState.runtime);
  return fields.toString();
}

/** The state that an address holds. A field that is missing or makes no sense is that of the first view: a link never breaks the page. */
export function fromFragment(fragment: string): PlannerState {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const text = (name: string, usual: string) => (fields.get(name) ?? usual).slice(0, longestText);
  return {
    gpu: text('gpu', initialState.gpu),
    ram: text('ram', initialState.ram),
    os: knownPlatforms.find((name) => name === fields.get('os')) ?? initialState.os,
    use: useCases.find((name) => name === fields.get('for')) ?? initialState.use,
    contextTokens: wholeNumber(fields.get('context'), 512, mostContextTokens),
    users: wholeNumber(fields.get('parallel'), 1, mostUsers) ?? initialState.users,
    textOnly: fields.get('text-only') === '1',
    runtime: runtimeIds.find((name) => name === fields.get('runtime')) ?? initialState.runtime,
  };
}

function wholeNumber(text: string | null, least: number, most: number): number | null {
  const value = /^\d{1,7}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

/** The request of the command line with the same options. */
export function requestOfState(
  { use, contextTokens, users, textOnly, runtime }: PlannerState,
  open: CheckRequest,
): CheckRequest {
  return {
    ...open,
    useCase: use,
    sequences: users,
    contextTokensTotal: contextTokens === null ? null : contextTokens * users,
    vision: textOnly ? false : open.vision,
    ...(runtime !== initialState.runtime && { runtime }),
  };
}

/** The command that gives the same answer in a terminal; without `--ram` where the device says it. */
export function commandOf(state: PlannerState, withRam: boolean): string {
  const { gpu, ram, os, use, contextTokens, users, textOnly, runtime } = state;
  const words = [
    'npx gemma-fit check',
    `--gpu ${gpu.trim() === '' ? 'none' : quoted(gpu)}`,
    ...(ram.trim() === '' || !withRam ? [] : [`--ram ${quoted(ram)}`]),
    ...(os === '' ? [] : [`--os ${os}`]),
    ...(use === initialState.use ? [] : [`--for ${use}`]),
    ...(contextTokens === null ? [] : [`--context ${contextTokens}`]),
    ...(users === 1 ? [] : [`--parallel ${users}`]),
    ...(textOnly ? ['--text-only'] : []),
    ...(runtime === initialState.runtime ? [] : [`--runtime ${runtime}`]),
  ];
  return words.join(' ');
}

const quoted = (text: string) => (/^[\w.]+$/.test(text) ? text : `"${text.replace(/["$`\\]/g, '')}"`);
