/**
 * Parameter gradients that add to what is there, as they must where groups of a batch run one after the
 * other: every kernel that writes the arena, asked to accumulate, against the same layers without.
 */
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import { one } from './batch.ts';
import { noErrors } from './engine.ts';
import { areaOf, frame, GARBAGE, networkOf } from './frame.ts';

const ROWS = 8;

/** The gradients of a small net's parameters; `accumulate` adds them to an arena full of `GARBAGE`. */
async function gradients(accumulate: boolean) {
  const x = tensor('x', 5, 6, 6);
  const graph = new GraphBuilder(1, 1, 1);
  // The first weight gradient is split by lines and summed; the second, of one line, is not.
  const a = norm(graph, 'bn', convolution(graph, 'conv1', x, 6, { stride: 2 }), { relu: true });
  const pooled = globalAveragePool(graph, 'pool', a);
  const b = convolution(graph, 'conv2', pooled, 9, { kernel: 1 });
  const output = linear(graph, 'fc', b, 5);
  const framed = await frame(networkOf(output, graph.layers), one(ROWS));
  const { device, emit, store } = framed;
  for (const layer of graph.layers) layer.forward(emit);
  const dispatch = emit.dispatch.bind(emit);
  const asked: string[] = [];
  emit.dispatch = (emission) => {
    const { parameters, buffers, kernel } = emission;
    const writes = buffers['result'] ?? buffers['gradients'];
    if (!accumulate || writes !== store.gradients) {
      dispatch(emission);
    } else {
      asked.push(kernel);
      dispatch({ ...emission, parameters: { ...parameters, accumulate: 1 } });
    }
  };
  emit.accumulates(output);
  emit.beginBackward();
  for (const layer of graph.layers.toReversed()) layer.backward(emit);
  const { submitter, write } = await framed.plan();
  write(emit.value(x), uniformTensor(1, ROLE_STREAM.x, areaOf(x) * ROWS));
  write(emit.gradient(output), uniformTensor(1, ROLE_STREAM.dy, areaOf(output) * ROWS));
  await submitter.run();
  const found = new Map<string, Float32Array>();
  for (const name of store.names) found.set(name, await store.readGradient(name));
  await noErrors();
  device.memory.releaseAll();
  return { found, asked: new Set(asked) };
}

test('every kernel that writes a parameter gradient can add to it', async () => {
  const { found: alone } = await gradients(false);
  const { found: added, asked } = await gradients(true);
  const kernels = ['bias_grad', 'conv_weight_grad', 'norm_grad_finalize', 'reduce_partials'];
  expect([...asked].sort()).toEqual(kernels);
  for (const [name, gradient] of alone) {
    const expected = gradient.map((value) => value + GARBAGE);
    expect(relativeError(added.get(name)!, expected), name).toBeLessThan(1e-6);
  }
});
