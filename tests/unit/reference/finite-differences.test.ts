/**
 * Every gradient of the plain layers against central finite differences of its own forward: a check that
 * needs no PyTorch. Sizes are small; the loss is Σ y·dy with random dy.
 */
import { describe, expect, it } from 'vitest';
import { uniformTensor } from '../../reference/inputs.ts';
import {
  averagePool,
  averagePoolBackward,
  globalAveragePool,
  globalAveragePoolBackward,
} from '../../reference/plain/average-pool.ts';
import { batchNorm, batchNormBackward } from '../../reference/plain/batch-norm.ts';
import {
  convolution,
  convolutionInputGradient,
  convolutionWeightGradient,
  outputSize,
} from '../../reference/plain/convolution.ts';
import { dot, gradientError } from '../../reference/plain/gradcheck.ts';
import { linear, linearBackward } from '../../reference/plain/linear.ts';
import { relu, reluBackward } from '../../reference/plain/relu.ts';
import { rowLoss } from '../../reference/plain/row-loss.ts';

const TOLERANCE = 1e-8;
const draw = (stream: number, size: number, scale = 1) => uniformTensor(3, stream, size, scale);

it('the helper itself tells a right gradient from one that is off by 1e-6', () => {
  const x = [0.3, -1.2, 2];
  const cube = (at: Float64Array) => at.reduce((sum, v) => sum + v ** 3, 0);
  const right = x.map((v) => 3 * v ** 2);
  expect(gradientError(cube, x, right)).toBeLessThan(1e-9);
  expect(
    gradientError(
      cube,
      x,
      right.map((g) => g * (1 + 1e-6)),
    ),
  ).toBeGreaterThan(5e-7);
});

describe('convolution', () => {
  it.each([
    { kernel: 3, stride: 1 },
    { kernel: 3, stride: 2 },
    { kernel: 1, stride: 1 },
    { kernel: 1, stride: 2 },
  ])('$kernel×$kernel stride $stride', ({ kernel, stride }) => {
    const shape = {
      rows: 2,
      inputChannels: 3,
      height: 5,
      width: 4,
      outputChannels: 2,
      kernel,
      stride,
      padding: (kernel - 1) / 2,
    };
    const { height, width } = outputSize(shape);
    const x = draw(1, 2 * 3 * 5 * 4);
    const weight = draw(2, 2 * 3 * kernel ** 2);
    const dy = draw(3, 2 * 2 * height * width);
    const dx = convolutionInputGradient(dy, weight, shape);
    const dweight = convolutionWeightGradient(x, dy, shape);
    expect(gradientError((at) => dot(convolution(at, weight, shape), dy), x, dx)).toBeLessThan(
      TOLERANCE,
    );
    expect(gradientError((at) => dot(convolution(x, at, shape), dy), weight, dweight)).toBeLessThan(
      TOLERANCE,
    );
  });
});

it('linear', () => {
  const shape = { rows: 3, inputs: 4, outputs: 5 };
  const [x, weight, bias, dy] = [draw(1, 12), draw(2, 20), draw(3, 5), draw(4, 15)];
  const { dx, dweight, dbias } = linearBackward(dy, x, weight, shape);
  const errors = [
    gradientError((at) => dot(linear(at, weight, bias, shape), dy), x, dx),
    gradientError((at) => dot(linear(x, at, bias, shape), dy), weight, dweight),
    gradientError((at) => dot(linear(x, weight, at, shape), dy), bias, dbias),
  ];
  expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
});

describe('batch norm', () => {
  it.each([
    { fused: false, residual: false },
    { fused: true, residual: false },
    { fused: true, residual: true },
  ])('relu $fused, residual $residual', ({ fused, residual }) => {
    const shape = { channels: 2, height: 2, width: 3 };
    const groups = [
      { capacity: 4, live: 3 },
      { capacity: 2, live: 0 },
      { capacity: 2, live: 2 },
    ];
    const size = 8 * 12;
    const [x, dy, added] = [draw(1, size), draw(2, size), draw(3, size)];
    const [gamma, beta] = [draw(4, 2), draw(5, 2)];
    const running = { mean: [0, 0], variance: [1, 1] };
    const loss = (
      at: ArrayLike<number>,
      scale: ArrayLike<number>,
      shift: ArrayLike<number>,
      other: ArrayLike<number>,
    ) => {
      const epilogue = { relu: fused, ...(residual && { residual: other }) };
      const { y } = batchNorm(at, { gamma: scale, beta: shift }, running, shape, groups, epilogue);
      return dot(y, dy);
    };
    const epilogue = { relu: fused, ...(residual && { residual: added }) };
    const found = batchNormBackward(dy, x, { gamma, beta }, shape, groups, epilogue);
    const step = 1e-6;
    const errors = [
      gradientError((at) => loss(at, gamma, beta, added), x, found.dx, step),
      gradientError((at) => loss(x, at, beta, added), gamma, found.dgamma, step),
      gradientError((at) => loss(x, gamma, at, added), beta, found.dbeta, step),
    ];
    if (residual) {
      errors.push(gradientError((at) => loss(x, gamma, beta, at), added, found.dresidual, step));
    }
    expect(Math.max(...errors)).toBeLessThan(1e-7);
  });
});

it('relu', () => {
  const [x, dy] = [draw(1, 40), draw(2, 40)];
  expect(gradientError((at) => dot(relu(at), dy), x, reluBackward(dy, x))).toBeLessThan(TOLERANCE);
});

it('average pools', () => {
  const shape = { rows: 2, channels: 2, height: 5, width: 4, kernel: 2 };
  const [x, dy, dyGlobal] = [draw(1, 80), draw(2, 16), draw(3, 4)];
  const errors = [
    gradientError((at) => dot(averagePool(at, shape), dy), x, averagePoolBackward(dy, shape)),
    gradientError(
      (at) => dot(globalAveragePool(at, 20), dyGlobal),
      x,
      globalAveragePoolBackward(dyGlobal, 20),
    ),
  ];
  expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
});

it('row loss, every term at once', () => {
  const classes = 5;
  const mask = [true, false, true, true, false];
  const held = [true, true, true, false, false];
  const nothing = { crossEntropy: 0, mse: 0, kl: 0, temperature: 1, mask: null };
  const terms = [
    { crossEntropy: 0.5, mse: 0, kl: 0, temperature: 1, mask },
    { crossEntropy: 0, mse: 0.7, kl: 0, temperature: 1, mask: null },
    { crossEntropy: 0, mse: 0, kl: 1.5, temperature: 2, mask: null },
    { crossEntropy: 0.2, mse: 0.3, kl: 0.4, temperature: 0.5, mask },
    nothing,
    { ...nothing, distance: 0.6, temperature: 2, held },
    { ...nothing, distance: 0.6 },
    { ...nothing, binary: 0.9, mask, held },
    { ...nothing, crossEntropy: 0.2, kl: 0.3, distance: 0.4, binary: 0.5, held },
  ];
  const labels = [2, 1, 0, 3, 0, 1, 4, 2, 3];
  const [logits, targets] = [draw(1, 45, 3), draw(2, 45, 3)];
  const { dlogits } = rowLoss(logits, labels, targets, terms, classes);
  const total = (at: Float64Array) =>
    rowLoss(at, labels, targets, terms, classes).loss.reduce((a, b) => a + b, 0);
  expect(gradientError(total, logits, dlogits)).toBeLessThan(TOLERANCE);
});
