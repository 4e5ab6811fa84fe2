import { stockShape } from '../../src/model/memory/shape.ts';
import { shapeOfFile } from '../../src/model/speed/file-shape.ts';
import type { SpeedDevice, SpeedQuestion } from '../../src/model/speed/speed.ts';
import type { KvType, Quantization, VariantId } from '../../src/model/types.ts';

/** One measurement by others, as a question to the predictor. */
export interface SpeedPoint {
  question: SpeedQuestion;
  backend: string;
  hardware: string;
  label: string;
  tokensPerSecond: number;
}

const backends = ['cuda', 'metal', 'rocm', 'vulkan', 'sycl', 'cpu'];

/** Rows of a table of measurements (test/data/speed-points.csv) that state enough and run fully on the GPU or fully on the CPU. */
export function readSpeedPoints(csv: string): SpeedPoint[] {
  const [head = [], ...rows] = parseCsv(csv);
  const records = rows.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
  return records.flatMap((record) => pointOf(record) ?? []);
}

type Row = Record<string, string>;

function pointOf(row: Row): SpeedPoint | null {
  const { variant = '', quant = '', backend = '', hardware = '', offload = '', note = '', kv = '' } = row;
  const tokensPerSecond = Number(row.tg_tps || Number.NaN);
  const bandwidth = Number(row.bandwidth_gb_s || Number.NaN) * 1e9;
  if (note.includes('EXCLUDED') || !backends.includes(backend) || !['full', 'cpu only'].includes(offload)) return null;
  if (!(tokensPerSecond > 0 && bandwidth > 0)) return null;
  const stock = stockShape(variant as VariantId, stockOf(quant));
  const mixed = variant === '26b' && quant.includes('UD') && stock.quantization !== 'BF16';
  const shape = shapeOfFile(stock, { fileBytes: gibibytes(note), mixed });
  const onCpu = backend === 'cpu';
  const device: SpeedDevice = {
    backend: onCpu ? 'none' : (backend as SpeedDevice['backend']),
    bandwidthBytesPerSecond: bandwidth,
    name: deviceName(hardware),
    memoryBytes: null,
    architecture: null,
    layers: shape.architecture.layers + 1,
  };
  return {
    question: {
      shape,
      depthTokens: depthOf(row.depth_or_ctx ?? '', note),
      kvType: (['q8_0', 'q4_0'].includes(kv) ? kv : 'f16') as KvType,
      devices: onCpu ? [] : [device],
      host: { bandwidthBytesPerSecond: onCpu ? bandwidth : null, flags: [] },
      overflowingLayers: 0,
    },
    backend,
    hardware,
    label: `${variant} ${quant} at ${row.depth_or_ctx}, ${row.runtime}`,
    tokensPerSecond,
  };
}

/** Stock recipe of about the same width as the file's. */
export function stockOf(quant: string): Quantization {
  const rules: [RegExp, Quantization][] = [
    [/BF16|F16/, 'BF16'],
    [/Q8/, 'Q8_0'],
    [/Q6/, 'Q6_K'],
    [/Q5/, 'Q5_K_M'],
    [/QAT|^Q4_0$/, 'Q4_0'],
    [/IQ4/, 'IQ4_XS'],
    [/Q4_K_S/, 'Q4_K_S'],
  ];
  return rules.find(([pattern]) => pattern.test(quant))?.[1] ?? 'Q4_K_M';
}

/** Names under which data/devices.json knows what the table describes in words; others stay unknown, which is a fair test too. */
function deviceName(hardware: string): string | null {
  const names: [RegExp, string][] = [
    [/Jetson.*Thor/, 'NVIDIA Thor'],
    [/Jetson.*AGX Orin/, 'Jetson AGX Orin'],
    [/Jetson.*Orin Nano/, 'Jetson Orin Nano'],
    [/Meteor Lake/, 'Arc Graphics (Meteor Lake)'],
    [/V340L/, 'Radeon Pro V340L'],
    [/(680M|780M|890M|8060S)/, 'Radeon $1'],
    [/(GTX \d{4}( Ti)?|RTX \d{4}( Ti)?( Laptop)?)/, '$1'],
    [/Apple (M\d( Pro| Max| Ultra)?)/, 'Apple $1'],
    [/^(M\d( Pro| Max| Ultra)?) x1/, 'Apple $1'],
    [/(RX \d{4} XTX)/, '$1'],
  ];
  for (const [pattern, name] of names) {
    const found = pattern.exec(hardware);
    if (found !== null) return name.replace('$1', found[1] ?? '');
  }
  return null;
}

/** The depth as it stands; where only a context size is given, half of what was really in it. */
function depthOf(text: string, note: string): number {
  const counts = /prompt (\d+) out (\d+)/.exec(note);
  if (!text.startsWith('ctx')) return Number(text || 0);
  return counts === null ? 0 : Number(counts[1]) + Number(counts[2]) / 2;
}

function gibibytes(note: string): number | null {
  const found = /file ([\d.]+) GiB/.exec(note);
  return found === null ? null : Number(found[1]) * 2 ** 30;
}

function parseCsv(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].map(([, cell = '']) =>
        cell.replace(/^"|"$/g, '').replaceAll('""', '"'),
      ),
    );
}
