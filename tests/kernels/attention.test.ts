/**
 * That a layer which mixes tokens can be added with its own files alone: the example in tests/examples/attention, its
 * layers against plain sums, a model of them against the plain model and against finite differences of its own loss,
 * trained for some steps, and a session of it by the command line's own words once the registry has its line.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { finetune } from '../../src/continual/strategies/finetune.ts';
import { DEFAULTS } from '../../src/lab/config/config.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import type { BuildModel, ModelFacts } from '../../src/nn/models/model.ts';
import { BUILDERS, MODELS, type ModelName } from '../../src/nn/models/registry.ts';
import { attention } from '../examples/attention/attention.ts';
import { attentionModel, buildAttention } from '../examples/attention/attention-model.ts';
import { patchify } from '../examples/attention/patchify.ts';
import { positionTable } from '../examples/attention/position-table.ts';
import { relativeError } from '../reference/compare.ts';
import { attention as plainAttention, attentionBackward } from '../reference/plain/attention.ts';
import { dot, gradientError } from '../reference/plain/gradcheck.ts';
import { sgd } from '../reference/plain/sgd.ts';
import { tokenLinear, tokenLinearBackward } from '../reference/plain/token-linear.ts';
import { cases } from '../setup/cases.ts';
import type { Group } from './batch.ts';
import { gpu, noErrors } from './engine.ts';
import { GARBAGE } from './frame.ts';
import { nearestHalf } from './halves.ts';
import { runLayers } from './harness.ts';
import { close, draw } from './masked-layers.ts';
import { observeSession } from './observed-session.ts';
import { checkSlopes } from './slopes.ts';
import {
  CLASSES,
  imagesOf,
  indicesOf,
  lossOf,
  rowsOf,
  smallTasks,
  WIDTH,
  type Weights,
} from './small-tasks.ts';

// The line in either list of the registry, which are read as a network is built.
const models: Record<string, ModelFacts> = MODELS;
const builders: Record<string, BuildModel> = BUILDERS;
beforeAll(() => {
  models['attention'] = attentionModel;
  builders['attention'] = buildAttention;
});
afterAll(() => {
  Reflect.deleteProperty(models, 'attention');
  Reflect.deleteProperty(builders, 'attention');
});

const TOLERANCE = 1e-4;
const GROUPS: Readonly<Record<string, readonly Group[]>> = {
  'padded rows': [{ capacity: 8, live: 5 }],
  'two groups': [
    { capacity: 4, live: 3 },
    { capacity: 4, live: 2 },
  ],
};

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

test('the plain gradient is the slope of the plain attention', () => {
  const shape = { rows: 2, channels: 6, heads: 2, tokens: 5 };
  const x = draw('x', 2 * 18 * 5);
  const dy = draw('dy', 2 * 6 * 5);
  const error = gradientError(
    (at) => dot(plainAttention(at, shape), dy),
    x,
    attentionBackward(dy, x, shape),
  );
  expect(error).toBeLessThan(1e-8);
});

describe('attention', () => {
  test.for(
    cases({
      tokens: [65, 1, 5, 17],
      heads: [1, 4],
      activations: ['f32', 'f16'],
      groups: Object.keys(GROUPS),
    }),
  )('$tokens tokens, $heads heads, $activations, $groups', async (given) => {
    const { tokens, heads, activations } = given;
    const groups = GROUPS[given.groups]!;
    const channels = 12;
    const shape = { rows: 5, channels, heads, tokens };
    const halves = activations === 'f16' && tokens > 1;
    const exact = draw('x', 5 * 3 * channels * tokens).map((value) => 3 * value);
    const x = halves ? exact.map(nearestHalf) : exact;
    const dy = draw('dy', 5 * channels * tokens);
    const result = await runLayers({
      build: (graph, [qkv]) => attention(graph, 'attention', qkv!, heads),
      inputs: [{ extent: { channels: 3 * channels, height: tokens, width: 1 }, values: x }],
      groups,
      gradient: dy,
      activations,
    });
    close(result.output, plainAttention(x, shape), 'y', halves ? 2 ** -10 : TOLERANCE);
    close(result.inputGradients[0]!, attentionBackward(dy, x, shape), 'dx', TOLERANCE);
  });

  test('its gradient adds to what another reader of the same tensor has left there', async () => {
    const shape = { rows: 4, channels: 8, heads: 2, tokens: 6 };
    const x = draw('x', 4 * 24 * 6);
    const dy = draw('dy', 4 * 8 * 6);
    const result = await runLayers({
      build: (graph, [qkv]) => {
        attention(graph, 'first', qkv!, 2);
        return attention(graph, 'second', qkv!, 2);
      },
      inputs: [{ extent: { channels: 24, height: 6, width: 1 }, values: x }],
      groups: [{ capacity: 4, live: 4 }],
      gradient: dy,
    });
    // Nothing reads the output of the first one, whose gradient is what the buffer happened to hold.
    const first = attentionBackward(new Float64Array(dy.length).fill(GARBAGE), x, shape);
    const second = attentionBackward(dy, x, shape);
    close(
      result.inputGradients[0]!,
      second.map((value, i) => value + first[i]!),
      'dx',
      TOLERANCE,
    );
  });
});

test('a table of positions is added to all rows, and its gradient is their sum', async () => {
  const [rows, channels, tokens] = [5, 3, 7];
  const x = draw('x', rows * channels * tokens);
  const dy = draw('dy', rows * channels * tokens);
  const table = draw('bias', channels * tokens);
  const result = await runLayers({
    build: (graph, [source]) => positionTable(graph, 'position', source!),
    inputs: [{ extent: { channels, height: tokens, width: 1 }, values: x }],
    groups: GROUPS['padded rows']!,
    parameters: { 'position.table': table },
    gradient: dy,
  });
  const places = channels * tokens;
  const sums = table.map((_, at) => dy.reduce((s, d, i) => s + (i % places === at ? d : 0), 0));
  close(
    result.output,
    x.map((value, i) => value + table[i % places]!),
    'y',
  );
  close(result.inputGradients[0]!, dy, 'dx');
  close(result.parameterGradients['position.table']!, sums, 'dtable');
});

/** Images [n][3][32][32] in patches, [n][192][16]. */
function plainPatches(images: ArrayLike<number>, rows: number): Float64Array {
  const tokens = new Float64Array(rows * 192 * 16);
  for (let at = 0; at < rows * 3 * 1024; at++) {
    const [x, y] = [at % 32, Math.floor(at / 32) % 32];
    const [c, n] = [Math.floor(at / 1024) % 3, Math.floor(at / 3072)];
    const channel = c * 64 + (y % 8) * 8 + (x % 8);
    const token = Math.floor(y / 8) * 4 + Math.floor(x / 8);
    tokens[(n * 192 + channel) * 16 + token] = images[at]!;
  }
  return tokens;
}

