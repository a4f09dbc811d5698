/**
 * Batch norm against the plain version over pairs of shapes, groups and fused options, where the sums are
 * split over lanes, the variance is near ε, or the mean is far from 0; and tensors that several norms read.
 */
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { add } from '../../src/nn/layers/add.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { tensor, type Tensor } from '../../src/nn/tensor/tensor.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor, type Role } from '../reference/inputs.ts';
import * as plain from '../reference/plain/batch-norm.ts';
import { cases } from '../setup/cases.ts';
import { fromBatchInnermost, one, toBatchInnermost } from './batch.ts';
import { noErrors, readFloats } from './engine.ts';
import { areaOf, frame, GARBAGE, networkOf } from './frame.ts';
import { runLayers } from './harness.ts';

const TOLERANCE = 5e-5;

const draw = (role: Role, size: number, scale = 1, shift = 0) =>
  uniformTensor(1, ROLE_STREAM[role], size, scale, shift);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(TOLERANCE);
}

const combinations = cases({
  channels: [4, 1, 3, 17],
  // An invocation takes a run of at least 8 pixels where it adds up, and of more than one elsewhere if
  // there are over 512 vectors: 17 channels of 13 × 19 pixels and 36 rows, cut into three runs of 74 and one of 25.
  size: [
    [8, 8],
    [3, 5],
    [16, 16],
    [13, 19],
    [7, 1],
  ],
  // Two vectors of the batch go together where every group begins at an even one: in the first and the last.
  live: [[8], [3, 4, 2], [5, 0, 3], [33], [5, 6]],
  relu: [false, true],
  residual: [false, true],
  input: [
    { scale: 1, shift: 0 },
    { scale: 1, shift: 30 },
    { scale: 3e-3, shift: 0 },
  ],
});

describe('training and evaluation', () => {
  test.each(combinations.map((options) => [JSON.stringify(options), options] as const))(
    '%s',
    async (_, { channels, size: [height, width], live, relu, residual, input }) => {
      const shape = { channels, height, width };
      const rows = live.reduce((a: number, b) => a + b, 0);
      const size = rows * channels * height * width;
      // The plain version sees the live rows alone, the engine their padding too.
      const groups = live.map((count) => ({ capacity: count, live: count }));
      const x = draw('x', size, input.scale, input.shift);
      const skip = draw('residual', size);
      const affine = { gamma: draw('weight', channels, 0.5, 1), beta: draw('bias', channels) };
      const running = {
        mean: draw('runningMean', channels, input.scale, input.shift),
        variance: draw('runningVariance', channels, 0.5 * input.scale ** 2, input.scale ** 2),
      };
      const linear = residual ? { residual: skip } : {};
      const fused = { ...linear, relu };
      const before = plain.batchNorm(x, affine, running, shape, groups, linear).y;
      // Rounding may switch a unit that stands at the kink, so no gradient comes to such a unit.
      const dy = draw('dy', size).map((value, i) =>
        relu && Math.abs(before[i]!) < 1e-4 ? 0 : value,
      );
      const run = (training: boolean) =>
        runLayers({
          build: (graph, [source, added]) =>
            norm(graph, 'bn', source!, { relu, ...(added && { residual: added }) }),
          inputs: [x, ...(residual ? [skip] : [])].map((values) => ({ extent: shape, values })),
          groups,
          parameters: { 'bn.weight': affine.gamma, 'bn.bias': affine.beta },
          running: { bn: running },
          ...(training && { gradient: dy }),
        });

      const found = await run(true);
      const expected = plain.batchNorm(x, affine, running, shape, groups, fused);
      const gradients = plain.batchNormBackward(dy, x, affine, shape, groups, fused);
      close(found.output, expected.y, 'y');
      close(found.running['bn']!.mean, expected.running.mean, 'running mean');
      close(found.running['bn']!.variance, expected.running.variance, 'running variance');
      close(found.inputGradients[0]!, gradients.dx, 'dx');
      if (residual) close(found.inputGradients[1]!, gradients.dresidual, 'dresidual');
      close(found.parameterGradients['bn.weight']!, gradients.dgamma, 'dgamma');
      close(found.parameterGradients['bn.bias']!, gradients.dbeta, 'dbeta');

      const evaluated = await run(false);
      close(evaluated.output, plain.batchNormEval(x, affine, running, shape, fused), 'evaluation');
    },
  );
});

test('a tensor that norms read, as input and as residual, gets all their gradients', async () => {
  const shape = { channels: 5, height: 3, width: 4 };
  const rows = 6;
  const size = rows * 60;
  const [x, skip, dy] = [draw('x', size), draw('residual', size), draw('dy', size)];
  const gammas = [1, 2].map((seed) => uniformTensor(seed, ROLE_STREAM.weight, 5, 0.5, 1));
  const found = await runLayers({
    build: (graph, [a, b]) =>
      add(
        graph,
        'sum',
        norm(graph, 'bn1', a!, { residual: b! }),
        norm(graph, 'bn2', a!, { residual: b! }),
      ),
    inputs: [x, skip].map((values) => ({ extent: shape, values })),
    groups: one(rows),
    parameters: { 'bn1.weight': gammas[0]!, 'bn2.weight': gammas[1]! },
    gradient: dy,
  });
  const beta = new Float64Array(5);
  const [first, second] = gammas.map((gamma) =>
    plain.batchNormBackward(dy, x, { gamma, beta }, shape, one(rows), { residual: skip }),
  ) as [plain.NormGradients, plain.NormGradients];
  const sum = (of: 'dx' | 'dresidual') => first[of].map((value, i) => value + second[of][i]!);
  close(found.inputGradients[0]!, sum('dx'), 'dx');
  close(found.inputGradients[1]!, sum('dresidual'), 'dresidual');
});

test('no gradient reaches padded rows', async () => {
  const graph = new GraphBuilder(1, 1, 1);
  const [x, skip] = ['x', 'skip'].map((name) => tensor(name, 3, 5, 7)) as [Tensor, Tensor];
  const output = norm(graph, 'bn', x, { residual: skip });
  const groups = [
    { capacity: 8, live: 5 },
    { capacity: 4, live: 0 },
    { capacity: 4, live: 3 },
  ];
  const framed = await frame(networkOf(output, graph.layers), groups);
  const { device, emit, total } = framed;
  for (const layer of graph.layers) layer.forward(emit);
  emit.accumulates(output);
  emit.beginBackward();
  for (const layer of graph.layers) layer.backward(emit);
  const { submitter, buffer, write } = await framed.plan();
  const size = 8 * areaOf(x);
  write(emit.value(x), toBatchInnermost(draw('x', size), areaOf(x), framed, GARBAGE));
  write(emit.gradient(output), toBatchInnermost(draw('dy', size), areaOf(x), framed));
  await submitter.run();
  const padded = Array.from({ length: total }, (_, row) => row).filter(
    (row) => !framed.rows.includes(row),
  );
  for (const input of [x, skip]) {
    const values = await readFloats(device, buffer(emit.gradient(input)));
    const found = fromBatchInnermost(values, areaOf(input), { rows: padded, total });
    expect(found.every((value) => value === 0)).toBe(true);
  }
  await noErrors();
  device.memory.releaseAll();
});
