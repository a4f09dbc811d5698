/** What dense passes cost, against sums over pixels and taps that are written out one by one. */
import { expect, test } from 'vitest';
import { densePassMacs, outsideShare } from '../../../src/nn/tensor/layer-work.ts';

const matrix = (...shape: number[]) => ({ role: 'matrix', shape }) as const;
const vector = (length: number) => ({ role: 'vector', shape: [length] }) as const;

/** Every pair of an output pixel and a tap, and how many of them read the image. */
function count(height: number, width: number, kernel: number, stride: number) {
  const pad = kernel === 3 ? 1 : 0;
  const size = { height: Math.ceil(height / stride), width: Math.ceil(width / stride) };
  let all = 0;
  let outside = 0;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const row = y * stride + Math.floor(tap / kernel) - pad;
        const column = x * stride + (tap % kernel) - pad;
        all++;
        if (row < 0 || column < 0 || row >= height || column >= width) outside++;
      }
    }
  }
  return { all, outside, size };
}

test.each([
  [4, 4, 3, 1],
  [32, 32, 3, 1],
  [32, 32, 3, 2],
  [5, 7, 3, 1],
  [5, 7, 3, 2],
  [8, 8, 1, 2],
  [6, 6, 1, 1],
])('%i×%i, kernel %i, stride %i', (height, width, kernel, stride) => {
  const { all, outside, size } = count(height, width, kernel, stride);
  const layer = {
    inputs: [{ height, width }],
    output: size,
    parameters: [matrix(6, 5, kernel, kernel), vector(6)],
  };
  expect(densePassMacs(layer)).toBe(all * 6 * 5);
  expect(outsideShare(layer) * all).toBeCloseTo(outside, 9);
});

test('31 % of a 3×3 convolution at 4×4 lies outside', () => {
  const size = { height: 4, width: 4 };
  const layer = { inputs: [size], output: size, parameters: [matrix(1, 1, 3, 3)] };
  expect(outsideShare(layer)).toBeCloseTo(1 - 100 / 144, 12);
});

test('a linear layer pays its weights once, a norm nothing', () => {
  const one = { height: 1, width: 1 };
  const layer = { inputs: [one], output: one };
  expect(densePassMacs({ ...layer, parameters: [matrix(10, 64), vector(10)] })).toBe(640);
  expect(outsideShare({ ...layer, parameters: [matrix(10, 64)] })).toBe(0);
  expect(densePassMacs({ ...layer, parameters: [vector(64), vector(64)] })).toBe(0);
});
