/**
 * What a continual-learning strategy may decide. Every strategy says which rows make up a batch and what loss each
 * row pays (`draws`). A strategy that needs more brings hooks: into the listing of a training step, to the ends of
 * tasks, and around evaluations. One file in `strategies/` is one algorithm, and what it does not say is the same for
 * all. `strategy-run.ts` is a strategy at work in one run.
 */
import type { Fields, NO_FIELDS, Values } from '../../options/field.ts';
import type { Gpu } from '../../gpu/device.ts';
import type { PlanEntry } from '../../gpu/plan.ts';
import type { ImageSet } from '../../data/image-set.ts';
import type { ActivationPool } from '../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { HeldStatistics } from '../../nn/compile/norm-mode.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import type { VariantTable } from '../../nn/compile/variants.ts';
import type { Draw, StrategyOptions } from '../batch/draw.ts';
import type { ImageStore } from '../buffer/image-store.ts';
import type { NearestMean } from '../evaluation/nearest-mean.ts';
import type { Reservoir } from '../buffer/reservoir.ts';
import type { StreamView, TrainingTask } from '../stream/stream.ts';

/** A strategy with fields of its own is a `Strategy<typeof fields>`; they are typed in the options that it gets. */
export interface Strategy<Own extends Fields = typeof NO_FIELDS> {
  readonly name: string;
  /** For people, with the source: "Dark experience replay (Buzzega et al., 2020)". */
  readonly title: string;
  /** Whether it keeps a replay buffer, and whether that stores logits beside images. */
  readonly buffer: 'none' | 'images' | 'images+logits';
  /**
   * When images enter the buffer: offered at every step (`reservoir`, if left out), or chosen by the task hooks
   * where a task ends.
   */
  readonly storing?: 'reservoir' | 'task-end';
  /**
   * Whether the task hooks store, where a task begins, the logits that the network has for the task's images, so that
   * rows of the stream can be held to them from the second task on.
   */
  readonly taskLogits?: boolean;
  /** `joint` sees the whole stream as one task: the upper bound. */
  readonly stream: StreamView;
  /** What it needs of a stream; nothing if left out. */
  readonly needs?: StreamNeeds;
  /** Config fields that are parameters of the algorithm, declared here or shared with others (`fields.ts`). */
  readonly fields?: Own;
  /** Fields declared elsewhere that do something for this strategy, but not for every one. */
  readonly reads: readonly string[];
  /**
   * Why it cannot run under a config: a sentence that begins with the field at fault, "layout: …", or null. What holds
   * for several strategies (a buffer without room, a stream without classes of its own) is asked elsewhere.
   */
  refuses?(config: AskedConfig & Values<Own>): string | null;
  draws(options: StrategyOptions & Values<Own>): readonly Draw[];
  /** How many images a task is trained on; the task's own if left out. */
  trains?(task: TaskSize, options: StrategyOptions & Values<Own>): TrainedImages;
  /** Shares of a task, ascending, before whose first step the task hook `atPoint` is called; none if left out. */
  readonly points?: readonly number[];
  /** Images for which there must be room where the images of a task lie, given those of the largest task. */
  room?(images: number, options: StrategyOptions & Values<Own>): number;
  /** What goes through the network for a task besides its training steps; nothing if left out. */
  passes?(task: TaskSize, options: StrategyOptions & Values<Own>): ExtraPasses;
  /**
   * Passes over replayed images that published tables of costs charge for each pass over a current one; as many as
   * its draws make if left out.
   */
  readonly publishedReplay?: number;
  /**
   * Allocates what it needs and compiles it. It imports what is made of kernels when it is called, so that
   * the page, which only lists strategies, does not load them. Throws `MemoryError`, `ShaderError`.
   */
  hooks?(context: StrategyContext<Own>): Promise<StrategyHooks>;
}

export interface StreamNeeds {
  /**
   * Tasks have classes of their own: the strategy works by which outputs belong to a task, so tasks that share their
   * classes give it nothing to work with.
   */
  readonly ownClasses?: true;
}

/** A config as far as strategies ask whether they go with it. */
export type AskedConfig = StrategyOptions & {
  readonly layout: string;
  readonly dynamic: string;
  readonly removal: number;
};

/** Every field that does something for a strategy but not for all: its own, and those declared elsewhere. */
export const fieldsRead = ({ fields = {}, reads }: Strategy): ReadonlySet<string> =>
  new Set([...reads, ...Object.keys(fields)]);

/** A task as far as the number of images that pass through the network depends on it. */
export interface TaskSize {
  readonly index: number;
  /** Its own training images. */
  readonly images: number;
  /** Training images of the tasks before it. */
  readonly met: number;
  /** Classes of the tasks before it. */
  readonly pastClasses: number;
  /** Classes of the tasks before it and of its own. */
  readonly classes: number;
  /** [classes] Training images of each of these classes, by its output. */
  readonly classImages: readonly number[];
}

