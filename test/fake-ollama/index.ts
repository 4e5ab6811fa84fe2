export type { FakeOllama } from './server.ts';
export { startFakeOllama } from './server.ts';
export type { FakeLayer, FakeModel, FakeOptions, FakeRemote, FakeRunner, PullFault } from './types.ts';
