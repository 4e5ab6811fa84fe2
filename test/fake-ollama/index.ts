export type { FakeOllama } from './server.ts';
export { startFakeOllama } from './server.ts';
export type { FakeModel, FakeOptions, FakeRemote, PullFault } from './types.ts';
