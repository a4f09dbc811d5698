import { describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../../src/continual/strategies/registry.ts';
import * as config from '../../../src/lab/config/config.ts';
import { configOf, PRESETS } from '../../../src/lab/presets/registry.ts';
import { BUILDERS, buildModel, MODELS, type ModelName } from '../../../src/nn/models/registry.ts';
import { GraphBuilder, type Network } from '../../../src/nn/compile/graph.ts';
import type { Tensor } from '../../../src/nn/tensor/tensor.ts';

test('the config names every model and strategy that exists', () => {
  expect([...config.MODELS].sort()).toEqual(Object.keys(MODELS).sort());
  for (const strategy of Object.keys(STRATEGIES)) {
    expect(config.parseConfig({ ...config.DEFAULTS, strategy }).strategy).toBe(strategy);
  }
});

test('every preset is a valid config with a name of its own', () => {
  expect(new Set(PRESETS.map(({ name }) => name)).size).toBe(PRESETS.length);
  for (const { name } of PRESETS)
    expect(config.parseConfig(configOf(name))).toEqual(configOf(name));
});

test('a field survives the way through text', () => {
  for (const [key, value] of Object.entries(config.DEFAULTS)) {
    expect(config.parseField(key, String(value))).toEqual({ [key]: value });
  }
});

test('the published rates and weights are those of mammoth for a buffer of 500', () => {
  expect(configOf('paper-er')).toMatchObject({ rate: 0.1, bufferSize: 500, epochs: 50, batch: 32 });
  expect(configOf('paper-derpp')).toMatchObject({ rate: 0.03, alpha: 0.2, beta: 0.5, width: 64 });
});

test('SparCL-ER passes replayed images forward by themselves, ER with the current ones', () => {
  for (const level of ['075', '090', '095']) {
    expect(configOf(`paper-sparcl-er-${level}`).strategy).toBe('er-separate');
  }
  expect(configOf('paper-er').strategy).toBe('er');
});

/** Multiply-accumulates of one image and trainable numbers, from a model's shapes alone. */
function sizes(name: ModelName, width: number) {
  const graph = new GraphBuilder(3, 32, 32);
  const logits: Tensor = BUILDERS[name](graph, { width, classes: 10 });
  const network: Network = graph.finish(name, logits);
  let macs = 0;
  let weights = 0;
  let all = 0;
  for (const { parameters, output } of network.layers) {
    for (const { shape, name: parameter } of parameters) {
      const count = shape.reduce((product, extent) => product * extent, 1);
      all += count;
      if (shape.length > 1 || parameter === 'classifier.bias') weights += count;
      if (shape.length > 1) macs += count * output.height * output.width;
    }
  }
  return { macs, weights, all };
}

test.each(Object.keys(MODELS) as ModelName[])('%s is what it says of itself', (name) => {
  const { layers, input } = buildModel(name, 4, 10);
  const matrices = layers.flatMap(({ parameters }) =>
    parameters.filter((p) => p.role === 'matrix'),
  );
  const kernels = matrices.map(({ shape }) => shape[3] ?? 1);
  const { kernel, norms, planes } = MODELS[name];
  expect(Math.max(...kernels)).toBe(kernel);
  expect(layers.some(({ running }) => running)).toBe(norms);
  // Views of the images are no activations.
  const made = layers
    .map(({ output }) => output)
    .filter(({ storage }) => storage !== input.storage);
  expect(made.some((output) => output.planes)).toBe(planes);
  const heads = layers.filter(({ role }) => role === 'head');
  expect(heads.map(({ output }) => output.channels)).toEqual([10]);
});

describe('models have the published sizes', () => {
  test('ResNet-18 of mammoth', () => {
    const { macs, weights } = sizes('resnet18', 64);
    expect(macs / 1e6).toBeCloseTo(555.42, 2);
    expect(weights).toBe(11_164_362);
  });

  test('ResNet-32 of MEST', () => {
    // 1,843,200 weights in the 30 sparse 3×3 convolutions, 12,394 dense ones.
    expect(sizes('resnet32', 32).weights).toBe(1_843_200 + 12_394);
  });

  test('pocket: 2.17 M in its convolutions', () => {
    const head = 64 * 10;
    expect((sizes('pocket', 16).macs - head) / 1e6).toBeCloseTo(2.17, 2);
  });
});
