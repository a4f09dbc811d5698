/**
 * Does what the timeline of a run says, item by item: one method for each kind. What happens when is the timeline's;
 * which images an epoch visits, what a change of the mask moved and what the network got right is found out here.
 */
import { DataRemoval, type RemovalEvent } from '../../../continual/data-sparsity/data-removal.ts';
import type { Accuracies } from '../../../continual/evaluation/evaluator.ts';
import type { Trainer } from '../../../continual/step/trainer.ts';
import { epochOrder, type TrainingTask } from '../../../continual/stream/stream.ts';
import type { Gpu } from '../../../gpu/device.ts';
import type { MaskEvent } from '../../../sparse/mask/mask-owner.ts';
import type { Config } from '../../config/config.ts';
import type { Event, RunState } from '../../protocol.ts';
import type {
  EpochBegin,
  Evaluation,
  LoadImages,
  MaskChange,
  Removal,
  Saliency,
  Step,
  StrategyPoint,
  TaskBegin,
  TaskEnd,
  TimelineItem,
} from '../../timeline/timeline-item.ts';
import type { StepBatch } from '../assemble/mask-run.ts';
import { loadTask } from '../assemble/open-data.ts';
import type { Observer } from '../watch/observer.ts';
import type { DeviceWatch } from './device-watch.ts';
import type { PreparedRun } from './prepare-run.ts';
import type { RunControl } from './run-control.ts';
import type { StepLog } from './step-log.ts';

/** Metrics go out about so often, in milliseconds. */
const REPORT_EVERY_MS = 100;

export interface ExecutorOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  readonly run: PreparedRun;
  readonly log: StepLog;
  readonly control: RunControl;
  readonly device: DeviceWatch;
  /** Null where nobody watches the run. */
  readonly observer: Observer | null;
  readonly emit: (event: Event) => void;
  readonly enter: (state: RunState) => void;
}

/** The task that is being trained. */
interface PresentTask {
  /** What is trained on. */
  readonly taught: TrainingTask;
  /** Whether the optimiser counts its updates from the beginning of the task. */
  readonly restarts: boolean;
  /** Milliseconds on the training clock, and steps done, when it began. */
  readonly trainMs: number;
  readonly at: number;
}

export class TimelineExecutor {
  /** Before any training, then after every task. */
  readonly accuracies: Accuracies[] = [];
  readonly changes: MaskEvent[] = [];
  readonly removals: RemovalEvent[] = [];
  readonly #options: ExecutorOptions;
  readonly #removal: DataRemoval | null;
  #buffersBefore = 0;
  #present: PresentTask | null = null;
  /** The images of the present epoch, in the order in which it visits them. */
  #order: { readonly epoch: number; readonly images: Uint32Array } | null = null;
  /** Steps before the step that may be made now. */
  #admitted = -1;
  /** Of a step of the last task. */
  #meanMs = Infinity;

  constructor(options: ExecutorOptions) {
    const { config } = options;
    this.#options = options;
    this.#removal = config.removal > 0 ? new DataRemoval(config, config.seed, config.epochs) : null;
  }

  /** Buffers that training has created. */
  get buffersCreated(): number {
    return this.#options.gpu.memory.created - this.#buffersBefore;
  }

  /** Resolves with false where the run is to stop, with no work under way. */
  async follow(items: Iterable<TimelineItem>): Promise<boolean> {
    for (const item of items) {
      if (!(await this.#mayGoOn(item))) {
        // Nothing may be under way to a buffer when the buffers are given back.
        await this.#options.log.readAll(this.#options.run.trainer);
        return false;
      }
      await this.#execute(item);
    }
    return true;
  }

  #execute(item: TimelineItem): Promise<void> {
    switch (item.kind) {
      case 'evaluation':
        return this.#evaluate(item);
      case 'load':
        return this.#load(item);
      case 'saliency':
        return this.#findMask(item);
      case 'task-begin':
        return this.#beginTask(item);
      case 'removal':
        return this.#remove(item);
      case 'epoch':
        return this.#beginEpoch(item);
      case 'strategy-point':
        return this.#atPoint(item);
      case 'mask-change':
        return this.#changeMask(item);
      case 'step':
        return this.#step(item);
      case 'task-end':
        return this.#endTask(item);
    }
  }

