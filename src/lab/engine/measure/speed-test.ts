/**
 * How fast a device is at what the lab mostly does: one dense 3×3 convolution of 64 channels, forward and backward,
 * by the lab's own kernels on arbitrary numbers. The one number it gives is what estimates of a run are made from.
 */
import type { Gpu } from '../../../gpu/device.ts';
import { Memory } from '../../../gpu/memory.ts';
import { Stopwatch } from '../../../gpu/stopwatch.ts';
import { ActivationPool } from '../../../nn/compile/activation-pool.ts';
import { GraphBuilder } from '../../../nn/compile/graph.ts';
import { convolution } from '../../../nn/layers/convolution.ts';
import { layerPlan } from '../../../nn/convolution/layer-plan.ts';
import { ParameterStore } from '../../../nn/tensor/parameter-store.ts';

const CHANNELS = 64;
const SIZE = 32;
/** Images: enough to fill a large GPU, and few enough for a processor to be done in a tenth of a second. */
const ROWS = { software: 4, gpu: 64 } as const;
/** The test takes about so long, compiling aside. */
const BUDGET_MS = 500;
/** Between two readings of the clock. */
const TURN_MS = 60;
const FEWEST_TURNS = 2;
const MOST_REPEATS = 256;

/**
 * 10⁹ floating-point operations a second, two for each multiply-accumulate, in the fastest of several turns: what
 * else the machine does makes turns slower, never faster. Gives back what it allocates. Throws `MemoryError`,
 * `ShaderError`.
 */
export async function testSpeed(shared: Gpu, signal?: AbortSignal): Promise<number> {
  const gpu: Gpu = { ...shared, memory: new Memory(shared.device) };
  const stopwatch = new Stopwatch(gpu);
  try {
    const graph = new GraphBuilder(3, SIZE, SIZE);
    // The layer that is timed has an input whose gradient is wanted.
    const input = convolution(graph, 'before', graph.input, CHANNELS);
    const network = graph.finish('speed test', convolution(graph, 'timed', input, CHANNELS));
    const store = new ParameterStore(gpu, network, 'sgd');
    store.initialize(1);
    const rows = gpu.adapter.software ? ROWS.software : ROWS.gpu;
    const tuned = { layer: network.layers[1]!, store, rows, backward: true } as const;
    const { plan } = await layerPlan(
      gpu,
      { ...tuned, activations: 'f32' },
      () => undefined,
      new ActivationPool(gpu),
    );
    const timed = plan.entries.map((entry) => ({ entry }));
    const flops = 2 * plan.entries.reduce((sum, { macs }) => sum + macs, 0);
    // The first run of a pipeline pays for what drivers leave until then.
    await stopwatch.time(timed, 1);
    const start = performance.now();
    let best = await stopwatch.time(timed, 1);
    for (let turn = 0; turn < FEWEST_TURNS || performance.now() - start < BUDGET_MS; turn++) {
      if (signal?.aborted) break;
      const repeats = Math.ceil(TURN_MS / Math.max(best, 1e-3));
      best = Math.min(best, await stopwatch.time(timed, Math.min(MOST_REPEATS, repeats)));
    }
    return flops / best / 1e6;
  } finally {
    stopwatch.close();
    gpu.memory.releaseAll();
  }
}
