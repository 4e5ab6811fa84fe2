/** Outputs of tools: those written for the project always, and raw ones of real machines where a folder of them lies beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { amdOutputs } from './outputs/amd.ts';
import { appleOutputs } from './outputs/apple.ts';
import { linuxOutputs } from './outputs/linux.ts';
import { nvidiaOutputs } from './outputs/nvidia-smi.ts';
import { otherOutputs } from './outputs/others.ts';

export interface CaptureSet {
  title: string;
  names: string[];
  /** Text of one output. */
  capture(name: string): string;
  /** An output of several files (`==> /sys/path` and what follows) as paths and texts; links keep their ` -> target`. */
  captureTree(name: string): Record<string, string>;
}

const own: Record<string, string> = {
  ...amdOutputs,
  ...appleOutputs,
  ...linuxOutputs,
  ...nvidiaOutputs,
  ...otherOutputs,
};

const raw = fileURLToPath(new URL('../../../shared/captures', import.meta.url));

const written = captureSet('as written', Object.keys(own), (name) => {
  const text = own[name];
  if (text === undefined) throw new Error(`test/machine/outputs has no ${name}.`);
  return text;
});

/** Every test that reads an output runs once a set. */
export const captureSets: CaptureSet[] = existsSync(raw)
  ? [written, captureSet('as captured', rawNames(), (name) => readFileSync(join(raw, name), 'utf8'))]
  : [written];

function rawNames(): string[] {
  return readdirSync(raw).filter((name) => !name.endsWith('.source'));
}

function captureSet(title: string, names: string[], capture: (name: string) => string): CaptureSet {
  const captureTree = (name: string) => {
    const parts = capture(name).split(/^==> /m).slice(1);
    return Object.fromEntries(
      parts.map((part) => [part.slice(0, part.indexOf('\n')).trim(), part.slice(part.indexOf('\n') + 1)]),
    );
  };
  return { title, names, capture, captureTree };
}
