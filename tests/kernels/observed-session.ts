/**
 * A whole run of a session that somebody looks into before and after every step: the trainer that the session makes
 * is the product's own, but for a pause around its steps in which its buffers can be read.
 */
import { vi } from 'vitest';
import { ROW_FIELDS, ROW_SOURCE, rowLayout } from '../../src/continual/batch/batch-plan.ts';
import { Trainer } from '../../src/continual/step/trainer.ts';
import type { TrainingTask } from '../../src/continual/stream/stream.ts';
import { openImageSet } from '../../src/data/registry.ts';
import type { Network } from '../../src/nn/compile/graph.ts';
import type { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import type { Config } from '../../src/lab/config/config.ts';
import type { Event } from '../../src/lab/protocol.ts';
import type { Report } from '../../src/lab/report/report.ts';
import { Session } from '../../src/lab/engine/run/session.ts';
import { gpu, readWords } from './engine.ts';

/** A row of a step's batch, as the GPU has it. */
export interface Row {
  readonly from: 'stream' | 'buffer';
  /** Image of the task, or slot of the buffer. */
  readonly index: number;
  readonly label: number;
  readonly crossEntropy: number;
}

/** What can be seen while the run is held. */
export interface Observed {
  readonly network: Network;
  readonly store: ParameterStore;
  readonly trainer: Trainer;
  /** Every buffer that has a number for each entry of the store, whether the store knows of it or not. */
  readonly arenas: readonly GPUBuffer[];
  /** Rows with an image in them, of the last step. */
  readonly rows: () => Promise<Row[]>;
}

export interface Observer {
  /** After the change of the mask that comes before the step, if any. */
  readonly beforeStep?: (run: Observed, task: TrainingTask) => Promise<void>;
  readonly afterStep?: (run: Observed, task: TrainingTask) => Promise<void>;
  /** After the last step of a task, and a change of the mask that comes there. */
  readonly taskEnds?: (run: Observed, task: TrainingTask) => Promise<void>;
  readonly event?: (event: Event) => void;
}

/** Runs a config to its end on the procedural set. */
export async function observeSession(config: Config, observer: Observer): Promise<Report> {
  const device = await gpu();
  const allocate = vi.spyOn(device.memory, 'allocate');
  const create = Trainer.create.bind(Trainer);
  let watched = false;
  const creating = vi.spyOn(Trainer, 'create').mockImplementation(async (options) => {
    const trainer = await create(options);
    // A dynamic may have a trainer of its own made later, to find the first mask with.
    if (watched) return trainer;
    watched = true;
    const { network, store, strategy, strategyOptions } = options;
    const made = allocate.mock.results.map(({ value }) => value as GPUBuffer);
    const records = made.find(({ label }) => label === 'rows')!;
    const count = rowLayout(strategy.draws(strategyOptions)).rows;
    const arenas = made.filter(({ size }) => size === 4 * store.floats);
    const rows = async () => rowsOf(await readWords(device, records), count);
    const run = { network, store, trainer, arenas, rows };
    const step = trainer.step.bind(trainer);
    const endTask = trainer.endTask.bind(trainer);
    trainer.step = async (task, indices, scalars) => {
      await observer.beforeStep?.(run, task);
      await step(task, indices, scalars);
      await trainer.idle();
      await observer.afterStep?.(run, task);
    };
    trainer.endTask = async (task) => {
      await trainer.idle();
      await observer.taskEnds?.(run, task);
      await endTask(task);
    };
    return trainer;
  });
  try {
    const session = new Session({
      gpu: device,
      config,
      emit: (event) => observer.event?.(event),
      openSet: (limit) =>
        openImageSet('shapes', {
          prepared: () => Promise.reject(new Error('tests use the procedural set')),
          limit,
        }),
    });
    const report = await session.run();
    if (!report) throw new Error('the session was stopped');
    return report;
  } finally {
    creating.mockRestore();
    allocate.mockRestore();
  }
}

function rowsOf(words: Uint32Array<ArrayBuffer>, count: number): Row[] {
  const floats = new Float32Array(words.buffer);
  const at = (field: (typeof ROW_FIELDS)[number]) => ROW_FIELDS.indexOf(field) * count;
  return Array.from({ length: count }, (_, row) => row)
    .filter((row) => words[at('source') + row] !== ROW_SOURCE.none)
    .map((row) => ({
      from: words[at('source') + row] === ROW_SOURCE.stream ? 'stream' : 'buffer',
      index: words[at('index') + row]!,
      label: words[at('label') + row]!,
      crossEntropy: floats[at('crossEntropy') + row]!,
    }));
}
