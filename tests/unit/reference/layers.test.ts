/**
 * The plain layers against PyTorch: forward, every gradient and every state, on odd sizes. Both sides
 * compute in float64; the fixtures were rounded to float32, which costs at most 6e-8.
 */
import { describe, expect, it } from 'vitest';
import { relativeError } from '../../reference/compare.ts';
import { CIFAR10_MEAN, CIFAR10_STD } from '../../reference/inputs.ts';
import { loadLayerFixtures } from '../../reference/layer-fixtures.ts';
import { adam, type AdamState } from '../../reference/plain/adam.ts';
import { add } from '../../reference/plain/add.ts';
import { augment } from '../../reference/plain/augment.ts';
import {
  averagePool,
  averagePoolBackward,
  globalAveragePool,
  globalAveragePoolBackward,
} from '../../reference/plain/average-pool.ts';
import { batchNorm, batchNormBackward, batchNormEval } from '../../reference/plain/batch-norm.ts';
import {
  convolution,
  convolutionInputGradient,
  convolutionWeightGradient,
} from '../../reference/plain/convolution.ts';
import { linear, linearBackward } from '../../reference/plain/linear.ts';
import { relu, reluBackward } from '../../reference/plain/relu.ts';
import { rowLoss } from '../../reference/plain/row-loss.ts';
import { sgd, type SgdState } from '../../reference/plain/sgd.ts';

const fixtures = await loadLayerFixtures();

function expectEqual(actual: ArrayLike<number>, expected: ArrayLike<number> | null): void {
  expect(expected).not.toBeNull();
  expect(relativeError(actual, expected!)).toBeLessThan(1e-7);
}

describe('convolution', () => {
  it.each(fixtures.convolution)('$title', ({ shape, x, weight, dy, y, dx, dweight }) => {
    expectEqual(convolution(x, weight, shape), y);
    expectEqual(convolutionInputGradient(dy, weight, shape), dx);
    expectEqual(convolutionWeightGradient(x, dy, shape), dweight);
  });
});

describe('linear', () => {
  it.each(fixtures.linear)('$title', ({ shape, x, weight, bias, dy, ...expected }) => {
    expectEqual(linear(x, weight, bias, shape), expected.y);
    const found = linearBackward(dy, x, weight, shape);
    expectEqual(found.dx, expected.dx);
    expectEqual(found.dweight, expected.dweight);
    expectEqual(found.dbias, expected.dbias);
  });
});

describe('batch norm', () => {
  it.each(fixtures.batchNorm)('$title', (fixture) => {
    const { shape, groups, x, dy, residual } = fixture;
    const epilogue = { relu: fixture.relu, ...(residual && { residual }) };
    const result = batchNorm(x, fixture, fixture.running, shape, groups, epilogue);
    expectEqual(result.y, fixture.y);
    expectEqual(result.running.mean, fixture.runningAfter.mean);
    expectEqual(result.running.variance, fixture.runningAfter.variance);
    const found = batchNormBackward(dy, x, fixture, shape, groups, epilogue);
    expectEqual(found.dx, fixture.dx);
    expectEqual(found.dgamma, fixture.dgamma);
    expectEqual(found.dbeta, fixture.dbeta);
    if (residual) expectEqual(found.dresidual, fixture.dresidual);
  });

  it('leaves padded rows out, whatever they hold', () => {
    const fixture = fixtures.batchNorm.find(({ groups }) =>
      groups.some((g) => g.live < g.capacity),
    )!;
    const { shape, groups, running, y, dx } = fixture;
    const row = shape.channels * shape.height * shape.width;
    const padded = (index: number) => {
      let first = 0;
      for (const { capacity, live } of groups) {
        if (index < (first + capacity) * row) return index >= (first + live) * row;
        first += capacity;
      }
      return false;
    };
    const x = fixture.x.map((value, i) => (padded(i) ? NaN : value));
    const dy = fixture.dy.map((value, i) => (padded(i) ? NaN : value));
    const epilogue = { relu: fixture.relu };
    expectEqual(batchNorm(x, fixture, running, shape, groups, epilogue).y, y);
    expectEqual(batchNormBackward(dy, x, fixture, shape, groups, epilogue).dx, dx);
  });

  it.each(fixtures.batchNormEval)('in evaluation: $title', (fixture) => {
    const { shape, x, relu: fused, residual, running, y } = fixture;
    const epilogue = { relu: fused, ...(residual && { residual }) };
    expectEqual(batchNormEval(x, fixture, running, shape, epilogue), y);
  });

  it('refuses a group of one value per channel', () => {
    const one = { channels: 1, height: 1, width: 1 };
    const parameters = { gamma: [1], beta: [0] };
    const running = { mean: [0], variance: [1] };
    expect(() => batchNorm([1, 2], parameters, running, one, [{ capacity: 2, live: 1 }])).toThrow(
      /more than one value/,
    );
  });
});

