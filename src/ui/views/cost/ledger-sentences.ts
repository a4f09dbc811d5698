/** What the ledger says, in sentences for somebody who has never seen one. */
import { formatFactor } from '../../style/format.ts';

/** Within this of a dense step, a step is as fast. */
const ALIKE = 0.05;
/** Within this of a dense network's arithmetic, there is as much of it. */
const SAME = 0.005;

/** `factor`: how many times faster than a dense step. */
export function speedSentence(factor: number): string {
  if (!Number.isFinite(factor)) return 'not known';
  if (Math.abs(factor - 1) < ALIKE) return 'as fast as a dense step';
  return factor > 1
    ? `${formatFactor(factor)} faster than a dense step`
    : `${formatFactor(1 / factor)} slower than a dense step`;
}

/** How the gain in time compares with the gain in operations; both are factors, dense over ours. */
export function arrivalSentence(fewer: number, faster: number): string {
  const saved = 1 - 1 / fewer;
  if (!Number.isFinite(saved) || saved < ALIKE) {
    return 'It does nearly all the arithmetic of a dense step, so there is little to gain.';
  }
  const share = Math.round((100 * faster) / fewer);
  return `It does ${formatFactor(fewer)} less arithmetic, so it could be ${formatFactor(fewer)} faster: ${share} % of that arrives as time.`;
}

/** How ours stands to dense in arithmetic, memory or time: "9.3× less", "1.4× more", "as much". */
export function lessThanDense({ ours, dense }: { ours: number; dense: number }): string {
  if (!(ours > 0) || !(dense > 0)) return '';
  if (Math.abs(dense / ours - 1) < SAME) return 'as much';
  return dense > ours ? `${formatFactor(dense / ours)} less` : `${formatFactor(ours / dense)} more`;
}