test.for(['f32', 'f16'] as const)('patches are tokens, %s', async (activations) => {
  const exact = draw('x', 3 * 3 * 1024);
  const x = activations === 'f16' ? exact.map(nearestHalf) : exact;
  const graph = new GraphBuilder(3, 32, 32);
  expect(patchify(graph, 'patches', graph.input, 8)).toMatchObject({ height: 16, width: 1 });
  const result = await runLayers({
    build: (of, [images]) => patchify(of, 'patches', { ...images!, needsGradient: false }, 8),
    inputs: [{ extent: { channels: 3, height: 32, width: 32 }, values: x }],
    groups: [{ capacity: 4, live: 3 }],
    activations,
  });
  expect(relativeError(result.output, plainPatches(x, 3))).toBe(0);
});

const CHANNELS = 4 * WIDTH;
const TOKENS = 16;

/** Loss and gradients of the mean cross-entropy of the model over rows that are one batch. */
function plainModel(parameters: Weights, rows: ReturnType<typeof rowsOf>) {
  const n = rows.length;
  const of = (name: string) => parameters.get(name)!;
  const layer = (name: string, inputs: number, outputs: number, tokens = TOKENS) => ({
    weight: of(`${name}.weight`),
    bias: of(`${name}.bias`),
    shape: { rows: n, inputs, outputs, tokens },
  });
  const forwardOf = (x: ArrayLike<number>, { weight, bias, shape }: ReturnType<typeof layer>) =>
    tokenLinear(x, weight, bias, shape);
  const gradients = new Map<string, Float64Array>();
  const backOf = (
    name: string,
    dy: ArrayLike<number>,
    x: ArrayLike<number>,
    { weight, shape }: ReturnType<typeof layer>,
  ) => {
    const { dx, dweight, dbias } = tokenLinearBackward(dy, x, weight, shape);
    gradients.set(`${name}.weight`, dweight);
    gradients.set(`${name}.bias`, dbias);
    return dx;
  };
  const layers = {
    embed: layer('embed', 192, CHANNELS),
    qkv: layer('qkv', CHANNELS, 3 * CHANNELS),
    proj: layer('proj', CHANNELS, CHANNELS),
    head: layer('head', CHANNELS, CLASSES, 1),
  };
  const heads = { rows: n, channels: CHANNELS, heads: 4, tokens: TOKENS };
  const places = CHANNELS * TOKENS;

  const patches = plainPatches(imagesOf(rows), n);
  const table = of('position.table');
  const tokens = forwardOf(patches, layers.embed).map((value, i) => value + table[i % places]!);
  const qkv = forwardOf(tokens, layers.qkv);
  const mixed = plainAttention(qkv, heads);
  const sum = forwardOf(mixed, layers.proj).map((value, i) => value + tokens[i]!);
  const means = new Float64Array(n * CHANNELS).map(
    (_, i) => sum.subarray(i * TOKENS, (i + 1) * TOKENS).reduce((a, b) => a + b, 0) / TOKENS,
  );
  const logits = forwardOf(means, layers.head);
  const { loss, dlogits } = lossOf(logits, rows, 1 / n);

  const dmeans = backOf('head', dlogits, means, layers.head);
  const dsum = sum.map((_, i) => dmeans[Math.floor(i / TOKENS)]! / TOKENS);
  const dmixed = backOf('proj', dsum, mixed, layers.proj);
  const through = backOf('qkv', attentionBackward(dmixed, qkv, heads), tokens, layers.qkv);
  const dtokens = through.map((value, i) => value + dsum[i]!);
  const dtable = new Float64Array(places);
  dtokens.forEach((value, i) => {
    dtable[i % places]! += value;
  });
  gradients.set('position.table', dtable);
  backOf('embed', dtokens, patches, layers.embed);
  return { loss: loss.reduce((a, b) => a + b, 0), gradients };
}

