import formsFile from '../../data/speed-forms.json' with { type: 'json' };
import speedsFile from '../../data/speeds.json' with { type: 'json' };
import type { SpeedForms, Speeds } from './speed-schema.ts';

/** Constants of the speed formula by class of hardware, and the bands. */
export const speedForms = formsFile as unknown as SpeedForms;
/** Measurements by others. */
export const speeds = speedsFile as unknown as Speeds;