describe('relu and add', () => {
  it.each(fixtures.pointwise)('$title', ({ x, dy, residual, ...expected }) => {
    expectEqual(relu(x), expected.relu);
    expectEqual(reluBackward(dy, x), expected.reluGradient);
    expectEqual(add(x, residual), expected.sum);
  });
});

describe('average pool', () => {
  it.each(fixtures.averagePool)('$title', ({ shape, x, dy, y, dx }) => {
    const area = shape.height * shape.width;
    const global = shape.kernel === 0;
    expectEqual(global ? globalAveragePool(x, area) : averagePool(x, shape), y);
    expectEqual(global ? globalAveragePoolBackward(dy, area) : averagePoolBackward(dy, shape), dx);
  });
});

describe('row loss', () => {
  it.each(fixtures.rowLoss)('$title', ({ logits, labels, target, rows, classes, ...expected }) => {
    const found = rowLoss(logits, labels, target, rows, classes);
    expectEqual(found.loss, expected.loss);
    expectEqual(found.dlogits, expected.dlogits);
    expect([...found.correct]).toEqual(expected.correct);
  });

  it('gives a row of weight zero an exact zero, NaN logits included', () => {
    const terms = { crossEntropy: 0, mse: 0, kl: 0, temperature: 1, mask: null };
    const { loss, dlogits, correct } = rowLoss([NaN, Infinity], [0], [NaN, 0], [terms], 2);
    expect([...loss, ...dlogits, ...correct]).toEqual([0, 0, 0, 0]);
  });

  it('refuses a label that its own mask excludes', () => {
    const terms = { crossEntropy: 1, mse: 0, kl: 0, temperature: 1, mask: [false, true] };
    expect(() => rowLoss([1, 2], [0], [0, 0], [terms], 2)).toThrow(/masked out/);
  });
});

describe('optimisers', () => {
  it.each(fixtures.optimiser)('$title', (fixture) => {
    const { size, steps, options, gradient } = fixture;
    const start = Float64Array.from(fixture.start);
    let sgdState: SgdState = { weight: start, momentum: null };
    let adamState: AdamState = {
      weight: start,
      first: new Float64Array(size),
      second: new Float64Array(size),
      step: 0,
    };
    for (let step = 0; step < steps; step++) {
      const range = [step * size, (step + 1) * size] as const;
      const g = gradient.subarray(...range);
      if (options.kind === 'sgd') sgdState = sgd(sgdState, g, options);
      else adamState = adam(adamState, g, options);
      const { weight } = options.kind === 'sgd' ? sgdState : adamState;
      expectEqual(weight, fixture.weight.subarray(...range));
    }
    if (options.kind === 'adam') {
      expectEqual(adamState.first, fixture.first);
      expectEqual(adamState.second, fixture.second);
    } else if (options.momentum > 0) {
      expectEqual(sgdState.momentum!, fixture.momentum);
    }
  });
});

describe('augmentation', () => {
  it.each(fixtures.augment)('$title', ({ images, draws, size, padding, y }) => {
    const options = { size, padding, mean: CIFAR10_MEAN, std: CIFAR10_STD };
    expectEqual(augment(images, draws, options), y);
  });
});
