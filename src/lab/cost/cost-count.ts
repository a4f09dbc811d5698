/**
 * What a run costs, from its config alone: no GPU, no data. Three counts stand side by side. `published` is the
 * convention of the tables of SparCL (NeurIPS 2022), which charge replayed images their forward pass alone and
 * both backward passes at the density of the kept gradients. `counted` is every pass of every row. `executed` is
 * what this lab's kernels multiply. All are floating-point operations, two a multiply-accumulate, of the layers
 * with a matrix of weights; norms, losses, updates, selections and evaluation are left out of all three.
 */
import { planBatch } from '../../continual/batch/batch-plan.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import type { Strategy } from '../../continual/strategies/strategy.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import type { LayoutScheme } from '../../sparse/layouts/scheme.ts';
import type { Config } from '../config/config.ts';
import type { DataShape } from '../config/data-shapes.ts';
import { layerWork, type LayerWork } from './layer-macs.ts';
import type { PassKind } from '../timeline/passes.ts';
import { runTotals, type RunTotals } from '../timeline/run-totals.ts';
import type { DensityWork } from '../timeline/work-by-density.ts';

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
 * The cost of a run of `config` on images of `shape`; `totals` are those of its timeline. Throws `ConfigError` and
 * `StreamError` on what could not run either.
 */
export function countCost(
  config: Config,
  shape: DataShape,
  totals: RunTotals = runTotals(config, shape),
): Cost {
  const layers = layerWork(config, shape);
  const counted = lines(config, layers, totals.work, countedWork);
  const rows = planBatch(STRATEGIES[config.strategy], config).layout.rows;
  const whole = totals.work.map((work) => filled(work, config, rows));
  const executed = lines(config, layers, whole, executedWork).map((line) => ({
    ...line,
    flops: line.flops - line.outside,
  }));
  const sum = (of: (layer: LayerWork) => number) =>
    layers.reduce((total, layer) => total + of(layer), 0);
  return {
    shape,
    tasks: totals.taskEnds.length,
    steps: totals.steps,
    parameters: {
      matrices: sum(({ weights }) => weights),
      live: sum(({ weights, live }) => weights * live(1 - config.sparsity)),
    },
    published: publishedCost(config, layers, totals),
    counted: { flops: total(counted), lines: counted },
    executed: { flops: total(executed), lines: executed },
  };
}

function publishedCost(
  config: Config,
  layers: readonly LayerWork[],
  { images, dataShare }: RunTotals,
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

/** Passes over replayed images of a full step for each over current ones, as published tables charge them. */
function replayPasses(config: Config): number {
  const strategy: Strategy = STRATEGIES[config.strategy];
  if (strategy.publishedReplay !== undefined) return strategy.publishedReplay;
  const draws = strategy.draws(config);
  const rows = (from: 'stream' | 'buffer') =>
    draws.reduce((sum, draw) => sum + (draw.from === from ? draw.rows : 0), 0);
  return rows('buffer') / rows('stream');
}

/**
 * The same passes with every row that kernels work on, an image in it or not: batches are planned once, for the
 * most that they may hold, in vectors of four.
 */
function filled(
  { density, passes }: DensityWork,
  { batch, replayBatch }: Config,
  rows: number,
): DensityWork {
  const each = (kind: PassKind, planned: number) => ({
    passes: passes[kind].passes,
    rows: passes[kind].passes * planned,
  });
  const vectors = (count: number) => 4 * Math.ceil(count / 4);
  return {
    density,
    passes: {
      training: each('training', rows),
      choice: each('choice', rows),
      score: each('score', vectors(batch)),
      'replay-score': each('replay-score', vectors(replayBatch)),
      'dense-gradient': each('dense-gradient', rows),
      saliency: each('saliency', vectors(batch)),
      readout: each('readout', vectors(batch)),
      fisher: each('fisher', vectors(1)),
    },
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
  work: readonly DensityWork[],
  workOf: WorkOf,
): CostLine[] {
  type Rows = (kind: PassKind) => number;
  const line = (name: string, of: (rows: Rows, pass: PassWork) => number): CostLine => {
    let [flops, outside] = [0, 0];
    for (const { density, passes } of work) {
      for (const layer of layers) {
        const macs = of((kind) => passes[kind].rows, workOf(layer, density, config));
        flops += 2 * macs;
        outside += 2 * macs * layer.work.outside;
      }
    }
    return { name, flops, outside };
  };
  return [
    line('forward', (rows, pass) => rows('training') * pass.forward),
    line('input gradient', (rows, pass) => rows('training') * pass.inputGradient),
    line('weight gradient', (rows, pass) => rows('training') * pass.keptGradient),
    line(
      'choosing gradients',
      (rows, pass) => rows('choice') * (pass.liveGradient - pass.keptGradient),
    ),
    line(
      'importance scores',
      (rows, pass) =>
        (rows('score') + rows('replay-score')) *
        (pass.forward + pass.inputGradient + pass.liveGradient),
    ),
    line('stored logits and features', (rows, pass) => rows('readout') * pass.forward),
    line(
      'Fisher information',
      (rows, pass) => rows('fisher') * (pass.forward + pass.inputGradient + pass.liveGradient),
    ),
    line(
      'dense gradients',
      (rows, pass) =>
        (rows('dense-gradient') + rows('saliency')) *
        (pass.forward + pass.inputGradient + pass.denseGradient),
    ),
  ].filter(({ flops }) => flops > 0);
}

const total = (of: readonly CostLine[]): number => of.reduce((sum, { flops }) => sum + flops, 0);
