/**
 * What happens in a run, in order: a pure list that follows from the config and the shape of the data set. The session
 * executes it, the cost and the estimate fold it, and a place in it is where a run stands. Which images an epoch visits
 * and which units a change of the mask moves only the run knows; when they do, the list says.
 */
import type { Draw } from '../../continual/batch/draw.ts';
import { keptImages } from '../../continual/data-sparsity/data-removal.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import {
  taskSizes,
  trainedImages,
  type Strategy,
  type TaskSize,
} from '../../continual/strategies/strategy.ts';
import { stepsPerEpoch } from '../../continual/stream/stream.ts';
import { rateAt } from '../../nn/compile/optimizer.ts';
import type { Dynamic } from '../../sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import { scheduleOf, type ScheduledChange } from '../../sparse/dynamics/schedule.ts';
import type { Config } from '../config/config.ts';
import type { DataShape } from '../config/data-shapes.ts';
import { streamOf } from '../config/run-stream.ts';
import { inBatches, onePass, type PassesByKind } from './passes.ts';
import type { MaskChange, Step, TimelineItem } from './timeline-item.ts';

/** An item by its number in the list, or the first item after so many steps of a task. */
export type Place = { readonly index: number } | { readonly task: number; readonly step: number };

/**
 * The items of a run of `config` on a set of `shape`, from a place on; all of them if it is left out. Throws
 * `StreamError` on a stream that the set cannot give, `RangeError` on a place that the run does not have.
 */
export function* timeline(
  config: Config,
  shape: DataShape,
  from: Place = { index: 0 },
): Generator<TimelineItem, void, undefined> {
  let index = 0;
  let previous: TimelineItem | undefined;
  let reached = false;
  for (const item of new Run(config, shape).items()) {
    reached ||= 'index' in from ? index === from.index : isAfter(previous, from.task, from.step);
    if (reached) yield item;
    previous = item;
    index++;
  }
  if (!reached) throw new RangeError(`the run has no place ${JSON.stringify(from)}`);
}

/** Whether `item` is the last thing before step `step` of a task can come. */
function isAfter(item: TimelineItem | undefined, task: number, step: number): boolean {
  if (item?.task !== task) return false;
  return step === 0 ? item.kind === 'task-begin' : item.kind === 'step' && item.step === step - 1;
}

/** One run as it is listed, with what its items depend on. */
class Run {
  readonly #config: Config;
  readonly #shape: DataShape;
  readonly #strategy: Strategy;
  readonly #draws: readonly Draw[];
  readonly #dynamic: Dynamic;
  /** Steps so far. */
  #at = 0;
  /** Images of the stream that steps have been made of. */
  #offered = 0;
  /** Share of the weights that the mask aims at. */
  #density: number;
  /** Steps until the kept gradients are chosen anew. */
  #untilChoice = 0;

  constructor(config: Config, shape: DataShape) {
    this.#config = config;
    this.#shape = shape;
    this.#strategy = STRATEGIES[config.strategy];
    this.#draws = this.#strategy.draws(config);
    this.#dynamic = DYNAMICS[config.dynamic];
    this.#density = this.#dynamic.start(config);
  }