const model = 'attention' as ModelName;

test('every gradient and every step of the model equal the plain model', async () => {
  const rate = 0.2;
  const run = await smallTasks(finetune, { model, scalars: { rate } });
  let weights: Weights = await run.weights();
  const task = await run.begin(0);
  const losses: number[] = [];
  for (let step = 0; step < 6; step++) {
    const plain = plainModel(weights, rowsOf(0, indicesOf(step)));
    await run.step(task, step);
    const found = await run.gradients();
    expect([...found.keys()].sort()).toEqual([...plain.gradients.keys()].sort());
    for (const [name, gradient] of plain.gradients) {
      const error = relativeError(found.get(name)!, gradient);
      expect(error, `gradient of ${name} in step ${step}`).toBeLessThan(TOLERANCE);
    }
    weights = new Map(
      [...weights].map(([name, values]) => {
        const state = { weight: Float64Array.from(values), momentum: null };
        const options = { rate, momentum: 0, weightDecay: 0 };
        return [name, sgd(state, plain.gradients.get(name)!, options).weight];
      }),
    );
    for (const [name, values] of await run.weights()) {
      const error = relativeError(values, weights.get(name)!);
      expect(error, `${name} after step ${step}`).toBeLessThan(TOLERANCE);
    }
    losses.push(plain.loss);
  }
  const results: number[] = [];
  run.trainer.read((read) => results.push(...read.map(({ loss }) => loss)));
  await run.trainer.settled();
  expect(relativeError(results, losses)).toBeLessThan(TOLERANCE);
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
});

test('every gradient is the slope of the loss', async () => {
  const graph = new GraphBuilder(3, 32, 32);
  const network = graph.finish('attention', buildAttention(graph, { width: 3, classes: 4 }));
  expect(BUILDERS[model]).toBe(buildAttention);
  const compared = await checkSlopes({
    seed: 3,
    network,
    kinks: [],
    groups: GROUPS['padded rows']!,
    records: [0, 1, 2, 3, 1].map((label) => ({ source: 'stream', label, crossEntropy: 0.2 })),
  });
  expect(compared).toHaveLength(9);
});

test('its work is counted as it is declared', () => {
  const graph = new GraphBuilder(3, 32, 32);
  buildAttention(graph, { width: 4, classes: 4 });
  const works = new Map(graph.layers.map(({ name, work }) => [name, work]));
  expect(works.get('attention')).toEqual({
    forward: 2 * 16 * 16 * 16,
    inputGradient: 4 * 16 * 16 * 16,
    weightGradient: 0,
    outside: 0,
  });
  expect(works.get('qkv')!.forward).toBe(16 * 16 * 48);
});

test('a whole run of the model', async () => {
  const report = await observeSession(
    {
      ...DEFAULTS,
      ...{ data: 'shapes', model: 'attention' as ModelName, width: 4 },
      ...{ classesPerTask: 2, tasks: 2, imagesPerClass: 16, testPerClass: 4, epochs: 2 },
      ...{ batch: 8, replayBatch: 4, bufferSize: 12, rate: 0.05, activations: 'f16' },
    },
    {},
  );
  expect(report.loss).toHaveLength(16);
  expect(report.loss.every((loss) => loss > 0 && loss < 10)).toBe(true);
});
