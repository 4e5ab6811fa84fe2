import { describe, expect, it } from 'vitest';
import { deviceComputeBytes, pipelineCopies } from '../../../../src/model/memory/compute-buffer/device.ts';
import { expertStreamingComputeBytes } from '../../../../src/model/memory/compute-buffer/experts.ts';
import {
  fullComputeBytes,
  headComputeBytes,
  laterComputeBytes,
  pipelineComputeBytes,
} from '../../../../src/model/memory/compute-buffer/full.ts';
import {
  scratchBesideCopies,
  slidingStreamingComputeBytes,
  streamingComputeBytes,
} from '../../../../src/model/memory/compute-buffer/streaming.ts';
import { type BlockPlace, host, type Layout } from '../../../../src/model/memory/layout.ts';
import { completeLoad } from '../../../../src/model/memory/load.ts';
import { stockShape } from '../../../../src/model/memory/shape.ts';
import { sharedKvCopyBytes } from '../../../../src/model/memory/shared-kv-copies.ts';

const dense = stockShape('12b', 'Q4_K_M');
const experts = stockShape('26b', 'Q4_K_M');
const shared = stockShape('e2b', 'Q4_K_M');
const load = completeLoad({ contextTokensTotal: 8192 });

/** Blocks in order: so many on each home; the head with the last of them, or where it is said. */
function layout(runs: [count: number, home: number][], { head = runs.at(-1)![1], devices = 1 } = {}): Layout {
  const blocks = runs.flatMap(([count, home]) => Array.from({ length: count }, () => ({ home, overflow: null })));
  return { deviceCount: devices, blocks, head };
}

/** The same with parts of some blocks elsewhere. */
const overflowing = (from: Layout, changes: [block: number, overflow: BlockPlace['overflow']][]): Layout => ({
  ...from,
  blocks: from.blocks.map((place, block) => ({
    ...place,
    overflow: changes.find(([at]) => at === block)?.[1] ?? place.overflow,
  })),
});

describe('devices work in a pipeline, with four copies of the inputs,', () => {
  const two = layout(
    [
      [24, 0],
      [24, 1],
    ],
    { devices: 2 },
  );

  it('when they hold everything between them', () => expect(pipelineCopies(two)).toBe(4));
  it('when the head alone is on another one', () =>
    expect(pipelineCopies(layout([[48, 0]], { head: 1, devices: 2 }))).toBe(4));

  it.each([
    ['one device', layout([[48, 0]])],
    ['two devices of which one holds everything', layout([[48, 1]], { devices: 2 })],
    [
      'a block on the host',
      layout(
        [
          [1, host],
          [23, 0],
          [24, 1],
        ],
        { devices: 2 },
      ),
    ],
    ['the head on the host', { ...two, head: host }],
    ['a part of a block on the host', overflowing(two, [[3, { part: 'experts', to: host }]])],
    ['a part of a block on the other device', overflowing(two, [[3, { part: 'experts', to: 1 }]])],
  ])('but not with %s', (_, other) => expect(pipelineCopies(other)).toBe(1));
});

describe('scratch in a pipeline', () => {
  it('is that of the first for the first device that holds blocks', () => {
    const three = layout(
      [
        [24, 1],
        [24, 2],
      ],
      { devices: 3 },
    );
    expect(deviceComputeBytes(dense, load, three, 1)).toBe(pipelineComputeBytes(dense, load, 'first', 4));
    expect(deviceComputeBytes(dense, load, three, 2)).toBe(pipelineComputeBytes(dense, load, 'next', 4));
  });

  it('holds copies of caches that lie on another device', () => {
    const split = layout(
      [
        [18, 0],
        [17, 1],
      ],
      { devices: 2 },
    );
    const copies = sharedKvCopyBytes(shared, load, split, 1, 4);
    expect(copies).toBeGreaterThan(0);
    expect(deviceComputeBytes(shared, load, split, 1)).toBe(pipelineComputeBytes(shared, load, 'reader', 4) + copies);
    expect(deviceComputeBytes(shared, load, split, 0)).toBe(pipelineComputeBytes(shared, load, 'first', 4));
  });
});

describe('scratch without a pipeline', () => {
  const holds = (device: number, of: Layout) => deviceComputeBytes(dense, load, of, device);

  it('is whole for a device that holds everything, and for one that holds the first blocks', () => {
    expect(holds(0, layout([[48, 0]]))).toBe(fullComputeBytes(dense, load));
    expect(holds(1, layout([[48, 1]], { devices: 2 }))).toBe(fullComputeBytes(dense, load));
  });

  it('is whole for the first device even when it holds nothing, and nothing for another such', () => {
    const second = layout([[48, 1]], { devices: 3 });
    expect(holds(0, second)).toBe(fullComputeBytes(dense, load));
    expect(holds(2, second)).toBe(0);
  });

  it('is less for a device with later blocks, or with the head alone, while others are on the host', () => {
    const later = layout(
      [
        [6, host],
        [21, 0],
        [21, 1],
      ],
      { devices: 2 },
    );
    expect(holds(1, later)).toBe(laterComputeBytes(dense, load));
    const head = layout(
      [
        [6, host],
        [42, 0],
      ],
      { head: 1, devices: 2 },
    );
    expect(holds(1, head)).toBe(headComputeBytes(dense, load));
  });

  it('of the head alone on the first device is that of a split', () => {
    const head = layout([[48, host]], { head: 0 });
    expect(holds(0, head)).toBe(streamingComputeBytes(dense, load, false));
  });
});

