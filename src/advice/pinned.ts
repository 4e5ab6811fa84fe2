import { compareVersions } from '../data/tables.ts';
import { largestWithin } from '../model/fit-search.ts';
import type { Load } from '../model/types.ts';
import { roomOf, totalOf } from './full-fit.ts';
import type { GgufCase } from './gguf-case.ts';
import { textMarginBytes } from './margin.ts';
import { estimateLayers } from './memo.ts';
import type { Seating } from './seating.ts';

/** From this version on E2B and E4B may be divided between a device and the CPU (ollama issue 16506). */
const dividesSmallFrom = '0.32.6';

/** A number of layers that the tag fixes with `num_gpu`. */
export interface Pinned {
  gpuLayers: number;
  seating: Seating;
}

/**
 * The most layers of a model that does not fit whole which one device holds when the tag names their number. Ollama then leaves
 * the projector on the CPU and llama.cpp loads as told, so the margin for text is enough (ollama llm/llama_server.go,
 * "partial-text-offload"). null where nothing is gained by it: several devices, images wanted, no projector on the device anyway.
 */
export function pinnedLayers(kase: GgufCase, load: Load, seating: Seating): Pinned | null {
  const [seat] = seating.seats;
  if (seat === undefined || seating.seats.length > 1 || seating.projector !== 'device' || kase.imagesWanted)
    return null;
  if (kase.extras.oneDeviceOnly && compareVersions(kase.site.ollamaVersion, dividesSmallFrom) < 0) return null;
  const room = roomOf(seat).freeBytes - textMarginBytes;
  const bytesAt = (layers: number) => totalOf(estimateLayers(kase.shape, load, layers).device);
  const gpuLayers = room < bytesAt(1) ? 0 : largestWithin(room, 1, kase.shape.architecture.layers, bytesAt);
  if (gpuLayers === 0) return null;
  const seats = [{ ...seat, marginBytes: textMarginBytes }];
  return { gpuLayers, seating: { ...seating, seats, projector: 'ram' } };
}
