/**
 * Reads a run for a person who watches it: magnitudes of units, what a step executes, what the replay buffer holds,
 * which images are removed. It changes nothing: copies are queued between steps and arrive beside them, in memory of its
 * own that no report counts. Readings become rarer where they take long (`periodic-probe.ts`).
 */
import type { Strategy } from '../../../continual/strategies/strategy.ts';
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import type { TrainingTask } from '../../../continual/stream/stream.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { Memory } from '../../../gpu/memory.ts';
import type { Config } from '../../config/config.ts';
import { PeriodicProbe } from './periodic-probe.ts';
import { stepLedger } from '../../report/ledger.ts';
import type { AssembledRun } from '../assemble/assemble.ts';
import type { Event, Thumbnails } from '../../protocol.ts';
import { acrossClasses, spread, thumbnails } from './thumbnails.ts';
import { unitMagnitudes, watchedLayers } from './unit-magnitudes.ts';

const UNITS_EVERY_MS = 1000;
const BUFFER_EVERY_MS = 3000;
const LEDGER_EVERY_MS = 250;
/** Slots of the replay buffer that are shown. */
const MOST_SLOTS = 512;
/** Images that are shown of those that a removal takes, and of those that it leaves. */
const MOST_SAMPLES = 60;

export interface ObserverOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  readonly emit: (event: Event) => void;
}

export class Observer {
  readonly #gpu: Gpu;
  readonly #counted: Memory;
  readonly #emit: (event: Event) => void;
  readonly #run: AssembledRun;
  readonly #strategy: Strategy;
  readonly #draws: ReturnType<Strategy['draws']>;
  readonly #units: PeriodicProbe | null;
  readonly #buffer: PeriodicProbe | null;
  /** When the ledger was last sent, and whether it has changed since. */
  #ledgerSent = -Infinity;
  #ledgerChanged = true;
  #closed = false;

  constructor({ gpu, config, emit }: ObserverOptions, run: AssembledRun) {
    this.#gpu = { ...gpu, memory: new Memory(gpu.device) };
    this.#counted = gpu.memory;
    this.#run = run;
    this.#emit = (event) => {
      if (!this.#closed) emit(event);
    };
    this.#strategy = STRATEGIES[config.strategy];
    this.#draws = this.#strategy.draws(config);
    const { mask, trainer } = run;
    const layers = mask ? watchedLayers(mask.keeper.units) : [];
    this.#units =
      layers.length === 0
        ? null
        : new PeriodicProbe(UNITS_EVERY_MS, async (at) => {
            const { magnitudes, ms } = await unitMagnitudes(
              this.#gpu,
              run.store,
              mask!.keeper,
              layers,
            );
            this.#emit({ type: 'units', at, layers: magnitudes });
            return ms;
          });
    this.#buffer = trainer.replay
      ? new PeriodicProbe(BUFFER_EVERY_MS, (at) => this.#content(at))
      : null;
  }

  /** Before the first step, and after every step; waits for nothing. */
  stepped(at: number): void {
    if (this.#ledgerChanged && performance.now() - this.#ledgerSent >= LEDGER_EVERY_MS) {
      this.#ledger(at);
    }
    if (at === 0) return;
    this.#units?.perhaps(at);
    // What is chosen where tasks end does not change in between.
    if (this.#strategy.storing !== 'task-end') this.#buffer?.perhaps(at);
  }

  maskChanged(at: number): void {
    this.#ledgerChanged = true;
    this.stepped(at);
  }

  /** The run is about to wait: sends everything as it is now. */
  async paused(at: number): Promise<void> {
    if (this.#ledgerChanged) this.#ledger(at);
    if (at === 0) return;
    await this.#units?.now(at);
    await this.#buffer?.now(at);
  }

  /** After a task's last step, before a change of the mask that comes there, and before the strategy ends the task. */
  async lastStep(at: number): Promise<void> {
    await this.#units?.now(at);
  }

  /** Once a task is over. */
  async taskEnded(at: number): Promise<void> {
    if (this.#ledgerChanged) this.#ledger(at);
    await this.#buffer?.now(at, true);
  }

  /** Pictures of some of the images that a removal takes from a task, and of some that it leaves. */
  async removal(
    { targets }: TrainingTask,
    removed: Uint32Array,
    kept: Uint32Array,
  ): Promise<{ readonly removed: Thumbnails; readonly kept: Thumbnails }> {
    const { images } = this.#run.trainer;
    const shown = (of: Uint32Array) =>
      thumbnails(
        this.#gpu,
        images,
        acrossClasses(of, targets, MOST_SAMPLES),
        (image) => targets[image]!,
      );
    return { removed: await shown(removed), kept: await shown(kept) };
  }

  /** Resolves when nothing is under way any more; rejects with what has failed. */
  async settle(): Promise<void> {
    await this.#units?.settle();
    await this.#buffer?.settle();
  }

  /** Nothing is sent from here on. */
  close(): void {
    this.#closed = true;
    this.#gpu.memory.releaseAll();
  }

  #ledger(at: number): void {
    this.#ledgerSent = performance.now();
    this.#ledgerChanged = false;
    const step = stepLedger(this.#run.trainer.presentEntries, this.#draws);
    this.#emit({ type: 'ledger', at, step, bytes: this.#counted.bytesByKind() });
  }

  async #content(at: number): Promise<number> {
    const { reservoir, replay } = this.#run.trainer;
    if (!reservoir || !replay || reservoir.filled === 0) return 0;
    const { capacity, labels, tasks: storedIn } = reservoir;
    const slots = spread(reservoir.filled, MOST_SLOTS);
    const tasks = Uint16Array.from(slots, (slot) => storedIn[slot]!);
    const content = await thumbnails(this.#gpu, replay, slots, (slot) => labels[slot]!);
    this.#emit({ type: 'buffer', at, capacity, tasks, content });
    return 0;
  }
}
