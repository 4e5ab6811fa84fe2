/** One NVIDIA card as text from a tool, not yet validated. Every output format is parsed into this. */
export interface RawCard {
  index?: string;
  uuid?: string;
  name?: string;
  busId?: string;
  total?: string;
  reserved?: string;
  used?: string;
  free?: string;
  computeCapability?: string;
  driverVersion?: string;
  mig?: string;
  addressing?: string;
  memoryClock?: string;
  instances?: RawInstance[];
}

/** One MIG instance: what a process can have of a split card. */
export interface RawInstance {
  /** `3g.40gb`, where the output names it. */
  profile?: string;
  uuid?: string;
  /** Its number on the card, by which report and list name it alike. */
  device?: string;
  total?: string;
  used?: string;
  free?: string;
}

/** query-gpu field to key, in the order asked: the name comes last because only it could hold a comma. */
export const queryFields = {
  index: 'index',
  uuid: 'uuid',
  'pci.bus_id': 'busId',
  'memory.total': 'total',
  'memory.reserved': 'reserved',
  'memory.used': 'used',
  'memory.free': 'free',
  compute_cap: 'computeCapability',
  driver_version: 'driverVersion',
  'mig.mode.current': 'mig',
  addressing_mode: 'addressing',
  'clocks.max.memory': 'memoryClock',
  name: 'name',
} as const satisfies Record<string, Exclude<keyof RawCard, 'instances'>>;

export type QueryField = keyof typeof queryFields;

/** What is asked, fullest first: one field that an old driver does not know fails the whole query. */
export const queries: readonly (readonly QueryField[])[] = [
  Object.keys(queryFields) as QueryField[],
  [
    'index',
    'uuid',
    'pci.bus_id',
    'memory.total',
    'memory.used',
    'memory.free',
    'compute_cap',
    'driver_version',
    'name',
  ],
  ['index', 'uuid', 'memory.total', 'memory.used', 'memory.free', 'driver_version', 'name'],
  ['memory.total', 'name'],
  ['index', 'uuid', 'name'],
];
