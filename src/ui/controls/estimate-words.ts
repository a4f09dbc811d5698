/** The numbers of an estimate as a person says them: rounded to what is known. */
import { formatFactor } from '../style/format.ts';

/** "a few seconds", "about 40 s", "about 2 min", "about 3 h", "about 5 days"; "–" for what is unknown. */
export function aboutTime(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–';
  if (seconds < 5) return 'a few seconds';
  if (seconds < 55) return `about ${String(5 * Math.round(seconds / 5))} s`;
  const minutes = seconds / 60;
  if (minutes < 9.75) return `about ${halves(minutes)} min`;
  if (minutes < 57.5) return `about ${String(5 * Math.round(minutes / 5))} min`;
  const hours = minutes / 60;
  if (hours < 36) return `about ${hours < 9.75 ? halves(hours) : String(Math.round(hours))} h`;
  return `about ${String(Math.round(hours / 24))} days`;
}

/** Nearest half: "1", "1½", "2". */
function halves(n: number): string {
  const twice = Math.round(2 * n);
  return `${String(Math.floor(twice / 2))}${twice % 2 === 1 ? '½' : ''}`;
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Three digits and a prefix: "112 GFLOP", "1.69 TFLOP". */
export function formatFlops(flops: number): string {
  let [value, power] = [flops, 0];
  while (value >= 999.5 && power < PREFIXES.length - 1) {
    value /= 1000;
    power++;
  }
  return `${String(Number(value.toPrecision(3)))} ${PREFIXES[power] ?? ''}FLOP`;
}

/** What is saved against the dense twin: "3.6× less"; "1.3× more" where it is; "the same" within 5 %. */
export function against(own: number, dense: number): string {
  if (!(own > 0) || !(dense > 0)) return '–';
  const factor = dense / own;
  if (Math.abs(factor - 1) < 0.05) return 'the same';
  return factor > 1 ? `${formatFactor(factor)} less` : `${formatFactor(1 / factor)} more`;
}
