import { afterEach, describe, expect, it } from 'vitest';
import { modelOfShown } from '../../src/commands/own-model.ts';
import { variantOf, weightsOf } from '../../src/data/tables.ts';
import { readGguf } from '../../src/gguf/header.ts';
import { shapeOfGguf } from '../../src/gguf/model-shape.ts';
import { accountTensors } from '../../src/gguf/tensor-roles.ts';
import { tensorBytes, tensorTypeByName, tensorTypes } from '../../src/gguf/tensor-types.ts';
import { createClient } from '../../src/ollama/api/client.ts';
import { shapeOfShown } from '../../src/ollama/api/shown-shape.ts';
import { parseOllamaHost } from '../../src/ollama/http/host.ts';
import { type FakeModel, type FakeOllama, startFakeOllama } from '../fake-ollama/index.ts';
import { ggufHeader, keys26b, memorySource, tensors26b } from '../ollama/gguf-bytes.ts';
import { shown26b } from '../ollama/models.ts';

let fake: FakeOllama | null = null;
afterEach(() => fake?.close());

async function show(model: FakeModel, verbose: boolean) {
  fake = await startFakeOllama({ models: [model] });
  return createClient(parseOllamaHost(fake.host)).show(model.name, { verbose });
}

describe('a model’s own tensors', () => {
  it('a model’s own tensors of a 26b file in BF16 give the table’s row and architecture, to the byte', () => {
    const shape = shapeOfGguf(readGguf(memorySource(ggufHeader(keys26b, tensors26b))));
    expect(shape.weights).toEqual(weightsOf('26b', 'BF16'));
    expect(shape.architecture).toEqual(variantOf('26b').architecture);
    expect(shape).toMatchObject({ variant: '26b', quantization: 'BF16', projectorBytes: 0, unknownTensors: 0 });
  });

  it('a model’s own tensors of an installed fine-tune give the same through /api/show', async () => {
    const shape = shapeOfShown(await show(shown26b, true));
    expect(shape?.weights).toEqual(weightsOf('26b', 'BF16'));
    expect(shape).toMatchObject({ variant: '26b', multimodal: true, separateProjector: true });
  });

  it('the size of an installed fine-tune’s file follows from its tensors, for the server does not tell it', async () => {
    const shown = await show(shown26b, true);
    const tensors = weightsOf('26b', 'BF16')?.tensorBytes ?? 0;
    expect(modelOfShown('x', shown)?.fileBytes).toBe(tensors + variantOf('26b').ggufMetadataBytes);
  });

  it('a model’s own tensors are not enough without verbose: the lists over the layers are null', async () => {
    expect(shapeOfShown(await show(shown26b, false))).toBeNull();
  });

  it('a model’s own tensors of an MLX model follow other rules', async () => {
    expect(shapeOfShown(await show({ ...shown26b, format: 'safetensors' }, true))).toBeNull();
  });

  it.each([
    ['another architecture', 'llama', /architecture "llama"/],
    ['a projector', 'clip', /architecture "clip"/],
  ])('a model’s own tensors of %s are refused', (_, arch, message) => {
    const header = readGguf(memorySource(ggufHeader([['general.architecture', 8, arch]], [])));
    expect(() => shapeOfGguf(header)).toThrow(message);
  });
});

describe('roles', () => {
  const sizes = (names: string[]) =>
    accountTensors(
      names.map((name) => ({ name, type: 'F16', bytes: 10 })),
      2,
    );

  it('vision and audio inside the file are the projector, draft layers the drafter', () => {
    const account = sizes([
      'v.blk.0.attn_q.weight',
      'a.conv.weight',
      'mm.input.weight',
      'blk.2.attn_q.weight',
      'blk.1.nextn.eh_proj.weight',
    ]);
    expect(account).toMatchObject({ projectorBytes: 30, drafterBytes: 20 });
    expect(account.weights.tensorBytes).toBe(0);
  });

  it('experts are told from the dense part, with their scales; a shared gate is dense', () => {
    const { weights } = sizes([
      'blk.0.ffn_down_exps.weight',
      'blk.0.ffn_down_exps.scale',
      'blk.0.ffn_down.weight',
      'blk.0.ffn_gate_inp.weight',
    ]);
    expect(weights.layers).toEqual([[20, 20], [0]]);
  });

  it('every tensor is counted with its padding to 32 bytes', () => {
    expect(sizes(['token_embd.weight', 'output_norm.weight']).weights).toMatchObject({
      tensorBytes: 64,
      tokenEmbedding: 10,
      other: 10,
    });
  });

  it('the table by layer is told from the embedding, whose type is written as the tables write it', () => {
    const typed = (type: string | null) =>
      accountTensors([{ name: 'token_embd.weight', type, bytes: 10 }], 1).weights.tokenEmbeddingType;
    expect(sizes(['token_embd.weight', 'per_layer_token_embd.weight']).weights).toMatchObject({
      tokenEmbedding: 10,
      tokenEmbeddingType: 'f16',
      perLayerEmbedding: 10,
    });
    expect([typed('Q6_K'), typed('BF16'), typed('Q4_0'), typed(null)]).toEqual(['q6_K', 'bf16', 'q4_0', 'f16']);
    const other = { name: 'output.weight', type: 'Q8_0', bytes: 10 };
    expect(accountTensors([other], 1).weights).toMatchObject({
      tokenEmbedding: 0,
      tokenEmbeddingType: 'f16',
      other: 10,
    });
  });

  it('only the start of a name tells: a block inside another name is something else', () => {
    expect(sizes(['x.blk.0.attn_q.weight']).weights).toMatchObject({ layers: [[0], [0]], other: 10 });
  });

  it('a size that is not known is told', () => {
    expect(accountTensors([{ name: 'blk.0.x', type: null, bytes: null }], 1).unknownTensors).toBe(1);
  });
});

describe('tensor types', () => {
  it.each([
    ['F32', [3, 5], 60],
    ['BF16', [3, 5], 30],
    ['Q4_0', [64, 2], 72],
    ['Q4_K', [256, 3], 432],
    ['Q6_K', [256], 210],
    ['Q8_0', [32], 34],
  ] as const)('%s %j takes %i bytes', (type, shape, bytes) => {
    expect(tensorBytes(type, shape)).toBe(bytes);
  });

  it('a row that is no whole number of blocks, or beyond counting, has no size', () => {
    expect(tensorBytes('Q4_K', [255])).toBeNull();
    expect(tensorBytes('F32', [2 ** 30, 2 ** 30])).toBeNull();
    expect(tensorBytes('F32', [-1])).toBeNull();
    expect(tensorBytes('F32', [0])).toBeNull();
    expect(tensorBytes('F32', [])).toBeNull();
    expect(tensorBytes('Q4_0', [16, 2])).toBeNull();
    expect(tensorBytes(null, [1])).toBeNull();
  });

  it('tensor types have unique numbers, and names in any case', () => {
    const ids = Object.values(tensorTypes).map((t) => t.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(tensorTypeByName('q4_K')).toBe('Q4_K');
    expect(tensorTypeByName('toString')).toBeNull();
  });
});
