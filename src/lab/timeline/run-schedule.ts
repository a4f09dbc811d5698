/**
 * A run as a schedule, without running it: which steps there are, how many rows each has, how much of the
 * mask lives at each, and where steps come between that train nothing (scores, dense gradients). It follows
 * from the config and the number of images alone.
 */
import { keptImages } from '../../continual/data-sparsity/data-removal.ts';
import type { Draw } from '../../continual/batch/draw.ts';
import { taskSize, trainedImages, type Strategy } from '../../continual/strategies/strategy.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import { stepsPerEpoch } from '../../continual/stream/stream.ts';
import type { Dynamic, MaskChange } from '../../sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import { scheduleOf } from '../../sparse/dynamics/schedule.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import type { Config } from '../config/config.ts';
import type { DataShape } from '../config/data-shapes.ts';
import { streamOf } from '../config/run-stream.ts';
import { Spans, type Happening, type Passes, type Span } from './work-spans.ts';

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
  const sparse = LAYOUTS[config.layout].weights !== null;
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

  for (const training of stream.training) {
    const { index } = training;
    const size = taskSize(training, met);
    const { own, joined } = trainedImages(strategy, size, config);
    met += size.images;
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
    const { forward = [], single = 0 } = strategy.passes?.(size, config) ?? {};
    spans.addPasses(density, 'answers', batched(forward, config.batch));
    spans.addPasses(density, 'fisher', { passes: single, rows: single });
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

/** Passes of images that go through in batches, each set of them in batches of its own. */
function batched(sets: readonly number[], batch: number): Passes {
  const rows = 4 * Math.ceil(batch / 4);
  return {
    passes: sets.reduce((sum, set) => sum + Math.ceil(set / rows), 0),
    rows: sets.reduce((sum, set) => sum + set, 0),
  };
}

/** Rows with an image in them: all of the current batch, and of each replay what the buffer holds. */
function rowsOf(draws: readonly Draw[], current: number, filled: number): number {
  return draws.reduce(
    (sum, { from, rows }) => sum + (from === 'stream' ? current : Math.min(rows, filled)),
    0,
  );
}
