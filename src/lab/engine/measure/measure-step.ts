/**
 * How long a training step takes here, beside the step of the same run with every weight, gradient and image: both
 * are prepared as runs are, on noise, and timed in turns, so that what else the machine does meets both alike.
 */
import { batches } from '../../../continual/stream/stream.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { Memory } from '../../../gpu/memory.ts';
import { profilePlan } from '../../../gpu/timing.ts';
import { rateAt } from '../../../nn/compile/optimizer.ts';
import type { Config } from '../../config/config.ts';
import { denseTwin } from '../../config/dense-twin.ts';
import { dataShapeOf } from '../../config/data-shapes.ts';
import { requireCombination } from '../../config/combinations.ts';
import { RunFailure } from '../run-failure.ts';
import { ledgerKind } from '../../report/ledger.ts';
import { withinMemory } from '../assemble/memory-scope.ts';
import { noiseSet } from './noise-set.ts';
import { assembleTraining } from '../assemble/assemble.ts';
import { loadTask, openData } from '../assemble/open-data.ts';
import type { StepTime } from '../../protocol.ts';
import type { TuneCache } from '../assemble/tuning.ts';

/** Each side is timed for about so long. */
const BUDGET_MS = 2000;
const FEWEST_TURNS = 3;
/** A turn is so long, or one step: long enough for the queue's latency not to count. */
const TURN_MS = 150;
const MOST_STEPS_A_TURN = 100;
/** Steps that submits are cut by, and one more where gradients are chosen: the choice is a list of its own. */
const WARM_UP = 2;
const PROFILE_RUNS = 5;

export interface MeasureOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  readonly tuneCache?: TuneCache;
  /** Ends the measurement between two turns. */
  readonly signal?: AbortSignal;
}

/**
 * Times of a step of `config` and of its dense twin, as the mask is before training; where gradients are chosen, of
 * a step between two choices. Null if aborted. Gives back what it allocates. Throws what `assembleTraining` throws, and a
 * `RunFailure` where memory does not hold both.
 */
export async function measureStep(
  options: MeasureOptions,
): Promise<{ readonly sparse: StepTime; readonly dense: StepTime } | null> {
  const { config, signal } = options;
  const gpu: Gpu = { ...options.gpu, memory: new Memory(options.gpu.device) };
  const faults = gpu.errors.length;
  try {
    return await withinMemory(gpu.device, async () => {
      const sparse = await contender({ ...options, gpu });
      const dense = await contender({ ...options, gpu, config: denseTwin(config) });
      for (const each of [sparse, dense]) await each.turn(each.warmUp);
      for (const each of [sparse, dense]) await each.time(1);
      while (sparse.wants || dense.wants) {
        for (const each of [sparse, dense]) {
          if (signal?.aborted) return null;
          if (each.wants) await each.time();
        }
      }
      const times = { sparse: await sparse.result(), dense: await dense.result() };
      const fault = gpu.errors[faults];
      if (fault !== undefined) throw new RunFailure('internal', `The GPU reported: ${fault}`);
      return times;
    });
  } finally {
    gpu.memory.releaseAll();
  }
}

/** A prepared run whose steps can be timed. */
async function contender({ gpu, config, tuneCache, signal }: MeasureOptions) {
  // A full batch in every task, and no more images than that takes.
  const imagesPerClass = Math.ceil(config.batch / config.classesPerTask);
  const small: Config = { ...config, imagesPerClass, testPerClass: 1, addedClasses: 0 };
  const { classes } = dataShapeOf(config);
  requireCombination(small);
  const noise = () => Promise.resolve(noiseSet(config.data, classes, imagesPerClass));
  const { set, shape } = await openData(small, noise);
  const { trainer, stream } = await assembleTraining(gpu, small, shape, {
    tuning: { cache: tuneCache, ...(signal && { signal }) },
  });
  const task = stream.training[0]!;
  const images = { split: 'train', limit: imagesPerClass, at: 0, to: trainer.images } as const;
  await loadTask(set, task, images);
  const { task: taught } = await trainer.beginTask(task);
  const order = Uint32Array.from(taught.targets, (_, i) => i);
  const [indices] = batches(order, { batch: config.batch, dropLast: false });
  const { momentum, weightDecay, augment } = config;
  let step = 0;
  /** Milliseconds of each of `steps` steps. */
  const turn = async (steps: number): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < steps; i++, step++) {
      const rate = rateAt(config.rateSchedule, config.rate, 0, 1);
      const update = step + 1;
      const scalars = { step, update, rate, momentum, weightDecay, augment };
      await trainer.step(taught, indices!, scalars);
      // Nobody wants the losses, but the ring that they lie in is not to fill up.
      if (trainer.full) trainer.read(() => undefined);
    }
    await trainer.idle();
    return (performance.now() - start) / steps;
  };
  const times: number[] = [];
  let spent = 0;
  const time = async (
    steps = Math.min(MOST_STEPS_A_TURN, Math.ceil(TURN_MS / Math.max(times[0]!, 1e-3))),
  ): Promise<void> => {
    const ms = await turn(steps);
    times.push(ms);
    spent += ms * steps;
  };
  return {
    warmUp: WARM_UP + (config.gradientSparsity > 0 ? 1 : 0),
    turn,
    time,
    get wants(): boolean {
      return times.length < FEWEST_TURNS || spent < BUDGET_MS;
    },
    result: async (): Promise<StepTime> => {
      const entries = await profilePlan(gpu, trainer.plan, PROFILE_RUNS);
      const kinds: Record<string, number> = {};
      for (const { kind, ms } of entries ?? []) {
        kinds[ledgerKind(kind)] = (kinds[ledgerKind(kind)] ?? 0) + ms;
      }
      return { ms: median(times), kinds: entries && kinds };
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