describe('scratch of the first device for what lies on the host', () => {
  it('copies a KV cache when a full-attention block is there', () => {
    const full = layout([
      [6, host],
      [42, 0],
    ]);
    expect(deviceComputeBytes(dense, load, full, 0)).toBe(streamingComputeBytes(dense, load, false));
  });

  it('copies none when only sliding blocks are', () => {
    const sliding = layout([
      [5, host],
      [43, 0],
    ]);
    const split = { heavyDown: false, elsewhere: true, noneWhole: false };
    expect(deviceComputeBytes(dense, load, sliding, 0)).toBe(slidingStreamingComputeBytes(dense, load, split));
  });

  it('is at least that of all scores without flash attention', () => {
    const noFlash = completeLoad({ contextTokensTotal: 65_536, flashAttention: false });
    const full = layout([
      [6, host],
      [42, 0],
    ]);
    expect(deviceComputeBytes(dense, noFlash, full, 0)).toBe(fullComputeBytes(dense, noFlash));
  });

  it('of E2B depends on where the shared cache lies, and is never less than the copies beside what is computed', () => {
    const onHost = layout([
      [15, host],
      [20, 0],
    ]);
    const copies = sharedKvCopyBytes(shared, load, onHost, 0, 1);
    const own = fullComputeBytes(shared, load);
    const beside = Math.min(own, scratchBesideCopies(shared, load)) + copies;
    const streamed = streamingComputeBytes(shared, load, false);
    expect(deviceComputeBytes(shared, load, onHost, 0)).toBe(Math.max(streamed, beside));
    const none = layout([[35, host]], { head: 0 });
    expect(deviceComputeBytes(shared, load, none, 0)).toBe(streamingComputeBytes(shared, load, true));
    const before = layout([
      [5, host],
      [30, 0],
    ]);
    expect(deviceComputeBytes(shared, load, before, 0)).toBe(streamingComputeBytes(shared, load, false));
  });
});

describe('scratch of the first device for experts that lie elsewhere', () => {
  const whole = layout([[30, 0]]);
  const toHost = { part: 'experts', to: host } as const;
  const scratch = (of: Layout, device = 0) => deviceComputeBytes(experts, load, of, device);
  const streaming = (split: object) => Math.round(expertStreamingComputeBytes(experts, load, split));
  const heavy = experts.weights.layers.findIndex(
    ([, bytes]) => bytes === Math.max(...experts.weights.layers.map(([, other = 0]) => other)),
  );
  const light = experts.weights.layers.findIndex(
    ([, bytes]) => bytes === Math.min(...experts.weights.layers.map(([, other = 0]) => other)),
  );

  it('copies an expert tensor at a time', () => {
    expect(scratch(overflowing(whole, [[9, toHost]]))).toBe(streaming({}));
  });

  it('takes room for a heavier down projection that is streamed alone', () => {
    expect(scratch(overflowing(whole, [[heavy, { part: 'down', to: host }]]))).toBe(streaming({ heavyDown: true }));
    expect(scratch(overflowing(whole, [[light, { part: 'down', to: host }]]))).toBe(streaming({}));
  });

  it('takes room for two tensors when no more than two blocks are whole', () => {
    const partial = (count: number) =>
      overflowing(
        whole,
        Array.from({ length: count }, (_, block) => [block, toHost]),
      );
    expect(scratch(partial(27))).toBe(streaming({}));
    expect(scratch(partial(28))).toBe(streaming({ noneWhole: true }));
    expect(scratch(partial(30))).toBe(streaming({ noneWhole: true }));
  });

  it('has no masks where those blocks are on another device', () => {
    const two = layout(
      [
        [15, 0],
        [15, 1],
      ],
      { devices: 2 },
    );
    expect(scratch(overflowing(two, [[20, toHost]]))).toBe(streaming({ elsewhere: true }));
    expect(scratch(overflowing(two, [[20, toHost]]), 1)).toBe(laterComputeBytes(experts, load));
    expect(scratch(overflowing(two, [[9, toHost]]))).toBe(streaming({}));
  });

  it('is only its own where they lie on another device', () => {
    const two = layout(
      [
        [15, 0],
        [15, 1],
      ],
      { devices: 2 },
    );
    const toOther = overflowing(two, [[9, { part: 'experts', to: 1 }]]);
    expect(scratch(toOther)).toBe(fullComputeBytes(experts, load));
  });
});
