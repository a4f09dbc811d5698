/**
 * An averaged network beside the one that is trained, evaluated in its place: the stable model of CLS-ER alone
 * (Arani, Sarfraz and Zonooz, *Learning Fast, Learning Slow*, ICLR 2022; their Mean-ER has one average too). It
 * works with every strategy, and nothing of it flows back into training.
 *
 *     a ← α·a + (1 − α)·θ after every step,   α = min(1 − 1/(t + 1), decay),   t = 1, 2, …
 *
 * Differences: the authors update at random steps, 70 % of them; here at every one. Their average normalises by
 * statistics of its own, gathered on replayed batches, which would cost a forward pass a step. Here the running
 * means and variances are averaged by the same rule: at the first norm the mean is linear in the weights, so
 * that its average is the average network's own; deeper down it is an approximation, and one that follows the
 * weights at their pace, where the trained network's statistics would run ahead of them.
 */
import './shaders.ts';
import type { Emitter } from '../../../nn/compile/emitter.ts';
import { spanInvocations } from '../../../nn/compile/pointwise.ts';
import { arenaPass, copyArena } from './arena-pass.ts';
import type { StrategyContext } from '../strategy.ts';

export interface AveragedWeights {
  emitAfterUpdate(emit: Emitter): void;
  /**
   * `firstStep` is the number of the task's first step. The average starts from the parameters as the first task
   * finds them, and again with every task that `restarts` the network.
   */
  beginTask(firstStep: number, restarts: boolean): void;
  /** Puts the average where the trained network is and the other way round; a second call undoes it to the bit. */
  exchange(): void;
}

/** Throws `MemoryError`, `ShaderError`. */
export async function averagedWeights({
  gpu,
  store,
  options,
}: Pick<StrategyContext, 'gpu' | 'store' | 'options'>): Promise<AveragedWeights> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const { memory } = gpu;
  const averages = [
    {
      label: 'weights',
      of: store.parameters,
      average: store.addArena('weights', 'averaged weights'),
    },
    {
      label: 'running statistics',
      of: store.running,
      average: memory.allocate('weights', 'averaged statistics', store.running.size, usage),
    },
  ];
  const origin = memory.allocate('control', 'first averaged step', 4, usage);
  const start = () => {
    for (const { of, average } of averages) copyArena(gpu, of, average);
  };
  start();
  const exchange = await arenaPass(
    gpu,
    'exchange with the average',
    averages.map(({ of, average }) => ({
      kernel: 'exchange',
      floats: average.size / 4,
      buffers: { a: of, b: average },
    })),
  );
  return {
    emitAfterUpdate: (emit) => {
      for (const { label, of, average } of averages) {
        emit.dispatch({
          label: `average ${label}`,
          kind: 'other',
          kernel: 'average_weights',
          parameters: { length: average.size / 16, decay: options.emaDecay },
          buffers: { origin, values: of, average },
          invocations: spanInvocations(average.size / 16),
        });
      }
    },
    beginTask: (firstStep, restarts) => {
      if (!restarts && firstStep > 0) return;
      // Before the first task too: a mask may have begun since the average was made.
      gpu.device.queue.writeBuffer(origin, 0, Uint32Array.of(firstStep));
      start();
    },
    exchange,
  };
}
