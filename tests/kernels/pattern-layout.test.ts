/**
 * Pattern-sparse convolutions against the plain dense version with masked weights. The mask is the test's
 * own: it draws the patterns itself, says which kernels live, and puts them in slots that are out of order,
 * one of them free.
 */
import { describe, expect, test } from 'vitest';
import { hashBelow } from '../../src/gpu/rng.ts';
import type { ConvolutionShape } from '../../src/nn/compile/weight-layout.ts';
import { NONE } from '../../src/sparse/layouts/block/block-lists.ts';
import { PATTERNS } from '../../src/sparse/layouts/pattern/kernel-patterns.ts';
import { coveredLayers } from '../../src/sparse/layouts/covered-layers.ts';
import { patternLayout } from '../../src/sparse/layouts/pattern/layout.ts';
import { pattern } from '../../src/sparse/layouts/pattern/scheme.ts';
import { buildPatternLists, patternGrid } from '../../src/sparse/layouts/pattern/pattern-lists.ts';
import { cases } from '../setup/cases.ts';
import { checkConvolutions, someOf, type MaskedLayer } from './masked-layers.ts';

/** Squares around a corner of the centre, and the centre with three of its neighbours. */
const DRAWN = [
  '##. ##. ...',
  '.## .## ...',
  '... ##. ##.',
  '... .## .##',
  '.#. ### ...',
  '... ### .#.',
  '.#. ##. .#.',
  '.#. .## .#.',
].map((drawing) => Array.from(drawing.replaceAll(' ', ''), (cell) => cell === '#'));

const bitsOf = (taps: readonly boolean[]) =>
  taps.reduce((bits, kept, tap) => bits + (kept ? 2 ** tap : 0), 0);

test('the patterns are those of the papers', () => {
  expect([...PATTERNS].sort()).toEqual(DRAWN.map(bitsOf).sort());
});

interface Options {
  readonly inputs: number;
  readonly outputs: number;
  readonly sparsity: number;
}

function layerOf({ inputs, outputs, sparsity }: Options, seed: number): MaskedLayer {
  const kernels = inputs * outputs;
  const count = Math.max(1, Math.min(kernels, Math.round(((1 - sparsity) * kernels * 9) / 4)));
  const chosen = someOf(kernels, count, seed);
  const drawings = chosen.map((kernel) => DRAWN[hashBelow(seed, 78, kernel, 8)]!);
  const mask = new Float32Array(kernels * 9);
  chosen.forEach((kernel, k) => {
    drawings[k]!.forEach((kept, tap) => (mask[kernel * 9 + tap] = kept ? 1 : 0));
  });
  const free = count < kernels ? 1 : 0;
  const shape: ConvolutionShape = {
    ...{ outChannels: outputs, inChannels: inputs },
    ...{ kernel: 3, stride: 1, pad: 1 },
  };
  // Room for one kernel more, in the second slot.
  const slots = free ? [chosen[0]!, NONE, ...chosen.slice(1)] : chosen;
  const patterns = slots.map((kernel) => {
    const at = chosen.indexOf(kernel);
    return at < 0 ? 0 : bitsOf(drawings[at]!);
  });
  const layout = patternLayout({ sparsity, room: ((count + free) * 4) / (kernels * 9) });
  const lists = buildPatternLists(patternGrid(shape, count + free), slots, patterns);
  return { mask, layout, lists };
}

const convolutions = cases({
  inputs: [16, 3, 8, 5, 33],
  outputs: [16, 5, 8, 3, 33],
  sparsity: [0.75, 5 / 9, 0.9, 0.99],
  size: [
    [8, 8],
    [2, 2],
    [1, 7],
    [5, 7],
    [1, 1],
    [3, 4],
  ],
  stride: [1, 2],
  rows: [8, 1, 5, 33],
});

describe('pattern-sparse convolution', () => {
  test.each(
    convolutions.map((options) => {
      const { inputs, outputs, sparsity, size, stride, rows } = options;
      const name = `${sparsity.toFixed(2)}, stride ${stride}, ${inputs}→${outputs} channels`;
      return [`${name}, ${rows} rows of ${size.join('×')}`, options] as const;
    }),
  )('%s', async (_, options) => {
    const { inputs, outputs, size, stride, rows } = options;
    await checkConvolutions(
      {
        ...{ rows, inputChannels: inputs, height: size[0], width: size[1] },
        ...{ outputChannels: outputs, kernel: 3, stride, padding: 1 },
      },
      [layerOf(options, 1), layerOf(options, 2)],
    );
  });
});

/** Splits of the weights' gradient and none, four pixels an invocation and one. */
describe.each([
  { height: 9, width: 6, inputs: 5, outputs: 7 },
  { height: 1, width: 3, inputs: 16, outputs: 12 },
])('on planes of $height×$width', ({ height, width, inputs, outputs }) => {
  const shape = {
    ...{ rows: 6, inputChannels: inputs, height, width },
    ...({ outputChannels: outputs, kernel: 3, stride: 1, padding: 1 } as const),
  };
  const layers = [1, 2].map((seed) => layerOf({ inputs, outputs, sparsity: 0.7 }, seed));

  test('gradients of a second part of the batch add to those of the first', async () => {
    await checkConvolutions(shape, [layers[0]!, layers[1]!], { accumulate: 1 });
  });

  test('activations may be halves', async () => {
    await checkConvolutions(shape, [layers[0]!, layers[1]!], { activations: 'f16' });
  });
});

describe('the mask before training', () => {
  const shape: ConvolutionShape = {
    ...{ outChannels: 12, inChannels: 10 },
    ...{ kernel: 3, stride: 1, pad: 1 },
  };

  test.each([
    [0.9, 27],
    [0.75, 68],
    [5 / 9, 120],
    [0.999, 1],
  ])('at sparsity %f has %i kernels', (sparsity, expected) => {
    const layout = patternLayout({ sparsity });
    const lists = layout.lists(shape, 'a.weight')!;
    const words = lists.initial(3);
    const ones = new Float32Array(12 * 10 * 9).fill(1);
    const mask = layout.unpack(shape, layout.pack(shape, ones, words), words);
    const kernels = Array.from({ length: 120 }, (_, k) => mask.slice(9 * k, 9 * k + 9));
    const live = kernels.filter((kernel) => kernel.some((value) => value !== 0));
    expect(live.length).toBe(expected);
    const drawn = new Set(DRAWN.map(bitsOf));
    for (const kernel of live) {
      expect(drawn.has(bitsOf(Array.from(kernel, (value) => value === 1)))).toBe(true);
    }
    const bits = lists
      .live(words)
      .reduce((n, word) => n + word.toString(2).replaceAll('0', '').length, 0);
    expect(bits).toBe(4 * expected);
    expect(layout.storage(shape)).toBe(Math.ceil((4 * expected) / 32) * 32);
    expect(lists.initial(3)).toEqual(words);
    if (expected < 120) expect(lists.initial(4)).not.toEqual(words);
  });

  test('below 5/9 is refused, and so are other layers', () => {
    expect(() => patternLayout({ sparsity: 0.5 }).storage(shape)).toThrow(RangeError);
    expect(() => patternLayout({ sparsity: 0.9 }).storage({ ...shape, kernel: 1 })).toThrow(
      RangeError,
    );
    const choose = coveredLayers(pattern.weights, () => patternLayout({ sparsity: 0.9 }));
    expect(choose('layer1.0.conv1', shape, 'body').name).toBe('pattern');
    expect(choose('conv3', { ...shape, kernel: 1 }, 'body').name).toBe('dense');
    expect(choose('conv1', shape, 'stem').name).toBe('dense');
  });
});
