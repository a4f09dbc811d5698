/**
 * What a run costs, from its config alone: no GPU, no data. Three counts stand side by side. `published` is the
 * convention of the tables of SparCL (NeurIPS 2022), which charge replayed images their forward pass alone and
 * both backward passes at the density of the kept gradients. `counted` is every pass of every row. `executed` is
 * what this lab's kernels multiply. All are floating-point operations, two a multiply-accumulate, of the layers
 * with a matrix of weights; norms, losses, updates, selections and evaluation are left out of all three.
 */
import { planBatch } from '../../continual/batch/batch-plan.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import type { LayoutScheme } from '../../sparse/layouts/scheme.ts';
import type { Config } from '../config/config.ts';
import type { DataShape } from '../config/data-shapes.ts';
import { layerWork, type LayerWork } from './layer-macs.ts';
import { runSchedule, type RunSchedule } from '../timeline/run-schedule.ts';
import type { Happening, Span } from '../timeline/work-spans.ts';

/** FLOPs = 2·F·N·E·f·[(1 + x)·d + 2·g]; derived from the published tables, all of which it reproduces but one cell. */
export interface PublishedCost {
  readonly flops: number;
  /** F: multiply-accumulates of a dense forward pass of one image. */
  readonly forwardMacs: number;
  /** N: training images of all tasks. */
  readonly images: number;
  /** E: epochs a task. */
  readonly epochs: number;
  /** f: share of the data that is visited, over the epochs. */
  readonly dataShare: number;
  /** x: replayed images for each current one. */
  readonly replay: number;
  /** d: share of the multiply-accumulates that live weights make, the mask at rest. */
  readonly density: number;
  /** g: share that each of the two backward passes is charged at; d where gradients are not thinned. */
  readonly gradientDensity: number;
}

/** One kind of work, summed over the run, in floating-point operations. */
export interface CostLine {
  readonly name: string;
  readonly flops: number;
  /** Those at taps outside the image: part of `flops` where they are counted, by convention; never executed. */
  readonly outside: number;
}

export interface Cost {
  readonly shape: DataShape;
  readonly tasks: number;
  /** Training steps; those that only score are not among them. */
  readonly steps: number;
  readonly parameters: { readonly matrices: number; readonly live: number };
  readonly published: PublishedCost;
  readonly counted: { readonly flops: number; readonly lines: readonly CostLine[] };
  readonly executed: { readonly flops: number; readonly lines: readonly CostLine[] };
}

/**
 * The cost of a run of `config` on images of `shape`. Throws `ConfigError` and `StreamError` on what could not run
 * either.
 */
export function countCost(config: Config, shape: DataShape): Cost {
  const layers = layerWork(config, shape);
  const schedule = runSchedule(config, shape);
  const counted = lines(config, layers, schedule.spans, countedWork);
  const rows = planBatch(STRATEGIES[config.strategy], config).layout.rows;
  const whole = schedule.spans.map((span) => filled(span, config, rows));
  const executed = lines(config, layers, whole, executedWork).map((line) => ({
    ...line,
    flops: line.flops - line.outside,
  }));
  const sum = (of: (layer: LayerWork) => number) =>
    layers.reduce((total, layer) => total + of(layer), 0);
  return {
    shape,
    tasks: schedule.tasks,
    steps: schedule.steps,
    parameters: {
      matrices: sum(({ weights }) => weights),
      live: sum(({ weights, live }) => weights * live(1 - config.sparsity)),
    },
    published: publishedCost(config, layers, schedule),
    counted: { flops: total(counted), lines: counted },
    executed: { flops: total(executed), lines: executed },
  };
}

function publishedCost(
  config: Config,
  layers: readonly LayerWork[],
  { images, dataShare }: RunSchedule,
): PublishedCost {
  const sum = (of: (layer: LayerWork) => number) =>
    layers.reduce((total, layer) => total + of(layer), 0);
  const forwardMacs = sum(({ work }) => work.forward);
  const density = sum(({ work, live }) => work.forward * live(1 - config.sparsity)) / forwardMacs;
  const gradientDensity = config.gradientSparsity > 0 ? 1 - config.gradientSparsity : density;
  const replay = replayPasses(config);
  const { epochs } = config;
  const passes = (1 + replay) * density + 2 * gradientDensity;
  return {
    flops: 2 * forwardMacs * images * epochs * dataShare * passes,
    forwardMacs,
    images,
    epochs,
    dataShare,
    replay,
    density,
    gradientDensity,
  };
}

/**
 * Passes over replayed images that published tables charge for each over current ones, where they are not those of
 * the draws: iCaRL's exemplars are part of the stream here, FDR makes an update of its own for them there.
 */
