/**
 * The matrix's ramp, read from tokens.css and mixed here as CSS Color 4 defines it (OKLab by Björn
 * Ottosson's matrices, contrast by WCAG 2.2): legible at every share, monotone in lightness.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TEXT_TURNS_AT } from '../../../src/ui/style/heat.ts';

type Triple = readonly [number, number, number];

const css = readFileSync(new URL('../../../src/ui/tokens.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = css.split('prefers-color-scheme: dark');

function token(block: string, name: string): Triple {
  const hex = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(block)?.[1];
  if (hex === undefined) throw new Error(`no --${name}`);
  const channel = (at: number): number => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return [channel(0), channel(2), channel(4)];
}

const times = (m: readonly Triple[], [a, b, c]: Triple): Triple =>
  m.map((row) => row[0] * a + row[1] * b + row[2] * c) as unknown as Triple;

const TO_LMS: readonly Triple[] = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const FROM_LMS: readonly Triple[] = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

/** Mixing in OKLab is mixing cube roots of LMS: what lies between is linear and cancels. */
function mix(low: Triple, high: Triple, share: number): Triple {
  const from = times(TO_LMS, low).map(Math.cbrt);
  const to = times(TO_LMS, high).map(Math.cbrt);
  const lms = from.map((value, i) => (value + share * ((to[i] ?? 0) - value)) ** 3);
  return times(FROM_LMS, lms as unknown as Triple);
}

const luminance = ([r, g, b]: Triple): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: Triple, b: Triple): number {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(x, y) / Math.min(x, y);
}

const SHARES = Array.from({ length: 1001 }, (_, i) => i / 1000);

describe.each([
  ['light', light],
  ['dark', dark],
])('the heat ramp of the %s scheme', (_, block) => {
  const low = token(block, 'heat-low');
  const high = token(block, 'heat-high');

  it('keeps a text contrast of 4.5 at every share', () => {
    const worst = SHARES.map((share) => {
      const text = share >= TEXT_TURNS_AT ? 'heat-text-high' : 'heat-text-low';
      return { share, contrast: contrast(mix(low, high, share), token(block, text)) };
    }).reduce((a, b) => (b.contrast < a.contrast ? b : a));
    expect(worst.contrast, `at ${worst.share}`).toBeGreaterThanOrEqual(4.5);
  });

  it('is monotone in luminance and spans most of it', () => {
    const levels = SHARES.map((share) => luminance(mix(low, high, share)));
    const sign = Math.sign(luminance(high) - luminance(low));
    expect(levels.every((level, i) => i === 0 || sign * (level - (levels[i - 1] ?? 0)) > 0)).toBe(
      true,
    );
    expect(contrast(low, high)).toBeGreaterThan(7);
  });
});

it('the arithmetic above gives the known figures', () => {
  expect(contrast([0, 0, 0], [1, 1, 1])).toBeCloseTo(21, 6);
  // sRGB red and blue have OKLab lightness 0.628 and 0.452; half-way is 0.540.
  const purple = mix([1, 0, 0], [0, 0, 1], 0.5);
  const [l, m, s] = times(TO_LMS, purple).map(Math.cbrt) as unknown as Triple;
  expect(0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s).toBeCloseTo(0.54, 3);
});
