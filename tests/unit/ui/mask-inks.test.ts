/**
 * The inks of tasks, read from tokens.css: told apart by every kind of colour vision and in grey. Deficient vision as
 * Machado, Oliveira and Fernandes (2009) simulate it at full severity, in linear light; distances in OKLab (Björn
 * Ottosson's matrices), where .02 is about the least that is noticed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Triple = readonly [number, number, number];

const css = readFileSync(new URL('../../../src/ui/tokens.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = css.split('prefers-color-scheme: dark');

const times = (m: readonly Triple[], [a, b, c]: Triple): Triple =>
  m.map((row) => row[0] * a + row[1] * b + row[2] * c) as unknown as Triple;

const VISIONS: Readonly<Record<string, readonly Triple[]>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'without red cones': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'without green cones': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'without blue cones': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const TO_LMS: readonly Triple[] = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: readonly Triple[] = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

function token(block: string, name: string): Triple {
  const hex = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(block)?.[1];
  if (hex === undefined) throw new Error(`no --${name}`);
  return [0, 2, 4].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

function oklab(linear: Triple, vision: readonly Triple[]): Triple {
  const seen = times(vision, linear).map((c) => Math.min(1, Math.max(0, c)));
  return times(
    TO_LAB,
    times(TO_LMS, seen as unknown as Triple).map(Math.cbrt) as unknown as Triple,
  );
}

const distance = (a: Triple, b: Triple): number => Math.hypot(...a.map((x, i) => x - b[i]!));

const luminance = ([r, g, b]: Triple): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: Triple, b: Triple): number {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(x, y) / Math.min(x, y);
}

function closest(colours: readonly Triple[], vision: readonly Triple[]): number {
  const seen = colours.map((colour) => oklab(colour, vision));
  return Math.min(...seen.flatMap((a, i) => seen.slice(i + 1).map((b) => distance(a, b))));
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the inks of the %s scheme', (_, block) => {
  const inks = Array.from({ length: 10 }, (__, i) => token(block, `task-${i + 1}`));

  it.each(Object.entries(VISIONS))('are told apart by vision: %s', (__, vision) => {
    expect(closest(inks, vision)).toBeGreaterThan(0.045);
    // Five tasks are what most streams have.
    expect(closest(inks.slice(0, 5), vision)).toBeGreaterThan(0.09);
  });

  it('differ in lightness alone, the first five clearly', () => {
    const lightness = (colours: readonly Triple[]): number => {
      const sorted = colours.map((c) => oklab(c, VISIONS['full']!)[0]).sort((a, b) => a - b);
      return Math.min(...sorted.slice(1).map((l, i) => l - sorted[i]!));
    };
    expect(lightness(inks)).toBeGreaterThan(0.03);
    expect(lightness(inks.slice(0, 5))).toBeGreaterThan(0.07);
  });

  it('stand out from the page, and fresh marks too', () => {
    const paper = token(block, 'sheet');
    for (const ink of inks) expect(contrast(ink, paper)).toBeGreaterThan(2.85);
    for (const name of ['grow', 'drop']) {
      expect(contrast(token(block, name), paper), name).toBeGreaterThan(3);
    }
    // The mark of a gradient lies on ink.
    for (const ink of inks) expect(contrast(ink, token(block, 'gradient'))).toBeGreaterThan(2.2);
  });
});