/** What a task is trained on, in images. */
export interface TrainedImages {
  /** Those that data removal may leave out. */
  readonly own: number;
  /** Those of the buffer that join them in every epoch. */
  readonly joined: number;
  /** Whether the network is trained from its initial weights again; false if left out. */
  readonly restarts?: boolean;
}

/** Images that go through the network for a task besides its training steps. */
export interface ExtraPasses {
  /** Sets of images that go forward in batches, each set in batches of its own. */
  readonly forward?: readonly number[];
  /** Images that go forward and backward one at a time. */
  readonly single?: number;
}

/** The sizes of the tasks of a stream, in order. */
export function taskSizes(tasks: readonly TrainingTask[]): TaskSize[] {
  const classImages: number[] = [];
  let met = 0;
  return tasks.map(({ index, targets, firstOutput, labels }) => {
    for (const output of targets) classImages[output] = (classImages[output] ?? 0) + 1;
    const size = {
      index,
      images: targets.length,
      met,
      pastClasses: firstOutput,
      classes: firstOutput + labels.length,
      classImages: classImages.slice(),
    };
    met += targets.length;
    return size;
  });
}

/** What `strategy` trains on in the place of a task. */
export const trainedImages = (
  strategy: Strategy,
  task: TaskSize,
  options: StrategyOptions,
): TrainedImages => strategy.trains?.(task, options) ?? { own: task.images, joined: 0 };

/** What the hooks of a strategy work with; it lives as long as the run. */
export interface StrategyContext<Own extends Fields = typeof NO_FIELDS> {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly store: ParameterStore;
  readonly pool: ActivationPool;
  readonly options: StrategyOptions & Values<Own>;
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
  readonly variants: VariantTable;
  readonly seed: number;
  /** The current task's images. */
  readonly images: ImageStore;
  /** What is replayed; null for a strategy without a buffer. */
  readonly replay: ImageStore | null;
  readonly reservoir: Reservoir | null;
  /** [slots][classes]: a row for each slot of the buffer, then, with `taskLogits`, one for each image of a task. */
  readonly storedLogits: GPUBuffer;
}

/** What a strategy does in a run besides choosing rows. */
export interface StrategyHooks {
  readonly gradients?: GradientHooks;
  readonly tasks?: TaskHooks;
  readonly evaluation?: EvaluationHooks;
  /** What has run besides steps: dispatches, and how often each. */
  extraWork?(): readonly ExtraWork[];
}

/** Hooks into the listing of a training step; those that emit are called once, when the step is listed. */
export interface GradientHooks {
  /** What norms go by in training steps and scores; the batch's statistics if left out. */
  readonly norms?: HeldStatistics;
  /** After the backward pass of a part of the batch; `group` is its first norm group. */
  emitAfterBackward?(emit: Emitter, group: number): void;
  /** Between the last gradient and the update. */
  emitBeforeUpdate?(emit: Emitter): void;
  /** The update itself, in the place of the optimiser's. */
  emitUpdate?(emit: Emitter): void;
  emitAfterUpdate?(emit: Emitter): void;
}

/** Hooks at schedule points, when no step is in flight; they may await the GPU. */
export interface TaskHooks {
  /**
   * The task's images are on the GPU already; `firstStep` is the number of its first step. Resolves with what is
   * trained on in the place of the task, or with nothing where that is the task itself.
   */
  beginTask?(task: TrainingTask, firstStep: number): Promise<TaughtTask | undefined>;
  /** Before the first step of a task that is not earlier than one of the strategy's `points`. */
  atPoint?(task: TrainingTask, point: number): Promise<void>;
  /** After the task's last step, before it is evaluated. */
  endTask?(task: TrainingTask): Promise<void>;
}

/** What is trained on when a task of the stream has begun; `TrainedImages` says the same in numbers beforehand. */
export interface TaughtTask {
  /** Its images lie in `StrategyContext.images`. */
  readonly task: TrainingTask;
  /** Images at its end that have joined the task's own. */
  readonly joined: number;
  /** Whether the weights are initial ones again, so that the optimiser counts its updates from 1 again. */
  readonly restarts: boolean;
}

/**
 * Hooks around an evaluation, for a strategy that evaluates other weights than those that are trained. What they
 * queue comes before what is queued next, so there is nothing to wait for.
 */
export interface EvaluationHooks {
  begin?(): void;
  /** Before each task of the evaluation. */
  showTask?(index: number): void;
  end?(): void;
  /** What evaluations classify by besides the head. */
  readonly nearestMean?: NearestMean;
}

export interface ExtraWork {
  readonly entries: readonly PlanEntry[];
  readonly runs: number;
}