const REPLAY_PASSES: Readonly<Record<string, number>> = { icarl: 1, fdr: 2 };

/** Replayed rows of a full step for each current one. */
function replayPasses(config: Config): number {
  const published = REPLAY_PASSES[config.strategy];
  if (published !== undefined) return published;
  const draws = STRATEGIES[config.strategy].draws(config);
  const rows = (from: 'stream' | 'buffer') =>
    draws.reduce((sum, draw) => sum + (draw.from === from ? draw.rows : 0), 0);
  return rows('buffer') / rows('stream');
}

/**
 * The same passes with every row that kernels work on, an image in it or not: batches are planned once, for the
 * most that they may hold, in vectors of four.
 */
function filled(span: Span, { batch, replayBatch }: Config, rows: number): Span {
  const each = (of: Happening, planned: number) => ({
    passes: span[of].passes,
    rows: span[of].passes * planned,
  });
  const vectors = (count: number) => 4 * Math.ceil(count / 4);
  return {
    density: span.density,
    training: each('training', rows),
    refresh: each('refresh', rows),
    dense: each('dense', rows),
    saliency: each('saliency', vectors(batch)),
    score: each('score', vectors(batch)),
    recall: each('recall', vectors(replayBatch)),
    answers: each('answers', vectors(batch)),
    fisher: each('fisher', vectors(1)),
  };
}

/** Multiply-accumulates of one row's passes through a layer, at a density of the mask. */
interface PassWork {
  readonly forward: number;
  readonly inputGradient: number;
  /** The weights' gradient of a normal step, of all live weights, and of all weights. */
  readonly keptGradient: number;
  readonly liveGradient: number;
  readonly denseGradient: number;
}

type WorkOf = (layer: LayerWork, density: number, config: Config) => PassWork;

const countedWork: WorkOf = (layer, density, config) => {
  const { work, sparse, inputGradient, live } = layer;
  const share = live(density);
  const thinned = sparse && config.gradientSparsity > 0;
  const kept = thinned ? Math.min(share, layer.kept(1 - config.gradientSparsity)) : share;
  return {
    forward: work.forward * share,
    inputGradient: inputGradient ? work.inputGradient * share : 0,
    keptGradient: work.weightGradient * kept,
    liveGradient: work.weightGradient * share,
    denseGradient: work.weightGradient * (sparse ? 1 : share),
  };
};

/**
 * Where a mask only hides weights, kernels make every pass in full; and work on gradients is left out by whole blocks
 * alone, while those of patterns and of single weights are computed and not used.
 */
const executedWork: WorkOf = (layer, density, config) => {
  const { executed: live } = layer;
  const work = countedWork({ ...layer, live }, density, config);
  const { weights }: LayoutScheme = LAYOUTS[config.layout];
  return {
    ...work,
    keptGradient: weights?.unchosen === 'skipped' ? work.keptGradient : work.liveGradient,
    denseGradient: weights?.executes === 'all' ? work.liveGradient : work.denseGradient,
  };
};

function lines(
  config: Config,
  layers: readonly LayerWork[],
  spans: readonly Span[],
  workOf: WorkOf,
): CostLine[] {
  const line = (name: string, of: (span: Span, work: PassWork) => number): CostLine => {
    let [flops, outside] = [0, 0];
    for (const span of spans) {
      for (const layer of layers) {
        const macs = of(span, workOf(layer, span.density, config));
        flops += 2 * macs;
        outside += 2 * macs * layer.work.outside;
      }
    }
    return { name, flops, outside };
  };
  return [
    line('forward', ({ training }, work) => training.rows * work.forward),
    line('input gradient', ({ training }, work) => training.rows * work.inputGradient),
    line('weight gradient', ({ training }, work) => training.rows * work.keptGradient),
    line(
      'choosing gradients',
      ({ refresh }, work) => refresh.rows * (work.liveGradient - work.keptGradient),
    ),
    line(
      'importance scores',
      ({ score, recall }, work) =>
        (score.rows + recall.rows) * (work.forward + work.inputGradient + work.liveGradient),
    ),
    line('answers to be kept', ({ answers }, work) => answers.rows * work.forward),
    line(
      'Fisher information',
      ({ fisher }, work) => fisher.rows * (work.forward + work.inputGradient + work.liveGradient),
    ),
    line(
      'dense gradients',
      ({ dense, saliency }, work) =>
        (dense.rows + saliency.rows) * (work.forward + work.inputGradient + work.denseGradient),
    ),
  ].filter(({ flops }) => flops > 0);
}

const total = (of: readonly CostLine[]): number => of.reduce((sum, { flops }) => sum + flops, 0);
