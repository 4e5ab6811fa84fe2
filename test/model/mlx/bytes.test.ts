import { describe, expect, it } from 'vitest';
import { mlxFileBytes } from '../../../src/data/mlx-bytes.ts';
import type { MlxLayout } from '../../../src/data/vocabulary.ts';
import { mlxBytesPerToken, mlxLoadBytes } from '../../../src/model/mlx/bytes.ts';
import type { VariantId } from '../../../src/model/types.ts';

/** Tensor bytes of the text model as the converter writes them (Ollama x/create). */
const text: [VariantId, MlxLayout, 'bf16' | 'mxfp8', number][] = [
  ['e2b', 'bf16', 'bf16', 9_294_899_782],
  ['e2b', 'nvfp4u', 'mxfp8', 3_715_615_302],
  ['e2b', 'nvfp4p', 'bf16', 6_302_894_662],
  ['e2b', 'mxfp8', 'bf16', 7_068_375_622],
  ['e2b', 'mxfp8', 'mxfp8', 4_792_965_702],
  ['e4b', 'bf16', 'bf16', 15_036_138_068],
  ['e4b', 'nvfp4u', 'mxfp8', 5_550_932_564],
  ['e4b', 'nvfp4p', 'bf16', 8_867_562_068],
  ['e4b', 'nvfp4p', 'mxfp8', 6_137_070_164],
  ['e4b', 'mxfp8', 'bf16', 10_484_048_468],
  ['12b', 'bf16', 'bf16', 23_814_700_640],
  ['12b', 'nvfp4u', 'bf16', 6_698_991_200],
  ['12b', 'nvfp4p', 'bf16', 7_893_384_800],
  ['12b', 'mxfp8', 'bf16', 12_280_200_800],
  ['26b', 'bf16', 'bf16', 50_466_283_580],
  ['26b', 'nvfp4u', 'bf16', 14_210_193_468],
  ['26b', 'nvfp4p', 'bf16', 16_284_853_308],
  ['26b', 'mxfp8', 'bf16', 26_032_831_548],
  ['31b', 'bf16', 'bf16', 61_394_690_680],
  ['31b', 'nvfp4u', 'bf16', 17_269_170_808],
  ['31b', 'nvfp4p', 'bf16', 19_834_167_928],
  ['31b', 'mxfp8', 'bf16', 31_657_927_288],
];

describe('bytes of an MLX build', () => {
  it.each(text)('%s %s, per-layer table %s: %i', (variant, layout, perLayerTable, bytes) => {
    expect(mlxFileBytes({ variant, layout, perLayerTable }).textBytes).toBe(bytes);
  });

  it('encoders are loaded from 0.33.3 on and only lie on the disk before', () => {
    const files = { variant: '12b', layout: 'nvfp4u' } as const;
    const load = (ollamaVersion: string) => mlxLoadBytes(files, { drafter: true, encoders: true, ollamaVersion });
    expect(load('0.33.2')).toBe(7_545_821_288);
    expect(load('0.33.3') - load('0.33.2')).toBe(mlxFileBytes(files).encoderBytes);
  });

  it('one token reads eight of 128 experts, and no per-layer table', () => {
    expect(mlxBytesPerToken({ variant: '26b', layout: 'nvfp4p' })).toBe(2_680_194_108);
    expect(mlxBytesPerToken({ variant: 'e2b', layout: 'affine4' })).toBe(1_282_775_622);
    expect(mlxBytesPerToken({ variant: 'e4b', layout: 'mxfp8' })).toBe(4_790_122_580);
    expect(mlxBytesPerToken({ variant: '31b', layout: 'nvfp4u' })).toBe(17_269_170_808);
  });
});
