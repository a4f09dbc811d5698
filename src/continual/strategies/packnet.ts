/**
 * PackNet: Mallya and Lazebnik, *PackNet: Adding Multiple Tasks to a Single Network by Iterative Pruning*, CVPR 2018
 * (arunmallya/packnet). A task trains every weight that is free, gives the smallest ones back and retrains what
 * it kept. No later task moves those weights, so that an old task is computed with exactly the weights it ended with.
 *
 *     task t begins: own ← free weights;  train on L = CE(current batch, the task's classes)
 *     at 2/3 of it:  the half of its own weights with the least |w|, layer by layer, ← 0, free; retrain the rest
 *     task j is evaluated by the weights of tasks 1 … j alone
 *
 * The paper prunes 50 or 75 %, and trains for 20 epochs, then 10 more; half is what tables that follow SparCL have.
 * As there, norms and biases are the first task's and frozen after it: later tasks train with its statistics.
 * Differences: the paper starts from a pretrained network, lowers the rate for retraining (a cosine over the task
 * comes near), leaves the last task unpruned, and has one head for each task. Here a task has its own rows of the
 * one head, and its cross-entropy is over its own classes, whether the config masks the head or not. As in the paper
 * every entry of the dense weights has an owner, so a sparse layout is refused. Averaged weights would not be
 * frozen, so they are too.
 *
 * Only the task-incremental accuracy means anything: which weights are used tells the task.
 */
import { emitUpdate } from '../../nn/compile/optimizer.ts';
import { schemeOf } from '../../sparse/layouts/scheme-of.ts';
import type { Strategy } from './strategy.ts';
import { currentBatch } from './parts/draws.ts';

/** Share of a task's weights that it gives back, and of its time before it does. */
const PRUNED = 0.5;
const PRUNED_AT = 2 / 3;

export const packnet: Strategy = {
  name: 'packnet',
  title: 'PackNet (Mallya and Lazebnik, 2018)',
  buffer: 'none',
  stream: 'tasks',
  needs: { ownClasses: true },
  reads: ['removal'],
  refuses: ({ layout, emaDecay }) =>
    schemeOf(layout).masked
      ? `layout: packnet masks single weights of a dense network, by the task that owns them; ${layout} has a mask already`
      : emaDecay > 0
        ? 'emaDecay: packnet shows each task with its own weights, which an average over tasks would mix'
        : null,
  draws: (options) => [currentBatch({ ...options, maskedHead: true }, 0)],
  points: [PRUNED_AT],
  hooks: async ({ gpu, network, store, options }) => {
    const { arenaPass, copyArena } = await import('./parts/arena-pass.ts');
    const { Ownership } = await import('./parts/ownership.ts');
    if (store.lists) {
      throw new RangeError(
        'packnet hands out the weights of a dense network: layout must be dense',
      );
    }
    if (options.emaDecay > 0) {
      throw new RangeError('packnet freezes weights, averages move: emaDecay must be 0');
    }
    const { memory, device } = gpu;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const words = Math.ceil(store.floats / 32);
    const trainable = memory.allocate('indices', 'weights of the task', words * 4, usage);
    const marks = memory.allocate('indices', 'weights that are kept', words * 4, usage);
    const saved = memory.allocate('evaluation', 'weights of all tasks', store.floats * 4, usage);
    const statistics = memory.allocate('weights', 'frozen statistics', store.running.size, usage);
    const frozen = memory.allocate('control', 'whether norms are frozen', 4, usage);
    const keeping = (arenas: readonly GPUBuffer[]) =>
      arenaPass(
        gpu,
        'keep marked weights',
        arenas.map((values) => ({
          kernel: 'keep_marked',
          floats: store.floats,
          buffers: { marks, values },
        })),
      );
    const keepInAll = await keeping([store.parameters, ...store.optimizer.values()]);
    const keepWeights = await keeping([store.parameters]);
    const ownership = new Ownership(network, store);
    const mark = (buffer: GPUBuffer, bits: Uint32Array<ArrayBuffer>) => {
      device.queue.writeBuffer(buffer, 0, bits);
    };
    let current = -1;
    return {
      gradients: {
        norms: { statistics, now: frozen },
        emitUpdate: (emit) => {
          emitUpdate(emit, trainable);
        },
      },
      tasks: {
        beginTask: (task) => {
          current = task.index;
          ownership.begin(task);
          mark(trainable, ownership.trainable(current));
          return Promise.resolve(undefined);
        },
        atPoint: async ({ index }) => {
          await ownership.prune(index, PRUNED, (name) => store.read(name));
          mark(marks, ownership.taken());
          keepInAll();
          mark(trainable, ownership.trainable(index));
        },
        endTask: ({ index }) => {
          if (index === 0) {
            copyArena(gpu, store.running, statistics);
            device.queue.writeBuffer(frozen, 0, Uint32Array.of(1));
          } else {
            // Batches of later tasks move the running statistics, but norms have used the first task's.
            copyArena(gpu, statistics, store.running);
          }
          return Promise.resolve();
        },
      },
      evaluation: {
        begin: () => {
          copyArena(gpu, store.parameters, saved);
        },
        showTask: (task) => {
          if (current < 0) return;
          copyArena(gpu, saved, store.parameters);
          mark(marks, ownership.visible(Math.min(task, current)));
          keepWeights();
        },
        end: () => {
          copyArena(gpu, saved, store.parameters);
        },
      },
    };
  },
};
