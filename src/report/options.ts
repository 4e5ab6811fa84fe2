import type { CheckResult, Verdict } from '../advice/types.ts';
import type { VariantId } from '../model/types.ts';

/** Formats of `check --format`. A new one is one file and one line in index.ts. */
export const formats = ['human', 'json', 'markdown', 'github', 'junit', 'prometheus', 'nfd', 'html', 'k8s'] as const;
export type Format = (typeof formats)[number];

/** Formats of `list` and `needs` in addition to text and JSON: tables as data. */
export const tableFormats = ['markdown', 'csv'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Formats of `check` over many machines. */
export const fleetFormats = ['human', 'json', 'markdown', 'junit'] as const;
export type FleetFormat = (typeof fleetFormats)[number];

/** Functions that style a text. The terminal folder makes them, so that renderers never read the environment. */
export interface Paint {
  bold: (text: string) => string;
  dim: (text: string) => string;
  good: (text: string) => string;
  warn: (text: string) => string;
  bad: (text: string) => string;
  accent: (text: string) => string;
}

/** One model's memory against its context; piecewise linear, so the corners are enough. */
export interface Curve {
  variant: VariantId;
  tag: string;
  /** Ascending in contextTokens. needBytes: on the device with all layers there. verdict: what would happen here. */
  points: { contextTokens: number; needBytes: number; verdict?: Verdict }[];
  trainedContextTokens: number;
}

export interface RenderOptions {
  columns: number;
  /** Box and block glyphs; false gives plain ASCII. */
  unicode: boolean;
  paint: Paint;
  /** Every build, not the best of each model alone. */
  all?: boolean;
  /** One line. */
  quiet?: boolean;
  /** Reasons, ways to fit more, notes and memory in full instead of the screen. */
  why?: boolean;
  /** How the person called this program: `npx gemma-fit` where that is not said. */
  program?: string;
  /** The file that `--model` named, as it was typed; null: none. */
  modelFile?: string | null;
  /** A variant, tag or build whose whole calculation is to be shown. */
  explain?: string | null;
  curves?: readonly Curve[];
  /** Unix time of the run in seconds: for formats that carry one (prometheus, nfd, html). */
  nowSeconds?: number | null;
}

export type Renderer = (result: CheckResult, options: RenderOptions) => string;

const same = (text: string): string => text;
export const noPaint: Paint = { bold: same, dim: same, good: same, warn: same, bad: same, accent: same };

/** 80 columns, ASCII, no colour: what a reader that is not a terminal gets. */
export const plainOptions: RenderOptions = { columns: 80, unicode: false, paint: noPaint };

/** What a text is laid out for. */
export type PlainScreen = Pick<RenderOptions, 'columns' | 'paint'>;
export type Screen = PlainScreen & Pick<RenderOptions, 'unicode'>;
