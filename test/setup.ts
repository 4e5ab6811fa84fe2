import fc from 'fast-check';

/** The same inputs in every run, so that a red run can be repeated; GEMMA_FIT_SEED=NUMBER looks at others. */
const seed = Number(process.env.GEMMA_FIT_SEED ?? 20_261_124);

fc.configureGlobal({ seed });
