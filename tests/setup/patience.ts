/**
 * How long a test waits: every limit in milliseconds is written for a quiet machine and multiplied by the measured
 * slowness of this one (`slowness.mjs`). Node reads it from the environment; a browser project gets it baked in by the
 * Vitest configuration.
 */

const told = (
  'process' in globalThis
    ? process.env['PALIMPSEST_SLOWNESS']
    : import.meta.env['PALIMPSEST_SLOWNESS']
) as string | undefined;

/** 1 on a quiet machine; 1 where nobody has measured. */
export const slowness = told === undefined ? 1 : Number(told);

if (!(slowness >= 1))
  throw new Error(`PALIMPSEST_SLOWNESS is ${told ?? ''}; it is a number from 1 on`);

/** A limit for this machine, of one for a quiet machine; both in ms. */
export function patient(ms: number): number {
  return Math.round(ms * slowness);
}