  *items(): Generator<TimelineItem, void, undefined> {
    const sizes = taskSizes(streamOf(this.#config, this.#shape).training);
    yield { kind: 'evaluation', task: -1, at: 0 };
    for (const size of sizes) {
      yield { kind: 'load', task: size.index, at: this.#at };
      yield* this.#task(size, sizes.length);
      yield { kind: 'evaluation', task: size.index, at: this.#at };
    }
  }

  *#task(size: TaskSize, tasks: number): Generator<TimelineItem, void, undefined> {
    const { index: task, images } = size;
    const config = this.#config;
    const { own, joined } = trainedImages(this.#strategy, size, config);
    const kept = Array.from({ length: config.epochs }, (_, epoch) =>
      keptImages(config, config.epochs, epoch, own),
    );
    const steps = kept.reduce((sum, each) => sum + stepsPerEpoch(each + joined, config), 0);
    if (task === 0 && this.#dynamic.initial === 'saliency') {
      const passes = { saliency: onePass(Math.min(config.batch, images)) };
      yield { kind: 'saliency', task, at: this.#at, density: 1, passes };
    }
    yield { kind: 'task-begin', task, at: this.#at, images, own, joined, steps };
    this.#untilChoice = 0;
    const changes = scheduleOf(this.#dynamic, config, { index: task, tasks }, steps);
    const points = [...(this.#strategy.points ?? [])];
    let step: Step | null = null;
    for (const [epoch, left] of kept.entries()) {
      if (epoch > 0 && left < kept[epoch - 1]!) {
        yield { kind: 'removal', task, at: this.#at, epoch, kept: left };
      }
      yield { kind: 'epoch', task, at: this.#at, epoch, kept: left, joined };
      const batches = stepsPerEpoch(left + joined, config);
      for (let batch = 0; batch < batches; batch++) {
        const inTask: number = step ? step.step + 1 : 0;
        while (points.length > 0 && points[0]! * steps <= inTask) {
          yield { kind: 'strategy-point', task, at: this.#at, point: points.shift()! };
        }
        const change = changes[0]?.step === inTask ? changes.shift()! : null;
        const before = this.#density;
        if (change) this.#changeDensity(change);
        const visited = Math.min(config.batch, left + joined - batch * config.batch);
        step = this.#step({ task, epoch, batch, step: inTask, steps, images: visited });
        if (change) yield this.#maskChange(change, step, before);
        yield step;
        this.#at++;
        this.#offered += visited;
      }
    }
    for (const change of changes) {
      yield this.#maskChange(change, step!, this.#density);
      this.#changeDensity(change);
    }
    const { forward = [], single = 0 } = this.#strategy.passes?.(size, config) ?? {};
    const passes = {
      readout: inBatches(forward, config.batch),
      fisher: { passes: single, rows: single },
    };
    yield { kind: 'task-end', task, at: this.#at, density: this.#density, passes };
  }

  #step(of: Pick<Step, 'task' | 'epoch' | 'batch' | 'step' | 'steps' | 'images'>): Step {
    const { gradientSparsity, gradientRefresh, gradientScore, rateSchedule, rate } = this.#config;
    const training = onePass(this.#rows(of.task, of.images));
    const chooses = gradientSparsity > 0 && this.#untilChoice === 0;
    this.#untilChoice = chooses ? gradientRefresh - 1 : this.#untilChoice - 1;
    const passes = {
      training,
      ...(chooses && { choice: training }),
      ...(chooses && gradientScore === 'importance' && this.#scores(of.task, of.images)),
    };
    return {
      kind: 'step',
      ...of,
      at: this.#at,
      rate: rateAt(rateSchedule, rate, of.step, of.steps),
      density: this.#density,
      passes,
    };
  }

  /** A change of the mask on the batch of `step`, up to which the mask aims at `density`. */
  #maskChange(change: ScheduledChange, step: Step, density: number): MaskChange {
    const { drop, growth } = this.#dynamic;
    const { task, images } = step;
    const passes = {
      ...(change.growTo !== null &&
        growth === 'dense-gradient' && { 'dense-gradient': onePass(this.#rows(task, images)) }),
      ...(change.dropTo !== null && drop === 'importance' && this.#scores(task, images)),
    };
    return { kind: 'mask-change', task, at: this.#at, change, batchOf: step, density, passes };
  }

  #changeDensity({ dropTo, growTo }: ScheduledChange): void {
    this.#density = growTo ?? dropTo ?? this.#density;
    // What was chosen need not live any more.
    this.#untilChoice = 0;
  }

  /** Passes for the importance of weights; in the first task there is no past to judge it by. */
  #scores(task: number, images: number): PassesByKind {
    const replays = this.#strategy.buffer !== 'none' && task > 0;
    const held = Math.min(this.#config.replayBatch, this.#held(task));
    return { score: onePass(images), ...(replays && { 'replay-score': onePass(held) }) };
  }

  /** Rows with an image in them: all of the current batch, and of each replay what the buffer holds. */
  #rows(task: number, current: number): number {
    const held = this.#held(task);
    let sum = 0;
    for (const { from, rows, fromTask = 0 } of this.#draws) {
      if (task >= fromTask) sum += from === 'stream' ? current : Math.min(rows, held);
    }
    return sum;
  }

  /** Images that the buffer holds: as many as were offered, or what was chosen where a task ended. */
  #held(task: number): number {
    const { bufferSize } = this.#config;
    if (this.#strategy.storing !== 'task-end') return Math.min(this.#offered, bufferSize);
    return task > 0 ? bufferSize : 0;
  }
}
