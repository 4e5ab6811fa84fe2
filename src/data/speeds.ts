import formsFile from '../../data/speed-forms.json' with { type: 'json' };
import speedsFile from '../../data/speeds.json' with { type: 'json' };
import type { SpeedBackend, SpeedForm, SpeedForms, Speeds } from './speed-schema.ts';

/** Constants of the speed formula, the classes of hardware it does not describe, and the bands. */
export const speedForms = formsFile as unknown as SpeedForms;
/** Measurements by others. */
export const speeds = speedsFile as unknown as Speeds;

const byBackend = new Map(speedForms.forms.map((form) => [form.backend, form]));

/** The form of one backend. Throws when the table lacks it, which a test rules out. */
export function speedFormOf(backend: SpeedBackend): SpeedForm {
  const form = byBackend.get(backend);
  if (form === undefined) throw new Error(`data/speed-forms.json has no ${backend}`);
  return form;
}
