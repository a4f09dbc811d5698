/**
 * Numbers as the page writes them. One locale for all of them, so that a screenshot, a test and a
 * visitor abroad read the same digits.
 */

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
// British "compact" writes a small m for million, which beside units reads as milli.
const compact = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  maximumSignificantDigits: 3,
});

/** `1560` → "1,560". */
export function formatCount(n: number): string {
  return whole.format(n);
}

/** `2170000` → "2.17M". */
export function formatCompact(n: number): string {
  return compact.format(n);
}

/** A share in [0, 1] as per cent with one decimal: `0.4567` → "45.7 %"; "–" for null. */
export function formatPercent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** Three significant digits below 100, none after the point above: "0.42", "3.17", "58.1", "640". */
export function formatRate(perSecond: number): string {
  if (!(perSecond > 0)) return '–';
  return perSecond < 100 ? String(Number(perSecond.toPrecision(3))) : formatCount(perSecond);
}

/** Seconds as the two largest units: "8 s", "2 min 05 s", "3 h 20 min"; "–" for what is unknown. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  const s = Math.round(seconds);
  if (s < 60) return `${String(s)} s`;
  const two = (n: number): string => String(n).padStart(2, '0');
  if (s < 3600) return `${String(Math.floor(s / 60))} min ${two(s % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`;
}

/** Bytes in binary units: "412 B", "3.4 KiB", "118 MiB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? 'B'}`;
}

const SCALES = [
  [1e18, 'quintillion'],
  [1e15, 'quadrillion'],
  [1e12, 'trillion'],
  [1e9, 'billion'],
  [1e6, 'million'],
] as const;

/** Large counts in words, to three significant digits: `1.24e9` → "1.24 billion"; below a million as `formatCount`. */
export function formatWords(n: number): string {
  if (!Number.isFinite(n)) return '–';
  const rounded = Number(n.toPrecision(3));
  const scale = SCALES.find(([unit]) => rounded >= unit);
  if (!scale) return formatCount(n);
  const [unit, name] = scale;
  return `${formatCompact(rounded / unit)} ${name}`;
}

/** How many times: "9.3×" below ten, "12.6×" and "310×" above; "–" for what is unknown. */
export function formatFactor(factor: number): string {
  if (!Number.isFinite(factor)) return '–';
  const digits = factor < 10 ? 2 : 3;
  return `${String(Number(factor.toPrecision(digits)))}×`;
}

/** "0.42 ms", "42.5 ms", "640 ms"; from a second on "1.91 s"; "–" for what is unknown. */
export function formatMilliseconds(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–';
  const rounded = Number(ms.toPrecision(3));
  return rounded < 1000
    ? `${String(rounded)} ms`
    : `${String(Number((ms / 1000).toPrecision(3)))} s`;
}
