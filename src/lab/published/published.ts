/**
 * What others published, for whoever wants it beside their own runs. Recalled figures are left out unless asked
 * for, and are marked where they appear: they come from memory, nobody has checked them, and they are no facts.
 */
import { PUBLISHED_CONTINUAL } from './published-continual.ts';
import { PUBLISHED_MEST } from './published-mest.ts';
import type { Figure, PublishedRow } from './published-row.ts';
import { PUBLISHED_SPARCL } from './published-sparcl.ts';

const ALL: readonly PublishedRow[] = [
  ...PUBLISHED_SPARCL,
  ...PUBLISHED_CONTINUAL,
  ...PUBLISHED_MEST,
];

/** Every row with at least one figure; recalled figures only where asked for. */
export function publishedRows({
  recalled,
}: {
  readonly recalled: boolean;
}): readonly PublishedRow[] {
  if (recalled) return ALL;
  const known = (figure: Figure | null) => (figure?.known === 'recalled' ? null : figure);
  return ALL.map((row) => ({
    ...row,
    classIncremental: known(row.classIncremental),
    taskIncremental: known(row.taskIncremental),
    flops: known(row.flops),
  })).filter((row) => row.classIncremental ?? row.taskIncremental ?? row.flops);
}