  /** A run can be held between two tasks, and before a step with what comes right before it. */
  async #mayGoOn(item: TimelineItem): Promise<boolean> {
    const { control, device, log, run, observer, enter } = this.#options;
    const waiting = {
      check: () => {
        device.check();
      },
      begins: async () => {
        await log.readAll(run.trainer);
        await observer?.paused(item.at);
        enter('paused');
      },
    };
    if (item.kind === 'load') return item.at === 0 || control.mayGoOn(waiting);
    if (!belongsToStep(item) || this.#admitted === item.at) return true;
    if (!(await control.mayStep(waiting))) return false;
    this.#admitted = item.at;
    enter('training');
    return true;
  }

  async #evaluate({ task, at }: Evaluation): Promise<void> {
    const { gpu, run, control, device, log, emit, enter } = this.#options;
    const { trainer, evaluator } = run;
    enter('evaluating');
    trainer.strategy.beginEvaluation();
    const accuracies = await evaluator.run((shown) => {
      trainer.strategy.showTask(shown);
    });
    trainer.strategy.endEvaluation();
    device.check();
    emit({ type: 'accuracy', at, after: task, ...accuracies });
    this.accuracies.push(accuracies);
    if (task >= 0) {
      control.taskEnded();
    } else {
      this.#buffersBefore = gpu.memory.created;
      log.prepared();
    }
  }

  async #load({ task }: LoadImages): Promise<void> {
    await this.#loadInto(this.#options.run.trainer, task);
  }

  /** Brings the images of a task to a trainer, class after class. */
  async #loadInto(trainer: Trainer, index: number): Promise<void> {
    const { config, run, emit, enter } = this.#options;
    const task = run.stream.training[index]!;
    enter('preparing');
    await loadTask(run.set, task, {
      split: 'train',
      limit: config.imagesPerClass,
      at: 0,
      to: trainer.images,
      onClass: (label, done) => {
        const what = `images of ${run.set.classes[label]!}`;
        emit({ type: 'preparing', what, done, of: task.labels.length });
      },
    });
  }

  async #findMask({ task: index, passes }: Saliency): Promise<void> {
    const { gpu, config, run, log } = this.#options;
    const task = run.stream.training[index]!;
    const order = epochOrder(config.seed, index, 0, task.targets.length);
    const indices = order.subarray(0, passes.saliency!.rows);
    const load = (twin: Trainer) => this.#loadInto(twin, index);
    await log.training(async () => {
      // Loaded where it is asked for: few masks begin so.
      const { denseSaliency } = await import('../assemble/saliency.ts');
      const { shape, mask } = run;
      const found = await denseSaliency({ gpu, config, shape, task, indices, load });
      mask?.begin(found.gradients, found.work);
    });
  }

  async #beginTask(item: TaskBegin): Promise<void> {
    const { run, log, observer, emit } = this.#options;
    const { trainer, mask, stream } = run;
    const task = stream.training[item.task]!;
    if (mask && item.at === 0) emit({ type: 'masks', layers: await mask.keeper.masks() });
    const { trainMs } = log;
    const { task: taught, restarts } = await log.training(() => trainer.beginTask(task));
    const images = taught.targets.length;
    if (images !== item.own + item.joined) {
      throw new Error(
        `task ${item.task} is trained on ${images} images, not on ${item.own} and ${item.joined}`,
      );
    }
    this.#present = { taught, restarts, trainMs, at: item.at };
    this.#order = null;
    trainer.submitter.remeasure(this.#meanMs);
    this.#removal?.beginTask(item.task, images, item.own);
    trainer.tally?.reset();
    observer?.stepped(item.at);
  }

  /** Leaves images out from here on, by what has been counted since the last time. */
  async #remove({ epoch, at }: Removal): Promise<void> {
    const { run, log, observer, emit } = this.#options;
    const tally = run.trainer.tally!;
    const removal = this.#removal!;
    const gone = await log.training(async () => {
      const event = removal.remove(epoch, await tally.read(tally.capacity));
      tally.reset();
      return event;
    });
    this.removals.push(gone);
    const shown = await observer?.removal(this.#task.taught, gone.removed, removal.kept);
    emit({ type: 'removal', at, removal: gone, ...shown });
  }

  #beginEpoch({ task, at }: EpochBegin): Promise<void> {
    this.#options.log.epochBegins(task, at);
    return Promise.resolve();
  }

  async #atPoint({ point }: StrategyPoint): Promise<void> {
    const { run, log } = this.#options;
    await log.training(() => run.trainer.atPoint(this.#task.taught, point));
  }

  async #changeMask({ change, batchOf, at }: MaskChange): Promise<void> {
    const { run, log, observer, emit } = this.#options;
    const { mask, trainer } = run;
    if (!mask) return;
    const batch = this.#batchOf(batchOf);
    const event = await log.training(() => mask.change(trainer, change, batch));
    this.changes.push(event);
    emit({ type: 'mask', at, change: event });
    observer?.maskChanged(at);
  }

  async #step(item: Step): Promise<void> {
    const { run, log, control, observer } = this.#options;
    const { trainer, totals } = run;
    const { task, indices, scalars } = this.#batchOf(item);
    const place = { task: item.task, step: item.step, steps: item.steps };
    await log.training(() => trainer.step(task, indices, scalars, place));
    const done = item.at + 1;
    observer?.stepped(done);
    if (trainer.full) await log.readAll(trainer);
    if (log.due(REPORT_EVERY_MS) || control.pausing) {
      log.read(trainer);
      log.progress({ task: item.task, epoch: item.epoch, step: done, steps: totals.steps });
    }
    if (item.step === item.steps - 1) await observer?.lastStep(done);
  }

  async #endTask({ task, at }: TaskEnd): Promise<void> {
    const { config, run, log, observer } = this.#options;
    const { trainer, stream, totals } = run;
    await log.training(() => trainer.endTask(stream.training[task]!));
    await observer?.taskEnded(at);
    await log.readAll(trainer);
    log.progress({ task, epoch: config.epochs - 1, step: at, steps: totals.steps });
    this.#meanMs = (log.trainMs - this.#task.trainMs) / (at - this.#task.at);
  }

  /** The images of a step of the present task, and its scalars. */
  #batchOf({ epoch, batch, images, step, at, rate }: Step): StepBatch {
    const { config } = this.#options;
    const { momentum, weightDecay, augment } = config;
    const { taught, restarts } = this.#task;
    if (this.#order?.epoch !== epoch) {
      const { seed } = config;
      const order =
        this.#removal?.order(epoch) ?? epochOrder(seed, taught.index, epoch, taught.targets.length);
      this.#order = { epoch, images: order };
    }
    const first = batch * config.batch;
    return {
      task: taught,
      indices: this.#order.images.subarray(first, first + images),
      scalars: {
        step: at,
        update: (restarts ? step : at) + 1,
        rate,
        momentum,
        weightDecay,
        augment,
      },
    };
  }

  get #task(): PresentTask {
    if (!this.#present) throw new Error('no task has begun');
    return this.#present;
  }
}

/** Whether an item is a step, or comes right before one. */
function belongsToStep(item: TimelineItem): boolean {
  if (item.kind === 'mask-change') return item.change.step === item.batchOf.step;
  return item.kind === 'step' || item.kind === 'strategy-point';
}
