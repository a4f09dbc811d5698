/**
 * What a way of training sparsely may decide: where the mask begins, when it changes, what goes and what
 * comes. One file beside this is one algorithm, and it is a schedule: targets of density over a task, with
 * the scores by which weights are dropped and grown. Reading scores, choosing units and rewriting lists is
 * the same for all of them (`mask-change.ts`). Times are shares of a task, so that a run of one epoch and
 * the paper's of fifty share one definition.
 */

/** By which weights are dropped, least first. */
export type DropScore =
  /** |w| */
  | 'magnitude'
  /** |w| + α·|∇L̃(current, masked head)| + β·|∇L(buffer)|: SparCL's continual weight importance. */
  | 'importance'
  /** |w| + λ·|gradient of the last training step|: MEST's score, and what SparCL's release merges its own to. */
  | 'last-gradient';

/** How dead weights are chosen to live: by the seed, or by the magnitude of a dense gradient, largest first. */
export type Growth = 'random' | 'dense-gradient';

/** One change of the mask: drop to a density, then grow to another, or grow first. */
export interface MaskChange {
  /** When, as a share of the task in [0, 1]; the change comes before the first step that is not earlier. */
  readonly at: number;
  /** Share of each layer's weights that are live afterwards: targets, so that small layers work. */
  readonly dropTo: number | null;
  readonly growTo: number | null;
}

/** The numbers of a config that a dynamic reads. */
export interface DynamicOptions {
  /** Share of the weights that are not live once the mask is at rest. */
  readonly sparsity: number;
  /** Time between two changes, δ, as a share of a task. */
  readonly maskInterval: number;
  /** Weights that a change moves, as a share of all weights of a layer. */
  readonly maskChange: number;
  /** Share of a task after which the mask rests. */
  readonly maskEnd: number;
}

/** Fields that only some schedules read. */
export type ScheduleField = 'maskInterval' | 'maskChange' | 'maskEnd';

/** Where in a run a task is. */
export interface TaskPlace {
  readonly index: number;
  readonly tasks: number;
}

export interface Dynamic {
  readonly name: string;
  /** For people, with the source: "RigL (Evci et al., 2020)". */
  readonly title: string;
  /** Which of these fields its schedule, its start and its room depend on. */
  readonly reads: readonly ScheduleField[];
  /** Set where it chooses no weights: they are drawn by the seed, and stay. */
  readonly still?: true;
  /** Which weights live at first: by the seed, by |w|, or by |w · dense gradient| on a first batch (SNIP). */
  readonly initial: 'random' | 'magnitude' | 'saliency';
  readonly drop: DropScore;
  readonly growth: Growth;
  /** Largest share of the weights that is ever live: what there must be room for. */
  room(options: DynamicOptions): number;
  /** Share of the weights that is live at the very start; 1 − sparsity for most. */
  start(options: DynamicOptions): number;
  /** The changes during a task, in order. */
  changes(options: DynamicOptions, task: TaskPlace): readonly MaskChange[];
}
