/** What dense passes cost, against sums over pixels and taps that are written out one by one. */
import { expect, test } from 'vitest';
import { kernelWork } from '../../../src/nn/tensor/dense-work.ts';

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
  const shape = { outChannels: 6, inChannels: 5, kernel, stride, pad: kernel === 3 ? 1 : 0 };
  const work = kernelWork(shape, { height, width }, size);
  const macs = all * 6 * 5;
  expect(work).toMatchObject({ forward: macs, inputGradient: macs, weightGradient: macs });
  expect(work.outside * all).toBeCloseTo(outside, 9);
});

test('31 % of a 3×3 convolution at 4×4 lies outside', () => {
  const size = { height: 4, width: 4 };
  const shape = { outChannels: 1, inChannels: 1, kernel: 3, stride: 1, pad: 1 };
  expect(kernelWork(shape, size, size).outside).toBeCloseTo(1 - 100 / 144, 12);
});

test('a linear layer pays its weights once', () => {
  const one = { height: 1, width: 1 };
  const shape = { outChannels: 10, inChannels: 64, kernel: 1, stride: 1, pad: 0 };
  expect(kernelWork(shape, one, one)).toMatchObject({ forward: 640, outside: 0 });
});
