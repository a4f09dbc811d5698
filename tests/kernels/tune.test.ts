/**
 * Tuning on this device: it names a variant for every shape class of a network, measures nothing twice, can
 * be broken off, leaves no trace, and does not fall for a kernel that is fast because it is wrong.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { Pipelines, type Kernel, type Pipeline } from '../../src/gpu/kernels.ts';
import { GraphBuilder, type Network } from '../../src/nn/compile/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { tune, type TuneOptions } from '../../src/nn/convolution/tune.ts';
import { DEFAULT_VARIANT } from '../../src/nn/compile/variants.ts';
import { blockLayout } from '../../src/sparse/layouts/block/layout.ts';
import { gpu, noErrors } from './engine.ts';

/** Two convolutions, the second in blocks, and a head. */
function network(): Network {
  const graph = new GraphBuilder(3, 8, 8);
  const layout = blockLayout({ rows: 8, columns: 8, sparsity: 0.5 });
  let x = relu(graph, 'relu1', convolution(graph, 'conv1', graph.input, 16));
  x = relu(graph, 'relu2', convolution(graph, 'conv2', x, 16, { stride: 2, layout }));
  return graph.finish('test', linear(graph, 'head', globalAveragePool(graph, 'pool', x), 10));
}

const CLASSES = [
  'forward 3×3/1 4→16 at 64 px × 16, dense',
  'weight-gradient 3×3/1 4→16 at 64 px × 16, dense',
  'forward 3×3/2 16→16 at 16 px × 16, 8×8',
  'weight-gradient 3×3/2 16→16 at 16 px × 16, 8×8',
  'input-gradient 3×3/2 16→16 at 64 px × 16, 8×8',
  'forward 1×1/1 16→16 at 1 px × 16, dense',
  'weight-gradient 1×1/1 16→16 at 1 px × 16, dense',
  'input-gradient 1×1/1 16→16 at 1 px × 16, dense',
];

const options = (device: Gpu): TuneOptions => ({
  gpu: device,
  network: network(),
  batches: [{ rows: 16, backward: true, activations: 'f32' }],
  budgetMs: 1,
});

afterEach(noErrors);

describe('tuning', () => {
  test('names a variant for every shape class, and gives back what it took', async () => {
    const device = await gpu();
    const before = { created: device.memory.created, bytes: device.memory.bytesByKind() };
    const progress: [number, number][] = [];
    const { table, times } = await tune({
      ...options(device),
      onProgress: (done, of) => progress.push([done, of]),
    });
    expect(Object.keys(table).sort()).toEqual([...CLASSES].sort());
    expect(times.map(({ shapeClass }) => shapeClass).sort()).toEqual([...CLASSES].sort());
    for (const { chosen, ms } of times) {
      expect(ms).toHaveProperty([chosen]);
      expect(ms).toHaveProperty([DEFAULT_VARIANT]);
      for (const each of Object.values(ms)) {
        expect(each).toBeGreaterThan(0);
        expect(each).toBeLessThan(60_000);
      }
    }
    expect(progress[0]).toEqual([0, CLASSES.length]);
    expect(progress.at(-1)).toEqual([CLASSES.length, CLASSES.length]);
    expect({ created: device.memory.created, bytes: device.memory.bytesByKind() }).toEqual(before);
  });

  test('measures what is not known, for every batch', async () => {
    const device = await gpu();
    const known = Object.fromEntries(CLASSES.slice(1).map((each) => [each, DEFAULT_VARIANT]));
    const { table, times } = await tune({
      ...options(device),
      batches: [
        { rows: 16, backward: true, activations: 'f32' },
        { rows: 32, backward: false, activations: 'f32' },
      ],
      known: { ...known, 'forward 3×3/1 4→16 at 64 px × 99, dense': 'register 8×2×1' },
    });
    const forward = CLASSES.filter((each) => each.startsWith('forward')).map((each) =>
      each.replace('× 16', '× 32'),
    );
    expect(times.map(({ shapeClass }) => shapeClass).sort()).toEqual(
      [CLASSES[0]!, ...forward].sort(),
    );
    expect(Object.keys(table).sort()).toEqual([...CLASSES, ...forward].sort());
  });

  test('can be broken off, before it begins and on the way', async () => {
    const device = await gpu();
    expect(await tune({ ...options(device), signal: AbortSignal.abort() })).toEqual({
      table: {},
      times: [],
    });
    const abort = new AbortController();
    const { table, times } = await tune({
      ...options(device),
      signal: abort.signal,
      onProgress: (done) => {
        if (done > 0) abort.abort();
      },
    });
    expect(times.length).toBeGreaterThan(0);
    expect(times.length).toBeLessThan(CLASSES.length);
    expect(Object.keys(table)).toHaveLength(times.length);
  });

  test('takes no variant whose results are not those of the default', async () => {
    const device = await gpu();
    const pipelines = new Lazy(device.device);
    const graph = new GraphBuilder(1, 1, 1);
    const x = tensor('x', 16, 8, 8);
    const { times } = await tune({
      ...options({ ...device, pipelines }),
      network: graph.finish('one', convolution(graph, 'conv', x, 16)),
      everything: true,
    });
    const fastest = times.map(({ ms }) => Object.entries(ms).sort(([, a], [, b]) => a - b)[0]![0]);
    expect(pipelines.made).toBeGreaterThan(0);
    expect(fastest.some((name) => name.startsWith('shared'))).toBe(true);
    expect(times.filter(({ chosen }) => chosen.startsWith('shared'))).toEqual([]);
  });
});

/** Makes the kernels with tiles in workgroup memory do nothing at all. */
class Lazy extends Pipelines {
  made = 0;

  override async get(kernel: Kernel): Promise<Pipeline> {
    if (!kernel.name.endsWith('_shared')) return super.get(kernel);
    this.made++;
    const code = kernel.code.replace(/(fn main\([\s\S]*?\) \{)[\s\S]*$/, '$1\n}\n');
    return { ...(await super.get({ ...kernel, code })), kernel };
  }
}
