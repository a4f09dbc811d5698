/**
 * A layer without weights that mixes channels, as attention does: it computes what the formulas say, its products are
 * counted as it declares them, and no filter may be left out of what it reads.
 */
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { emitBackward, emitForward } from '../../src/nn/compile/layer-passes.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { channelChoice } from '../../src/sparse/layouts/channel/layout.ts';
import { energyGate } from '../examples/energy-gate.ts';
import { relativeError } from '../reference/compare.ts';
import { one } from './batch.ts';
import { noErrors } from './engine.ts';
import { frame } from './frame.ts';
import { runLayers } from './harness.ts';

const EXTENT = { channels: 5, height: 2, width: 3 };
const PIXELS = EXTENT.height * EXTENT.width;
const ROWS = 3;

test('it makes what its formulas say, forward and backward', async () => {
  const values = Float32Array.from({ length: ROWS * 5 * PIXELS }, (_, i) => Math.sin(3 * i));
  const gradient = values.map((_, i) => Math.cos(2 * i));
  const result = await runLayers({
    build: (graph, [x]) => energyGate(graph, 'gate', x!),
    inputs: [{ extent: EXTENT, values }],
    groups: one(ROWS),
    gradient,
  });
  const [y, dx] = [new Float64Array(values.length), new Float64Array(values.length)];
  for (let n = 0; n < ROWS; n++) {
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const channels = [0, 1, 2, 3, 4].map((c) => (n * 5 + c) * PIXELS + pixel);
      const energy = channels.reduce((sum, at) => sum + values[at]! ** 2, 0);
      const along = channels.reduce((sum, at) => sum + values[at]! * gradient[at]!, 0);
      for (const at of channels) {
        y[at] = energy * values[at]!;
        dx[at] = energy * gradient[at]! + 2 * along * values[at]!;
      }
    }
  }
  expect(relativeError(result.output, y)).toBeLessThan(1e-6);
  expect(relativeError(result.inputGradients[0]!, dx)).toBeLessThan(1e-6);
});

test('its products are counted as it declares them', async () => {
  const graph = new GraphBuilder(3, 4, 4);
  const x = convolution(graph, 'conv', graph.input, 6, { role: 'stem' });
  const network = graph.finish('gated', energyGate(graph, 'gate', relu(graph, 'relu', x)));
  const framed = await frame(network, one(8));
  emitForward(framed.emit, network);
  framed.emit.accumulates(network.output);
  emitBackward(framed.emit, network);
  const { plan } = await framed.plan();
  const sums = (name: string, kind: string) => {
    const entries = plan.entries.filter(
      ({ label, kind: of }) => label.startsWith(name) && of === kind,
    );
    const sum = (of: 'macs' | 'denseMacs' | 'outsideMacs') =>
      entries.reduce((total, entry) => total + entry[of], 0);
    return [sum('macs'), sum('denseMacs'), sum('outsideMacs')];
  };
  const products = 6 * 16 * 8;
  expect(sums('gate', 'forward')).toEqual([2 * products, 2 * products, 0]);
  expect(sums('gate', 'input-gradient')).toEqual([3 * products, 3 * products, 0]);
  // Of 12 × 12 pairs of a pixel and a tap, 10 × 10 are inside.
  const weights = 6 * 3 * 9 * 16 * 8;
  const outside = (weights * 44) / 144;
  expect(sums('conv', 'forward')).toEqual([weights, weights, outside]);
  expect(sums('conv', 'weight-gradient')).toEqual([weights, weights, outside]);
  expect(network.layers.map(({ work }) => work.forward)).toEqual([6 * 27 * 16, 0, 2 * 96]);
  await noErrors();
  framed.device.memory.releaseAll();
});

test('no filter is left out of what it reads', () => {
  const graph = new GraphBuilder(3, 4, 4, undefined, channelChoice({ sparsity: 0.5 }));
  const whole = convolution(graph, 'whole', graph.input, 6);
  expect(energyGate(graph, 'first', whole).subset).toBeNull();
  const inner = convolution(graph, 'inner', whole, 8, { inner: true });
  const seen = norm(graph, 'norm', inner);
  expect(seen.subset?.live).toBe(4);
  expect(() => energyGate(graph, 'gate', seen)).toThrow(RangeError);
  expect(() => energyGate(graph, 'gate', seen)).toThrow(
    'gate mixes all 8 channels that inner makes, of which 4 are left',
  );
  // A convolution has weights for just these channels.
  expect(convolution(graph, 'reads', seen, 4).subset).toBeNull();
});
