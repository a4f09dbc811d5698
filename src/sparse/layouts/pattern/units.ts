/**
 * Kernels that come and go, each with the pattern of its four taps, which it keeps as long as it lives. Where
 * magnitudes choose (before training, or by a dense gradient), a kernel gets the pattern that keeps most of
 * their squares, as in MEST's release; what grows at random gets a random one. Where kernels go, each filter
 * keeps as many as every other, but for one (MEST's balanced connectivity).
 */
import type { Parameter } from '../../../nn/tensor/parameter.ts';
import type { ConvolutionShape } from '../../../nn/compile/weight-layout.ts';
import { KERNEL_TAPS, PATTERN_TAPS, randomPattern, TAPS } from './kernel-patterns.ts';
import { changeOfLists } from '../../mask/reassigned-slots.ts';
import type { FormSource, MaskUnits } from '../../mask/mask-units.ts';
import { buildPatternLists, liveKernels, patternsOf, relistPatterns } from './pattern-lists.ts';
import { patternGridOf, type PatternLayoutOptions } from './layout.ts';

/** The kernels of a layer's weights, which are stored by these options. */
export function patternUnits(
  name: string,
  shape: ConvolutionShape,
  weight: Parameter,
  options: PatternLayoutOptions,
): MaskUnits {
  const grid = patternGridOf(shape, options);
  const { blocks: kernels, inChannels, outChannels } = grid;
  const formOf = (forms: FormSource): ((kernel: number) => number) => {
    if ('key' in forms) {
      return (kernel) => randomPattern(`${name} ${forms.key}`, forms.seed, kernel);
    }
    const values = forms.magnitudes(weight.name);
    return (kernel) => bestPattern(values, kernel);
  };
  return {
    name,
    count: kernels,
    grid: {
      kind: 'kernel',
      taps: 1,
      rows: outChannels,
      columns: inChannels,
      strides: [0, inChannels, 1],
      extent: [1, 1],
    },
    groups: outChannels,
    groupOf: (kernel) => Math.floor(kernel / inChannels),
    weights: [weight],
    parameters: [weight],
    unitsAt: (density) => liveKernels(1 - density, shape),
    live: (lists) =>
      Uint8Array.from(patternsOf(grid, lists(weight.name)), (p) => (p === 0 ? 0 : 1)),
    scores: (magnitudes, lists) => {
      const values = magnitudes(weight.name);
      const patterns = lists ? patternsOf(grid, lists(weight.name)) : new Uint32Array(kernels);
      return Float32Array.from(patterns, (pattern, kernel) => {
        const taps = TAPS.get(pattern || bestPattern(values, kernel))!;
        const sum = taps.reduce((s, tap) => s + (values[kernel * KERNEL_TAPS + tap]! || 0), 0);
        return sum / PATTERN_TAPS;
      });
    },
    start: (units, forms) => {
      const form = formOf(forms);
      return new Map([[weight.name, buildPatternLists(grid, units, Array.from(units, form))]]);
    },
    change: (lists, dropped, grown, forms) => {
      const before = lists(weight.name);
      const patterns = patternsOf(grid, before);
      for (const kernel of dropped) patterns[kernel] = 0;
      const between = relistPatterns(grid, before, patterns);
      const form = formOf(forms);
      for (const kernel of grown) patterns[kernel] = form(kernel);
      return [changeOfLists(weight, [before, between, relistPatterns(grid, between, patterns)])];
    },
  };
}

/** The pattern over whose taps the squares of a kernel's values add up to most; of equals the first. */
function bestPattern(values: Float32Array, kernel: number): number {
  let best = 0;
  let most = -1;
  for (const [pattern, taps] of TAPS) {
    let sum = 0;
    for (const tap of taps) sum += (values[kernel * KERNEL_TAPS + tap]! || 0) ** 2;
    if (sum > most) [best, most] = [pattern, sum];
  }
  return best;
}
