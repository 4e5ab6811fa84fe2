import type { FakeState } from './state.ts';
import { fullName } from './state.ts';
import type { FakeRemote, PullFault } from './types.ts';
import type { BodyWriter } from './writer.ts';

const steps = 5;
const silentBelowBytes = 1_000_000;

/** The body of POST /api/pull, line by line as Ollama 0.33 to 0.40 writes it. */
export async function streamPull(state: FakeState, tag: string, fault: PullFault, writer: BodyWriter): Promise<void> {
  const pad = fault.kind === 'wide-lines' ? { x: 'x'.repeat(fault.bytes) } : {};
  const line = (value: Record<string, unknown>) => writer.line({ ...value, ...pad });
  await line({ status: 'pulling manifest' });
  const remote = state.registry.get(tag) ?? state.registry.get(fullName(tag));
  if (!remote) return line({ error: 'pull model manifest: file does not exist' });
  if (remote.refusal) return line({ error: remote.refusal });
  if (fault.kind === 'error-line' && fault.afterLayers === 0) return line({ error: fault.text });
  await (remote.tensorModel ? pullTensors(state, remote, line) : pullLayers(state, remote, fault, line, writer));
  if (writer.stopped || isWhole(state, remote) === false) return;
  if (!remote.tensorModel && !(await verify(state, remote, fault, line))) return;
  await line({ status: 'writing manifest' });
  if (writer.stopped || fault.kind === 'no-success') return;
  if (state.models.has(fullName(tag))) await line({ status: 'removing unused layers' });
  if (writer.stopped) return;
  state.models.set(fullName(tag), { ...remote.model, name: fullName(tag) });
  await line({ status: 'success' });
}

const isWhole = (state: FakeState, remote: FakeRemote) => remote.layers.every((l) => state.blobs.has(l.digest));

type Line = (value: Record<string, unknown>) => Promise<void>;

async function pullLayers(state: FakeState, remote: FakeRemote, fault: PullFault, line: Line, writer: BodyWriter) {
  for (const [index, layer] of remote.layers.entries()) {
    if (writer.stopped) return;
    const head = { status: `pulling ${layer.digest.slice(7, 19)}`, digest: layer.digest, total: layer.sizeBytes };
    if (state.blobs.has(layer.digest)) await line({ ...head, completed: layer.sizeBytes });
    // Lines come every 60 ms: a small layer is there before its first one (seen with 0.33.0-rc2).
    else if (layer.sizeBytes < silentBelowBytes) state.blobs.set(layer.digest, layer.sizeBytes);
    else await download(state, layer.digest, layer.sizeBytes, head, fault, line, writer);
    if (fault.kind === 'error-line' && fault.afterLayers === index + 1) return line({ error: fault.text });
  }
}

async function download(
  state: FakeState,
  digest: string,
  sizeBytes: number,
  head: Record<string, unknown>,
  fault: PullFault,
  line: Line,
  writer: BodyWriter,
) {
  let done = state.partials.get(digest) ?? 0;
  let fell = fault.kind !== 'decrease';
  await line({ ...head, ...(done > 0 && { completed: done }) });
  while (done < sizeBytes && !writer.stopped) {
    done = Math.min(sizeBytes, done + Math.max(1, Math.ceil(sizeBytes / steps)));
    if (!fell && done > sizeBytes / 2) {
      done = Math.floor(done / 2);
      fell = true;
    }
    state.partials.set(digest, done);
    await line({ ...head, completed: done });
  }
  if (done < sizeBytes) return;
  state.partials.delete(digest);
  state.blobs.set(digest, sizeBytes);
}

async function pullTensors(state: FakeState, remote: FakeRemote, line: Line) {
  const total = remote.layers.reduce((sum, l) => sum + l.sizeBytes, 0);
  for (let i = 0; i <= steps; i++) {
    const completed = Math.floor((total * i) / steps);
    await line({ status: 'pulling model', digest: 'sha256:model', total, ...(completed > 0 && { completed }) });
  }
  for (const layer of remote.layers) state.blobs.set(layer.digest, layer.sizeBytes);
}

async function verify(state: FakeState, remote: FakeRemote, fault: PullFault, line: Line): Promise<boolean> {
  await line({ status: 'verifying sha256 digest' });
  if (fault.kind === 'silent-verify') await fault.until;
  if (fault.kind !== 'digest-mismatch') return true;
  const first = remote.layers[0]?.digest ?? 'sha256:0';
  state.blobs.delete(first);
  await line({ error: `digest mismatch, file must be downloaded again: want ${first}, got sha256:${'0'.repeat(64)}` });
  return false;
}
