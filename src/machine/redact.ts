import { withoutAddresses } from './addresses.ts';
import type { Machine } from './types.ts';

/** Names that must not leave the computer. */
export interface Secrets {
  hostName: string;
  userName: string | null;
  homeDir: string | null;
}

/** User names that are words of the language, of products or of this tool: only paths are searched for them. */
const commonNames = new Set([
  'root',
  'user',
  'admin',
  'ollama',
  'ubuntu',
  'runner',
  'default',
  'home',
  'local',
  'memory',
  'localhost',
  'linux',
  ...[
    'nvidia',
    'jetson',
    'orin',
    'thor',
    'xavier',
    'spark',
    'amd',
    'intel',
    'apple',
    'radeon',
    'geforce',
    'raspberrypi',
  ],
]);

/** Shorter ones (`vm`, `pc`) are parts of other texts: only where they can be nothing but a name are they taken out. */
const shortestName = 4;

/**
 * A copy of the machine without UUIDs, serial numbers, host and user names and addresses; paths under the home folder are shortened
 * to `~`. Numbers, device names and commands stay as they are.
 */
export function redactMachine(machine: Machine, secrets: Secrets): Machine {
  const hide = redactor(secrets);
  const ollama = machine.ollama && { ...machine.ollama, host: hiddenHost(machine.ollama.host) };
  return mapStrings({ ...machine, ollama }, hide) as Machine;
}

/** The same for one text. */
export function redactor({ hostName, userName, homeDir }: Secrets): (text: string) => string {
  const rules: [RegExp, string][] = [
    // Whole or cut short, as CUDA_VISIBLE_DEVICES takes them.
    [/\b(?:GPU|MIG)-(?:GPU-)?(?=[0-9a-f-]*\d)[0-9a-f]{4,}[0-9a-f-]*(?:\/\d+)*/gi, '<uuid>'],
    // Windows' class key of display devices is the same everywhere and stays.
    [/\b(?!4d36e968-e325-11ce-bfc1-08002be10318)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<uuid>'],
    [/\b(?:serial(?:[ _-]?(?:number|no\.?))?|s\/n|uuid|unique[ _]id|asset[ _-]tag)\s*[:=#]+\s*\S+/gi, '<serial>'],
    [/\b(?:serial[ _-]?(?:number|no\.?)|s\/n)\s+(?=\S*\d)\S+/gi, '<serial>'],
  ];
  if (homeDir && homeDir.length > 1) rules.push([new RegExp(`${escaped(homeDir)}(?=$|[\\\\/\\s"';:,)])`, 'g'), '~']);
  rules.push([/(\/home\/|\/Users\/|[A-Z]:\\Users\\)(?!<user>)[^\\/\s"':;,)]+/g, '$1<user>']);
  for (const [name, shown] of [
    [userName, '<user>'],
    [hostName, '<host>'],
  ] as const) {
    if (!name || commonNames.has(name.toLowerCase())) continue;
    rules.push([name.length >= shortestName ? wholeWord(name) : asName(name), shown]);
  }
  return (text) => {
    const named = rules.reduce((shown, [pattern, instead]) => shown.replace(pattern, instead), text);
    return withoutAddresses(named);
  };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** A folder's name on a path, what stands before an @, or behind `user`. */
const asName = (name: string) =>
  new RegExp(
    `(?<=[\\\\/])${escaped(name)}(?=[\\\\/]|$)|\\b${escaped(name)}(?=@)|(?<=\\buser(?:name)?[ :="']{1,3})${escaped(name)}\\b`,
    'gi',
  );
const wholeWord = (name: string) => new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`, 'gi');

/** Loopback stays; any other address of a server is private. */
function hiddenHost(host: string): string {
  const match = /^(\w+:\/\/)(.*?)(:\d+)?(\/.*)?$/.exec(host);
  const name = match?.[2] ?? host;
  if (/^(localhost|127\.[\d.]+|\[?::1\]?)$/i.test(name)) return host;
  return `${match?.[1] ?? ''}<host>${match?.[3] ?? ''}`;
}

/** Words of this tool's own, which readers of the JSON compare: no name in them, whatever the computer is called. */
const ownWords = new Set([
  ...['platform', 'arch', 'environment', 'flags', 'limitedBy', 'id', 'vendor', 'kind', 'backend', 'architecture'],
  ...['driverVersion', 'confidence', 'code', 'subject', 'digest', 'modifiedAt'],
]);

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    ownWords.has(key) ? item : mapStrings(item, change),
  ]);
  return Object.fromEntries(entries);
}
