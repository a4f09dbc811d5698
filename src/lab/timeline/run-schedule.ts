/**
 * A run as a schedule, without running it: which steps there are, how many rows each has, how much of the
 * mask lives at each, and where steps come between that train nothing (scores, dense gradients). It follows
 * from the config and the number of images alone.
 */
import { keptImages } from '../../continual/data-sparsity/data-removal.ts';
import type { Draw, Strategy } from '../../continual/strategies/strategy.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import { stepsPerEpoch, type TrainingTask } from '../../continual/stream/stream.ts';
import type { Dynamic, MaskChange } from '../../sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import { scheduleOf } from '../../sparse/dynamics/schedule.ts';
import type { Config } from '../config/config.ts';
import type { DataShape } from '../config/data-shapes.ts';
import { streamOf } from '../config/run-stream.ts';
import { Spans, type Happening, type Span } from './work-spans.ts';
import { exemplars, strategyWork } from './strategy-work.ts';

export interface RunSchedule {
  readonly tasks: number;
  /** Different training images of all tasks, N. */
  readonly images: number;
  /** Current images that steps are made of, over those of as many whole epochs: f, where nothing else is left out. */
  readonly dataShare: number;
  readonly steps: number;
  readonly spans: readonly Span[];
}

/** Throws `StreamError` on a stream that the set cannot give. */
export function runSchedule(config: Config, shape: DataShape): RunSchedule {
  const strategy: Strategy = STRATEGIES[config.strategy];
  const draws = strategy.draws(config);
  const dynamic: Dynamic = DYNAMICS[config.dynamic];
  const stream = streamOf(config, shape);
  const spans = new Spans();
  const sparse = config.layout !== 'dense' && config.layout !== 'channel';
  let density = sparse ? dynamic.start(config) : 1;
  const recalls = strategy.buffer !== 'none';
  /** Counts what a change of the mask asks for, and gives the density after it. */
  const changed = (
    { dropTo, growTo }: MaskChange,
    rows: number,
    score: Readonly<Partial<Record<Happening, number>>>,
  ): number => {
    spans.add(density, {
      ...(growTo !== null && dynamic.growth === 'dense-gradient' && { dense: rows }),
      ...(dropTo !== null && dynamic.drop === 'importance' && score),
    });
    return growTo ?? dropTo ?? density;
  };
  let offered = 0;
  let met = 0;
  let shown = 0;
  let steps = 0;

  for (const { index, firstHead, labels, targets } of stream.training) {
    const { own, held: joined } = trainedImages(strategy, config, { targets, firstHead }, met);
    met += targets.length;
    const epochs = Array.from(
      { length: config.epochs },
      (_, epoch) => keptImages(config, config.epochs, epoch, own) + joined,
    );
    const ofTask = epochs.reduce((sum, kept) => sum + stepsPerEpoch(kept, config), 0);
    const task = { index, tasks: stream.training.length };
    const changes = sparse ? scheduleOf(dynamic, config, task, ofTask) : [];
    let next = 0;
    let inTask = 0;
    /** Whether gradients must be chosen anew whatever the interval says. */
    let stale = true;
    for (const kept of epochs) {
      shown += kept - joined;
      for (let at = 0; at < stepsPerEpoch(kept, config); at++, inTask++) {
        const current = Math.min(config.batch, kept - at * config.batch);
        const drawn = draws.filter(({ fromTask = 0 }) => index >= fromTask);
        const filled = strategy.storing === 'task-end' ? (index > 0 ? Infinity : 0) : offered;
        const held = Math.min(filled, config.bufferSize);
        const rows = rowsOf(drawn, current, held);
        const score = {
          score: current,
          ...(recalls && index > 0 && { recall: Math.min(config.replayBatch, held) }),
        };
        const change = changes[next];
        if (change?.step === inTask) {
          density = changed(change, rows, score);
          next++;
          stale = true;
        }
        if (steps === 0 && sparse && dynamic.initial === 'saliency') {
          // Before any mask: SNIP judges the dense network.
          spans.add(1, { saliency: current });
        }
        const refresh =
          config.gradientSparsity > 0 && (stale || inTask % config.gradientRefresh === 0);
        stale = false;
        spans.add(density, {
          training: rows,
          ...(refresh && { refresh: rows }),
          ...(refresh && config.gradientScore === 'importance' && score),
        });
        offered += current;
        steps++;
      }
    }
    // A change that is due after the last step.
    for (const change of changes.slice(next))
      density = changed(change, config.batch, { score: config.batch });
    const seen = firstHead + labels.length;
    const work = strategyWork(config, { index, images: targets.length, held: joined, seen });
    spans.addPasses(density, 'answers', work.answers);
    spans.addPasses(density, 'fisher', work.fisher);
  }
  const images = stream.training.reduce((sum, { targets }) => sum + targets.length, 0);
  return {
    tasks: stream.training.length,
    images,
    dataShare: shown / (images * config.epochs),
    steps,
    spans: spans.list(),
  };
}

/**
 * Images that a task is trained on: `own`, some of which may be removed, and those that it is joined by. A strategy
 * that trains on the buffer as part of the task has as many of each class seen as there is room for; one that
 * begins anew with every task trains on what the buffer holds, after `met` images of earlier tasks, and on nothing
 * else.
 */
export function trainedImages(
  { union = false, fresh = false }: Strategy,
  { bufferSize }: Pick<Config, 'bufferSize'>,
  { targets, firstHead }: Pick<TrainingTask, 'targets' | 'firstHead'>,
  met: number,
): { readonly own: number; readonly held: number } {
  if (fresh) return { own: Math.min(bufferSize, met + targets.length), held: 0 };
  return { own: targets.length, held: union ? exemplars(bufferSize, firstHead) : 0 };
}

/** Rows with an image in them: all of the current batch, and of each replay what the buffer holds. */
function rowsOf(draws: readonly Draw[], current: number, filled: number): number {
  return draws.reduce(
    (sum, { from, rows }) => sum + (from === 'stream' ? current : Math.min(rows, filled)),
    0,
  );
}
