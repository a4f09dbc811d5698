/**
 * The mask of one run: knows when it changes, decides what goes and comes, and carries it out. Whoever trains
 * asks `nextChange` before every step and calls `change` where one is due; in between nothing is read back. What
 * a dynamic is made of is in `src/sparse/dynamics`, what a layout's units are beside the layout.
 */
import type { Gpu } from '../../gpu/device.ts';
import { readBuffer } from '../../gpu/readback.ts';
import type { Network } from '../../nn/compile/graph.ts';
import { initialValues } from '../../nn/tensor/init.ts';
import type { Parameter } from '../../nn/tensor/parameter.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import { applyChange } from './apply-change.ts';
import type { Budget } from '../budget.ts';
import type { Dynamic, DynamicOptions, TaskPlace } from '../dynamics/dynamic.ts';
import { scheduleOf, type ScheduledChange } from '../dynamics/schedule.ts';
import {
  bestUnits,
  changeCounts,
  decideChange,
  liveUnits,
  type ChangeCounts,
} from './mask-change.ts';
import type { FormSource, MaskUnits, UnitGrid } from './mask-units.ts';

/** Gradients of weights by name, in PyTorch's order, dead entries 0 where they are not asked for. */
export type Gradients = ReadonlyMap<string, Float32Array>;

/** Where gradients come from at schedule points. What it runs moves no weight and no statistics. */
export interface GradientSource {
  /** Of a current batch under the masked head, and of a batch of the buffer over all classes; null: no buffer. */
  separate(): Promise<{ readonly current: Gradients; readonly buffer: Gradients | null }>;
  /** Of the last training step, as the update had it. */
  last(): Promise<Gradients>;
  /** Of all weights, dead ones too, for the training loss on one batch. */
  dense(): Promise<Gradients>;
}

export interface MaskKeeperOptions {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly store: ParameterStore;
  /** What comes and goes: `NetworkLayout.unitsOf` of the network. */
  readonly units: readonly MaskUnits[];
  readonly dynamic: Dynamic;
  readonly options: DynamicOptions & {
    /** Weight of the current gradient in the importance, or of the only one. */
    readonly importanceAlpha: number;
    /** Weight of the buffer's gradient. */
    readonly importanceBeta: number;
  };
  readonly budget: Budget;
  readonly seed: number;
}

/** What a change did to one layer. */
export interface LayerChange {
  readonly name: string;
  /** Units of the layer, live ones before and after. */
  readonly units: number;
  readonly before: number;
  readonly after: number;
  /** Indices, ascending; a unit in both went and came again, from 0. */
  readonly dropped: Uint32Array<ArrayBuffer>;
  readonly grown: Uint32Array<ArrayBuffer>;
}

export interface MaskEvent {
  readonly task: number;
  /** The step of the task that the change came before. */
  readonly step: number;
  readonly layers: readonly LayerChange[];
  /** Share of the weights of the layers under the mask that live now. */
  readonly density: number;
}

/** The live units of one layer, ascending. */
export interface LayerMask {
  readonly name: string;
  readonly units: number;
  readonly live: Uint32Array<ArrayBuffer>;
  /** How they lie. */
  readonly grid: UnitGrid;
}

/** A sum of magnitudes: coefficient · |gradient|, added to |w|. */
type ScoreTerms = readonly (readonly [coefficient: number, gradients: Gradients])[];

export class MaskKeeper {
  readonly #of: MaskKeeperOptions;
  /** The present lists of everything that a mask may change. */
  readonly #lists = new Map<string, Uint32Array>();
  readonly #schedules = new Map<string, readonly ScheduledChange[]>();

  private constructor(options: MaskKeeperOptions) {
    this.#of = options;
  }

  /** Reads the lists of a store that has been initialised. */
  static async create(options: MaskKeeperOptions): Promise<MaskKeeper> {
    const keeper = new MaskKeeper(options);
    for (const { name } of keeper.#parameters()) {
      keeper.#lists.set(name, await options.store.readLists(name));
    }
    return keeper;
  }

  /** The first change of a task of `steps` steps that comes before step `step` or a later one. */
  nextChange(task: TaskPlace, step: number, steps: number): ScheduledChange | null {
    const key = `${task.index} ${steps}`;
    let schedule = this.#schedules.get(key);
    if (!schedule) {
      schedule = scheduleOf(this.#of.dynamic, this.#of.options, task, steps);
      this.#schedules.set(key, schedule);
    }
    return schedule.find((change) => change.step >= step) ?? null;
  }

  /** What comes and goes, layer by layer. */
  get units(): readonly MaskUnits[] {
    return this.#of.units;
  }

  /** The present lists of a parameter; a change of the mask makes new ones. */
  listsOf(name: string): Uint32Array {
    return this.#listsOf(name);
  }

  /** Which units live, as this side knows it. */
  masks(): LayerMask[] {
    return this.#of.units.map((units) => ({
      name: units.name,
      units: units.count,
      grid: units.grid,
      live: liveUnits(units.live(this.#listsOf)),
    }));
  }

  /**
   * The mask before training. What the store has drawn stays where a dynamic begins at random; otherwise the
   * units of largest |w| live, or of largest |w · g|: `saliency` is then the gradient of the dense network on a
   * first batch, at the initial weights. Weights that live have their initial values. Throws `RangeError` on a
   * saliency that is missing.
   */
  begin(saliency?: Gradients): void {
    const { dynamic, options, budget, store, seed, units } = this.#of;
    if (dynamic.initial === 'random') return;
    for (const layer of units) {
      const magnitudes = (name: string): Float32Array => {
        const weight = layer.weights.find((each) => each.name === name)!;
        const values = initialValues(weight, seed);
        if (dynamic.initial === 'magnitude') return values.map(Math.abs);
        const gradient = saliency?.get(name);
        if (!gradient)
          throw new RangeError(`${dynamic.name}: no gradient of ${name} to begin with`);
        return values.map((value, i) => Math.abs(value * gradient[i]!));
      };
      const count = layer.unitsAt(budget(layer.name, dynamic.start(options)));
      const best = bestUnits(layer, layer.scores(magnitudes, null), count);
      for (const [name, lists] of layer.start(best, { magnitudes }, this.#listsOf)) {
        this.#lists.set(name, lists);
        store.writeLists(name, lists);
      }
    }
    for (const parameter of this.#parameters()) {
      store.write(parameter.name, initialValues(parameter, seed));
    }
  }

  /**
   * Makes a change that is due: reads weights, asks `gradients` for what the scores need, decides, and writes.
   * All steps before it are done when it resolves, and the next step sees the new mask.
   */
  async change(due: ScheduledChange, gradients: GradientSource): Promise<MaskEvent> {
    const { dynamic, store, gpu, units, seed } = this.#of;
    const counts = units.map((layer) => this.#counts(layer, due));
    const drops = counts.some((count) => count.drops > 0);
    const grows = counts.some((count) => count.grows > 0);
    const terms = drops ? await this.#scoreTerms(gradients) : [];
    const led =
      grows && dynamic.growth === 'dense-gradient' ? magnitudesOf(await gradients.dense()) : null;
    const key = `change ${due.task.index} ${due.index}`;
    const forms: FormSource = led ? { magnitudes: led } : { key, seed };
    const layers: LayerChange[] = [];
    for (const [i, layer] of units.entries()) {
      const count = counts[i]!;
      const live = layer.live(this.#listsOf);
      const before = live.reduce((sum, one) => sum + one, 0);
      const known = new Map<string, Float32Array<ArrayBuffer>>();
      let scores: Float32Array<ArrayBuffer> | null = null;
      if (count.drops > 0) {
        for (const weight of layer.weights) known.set(weight.name, await this.#stored(weight));
        scores = layer.scores((name) => this.#importance(layer, name, known, terms), this.#listsOf);
      }
      const growth = led ? { scores: layer.scores(led, this.#listsOf) } : { seed, key };
      const { dropped, grown } = decideChange(layer, live, count, scores, growth);
      const after = before - dropped.length + grown.length;
      layers.push({ name: layer.name, units: layer.count, before, after, dropped, grown });
      if (dropped.length + grown.length === 0) continue;
      const changes = layer.change(this.#listsOf, dropped, grown, forms, seed);
      await applyChange(gpu, store, changes, known);
      for (const { parameter, lists } of changes) this.#lists.set(parameter.name, lists);
      await this.#freshStatistics(
        changes.map(({ parameter }) => parameter),
        grown,
      );
    }
    return { task: due.task.index, step: due.step, layers, density: this.#density() };
  }

  #counts(layer: MaskUnits, { dropTo, growTo }: ScheduledChange): ChangeCounts {
    const target = (density: number | null) =>
      density === null ? null : layer.unitsAt(this.#of.budget(layer.name, density));
    const live = layer.live(this.#listsOf).reduce((sum, one) => sum + one, 0);
    return changeCounts(live, { dropTo: target(dropTo), growTo: target(growTo) });
  }

  async #scoreTerms(gradients: GradientSource): Promise<ScoreTerms> {
    const { dynamic, options } = this.#of;
    const { importanceAlpha: alpha, importanceBeta: beta } = options;
    switch (dynamic.drop) {
      case 'magnitude':
        return [];
      case 'last-gradient':
        return alpha === 0 ? [] : [[alpha, await gradients.last()]];
      case 'importance': {
        const { current, buffer } = await gradients.separate();
        return [[alpha, current], ...(buffer ? [[beta, buffer] as const] : [])];
      }
    }
  }

  /** |w| + Σ coefficient · |gradient| of one matrix, in PyTorch's order. */
  #importance(
    { weights }: MaskUnits,
    name: string,
    stored: ReadonlyMap<string, Float32Array>,
    terms: ScoreTerms,
  ): Float32Array {
    const weight = weights.find((each) => each.name === name)!;
    const importance = weight.unpack(stored.get(name)!, this.#listsOf(name)).map(Math.abs);
    for (const [coefficient, gradients] of terms) {
      const gradient = gradientOf(gradients, name);
      for (let i = 0; i < importance.length; i++) {
        importance[i]! += coefficient * Math.abs(gradient[i]!);
      }
    }
    return importance;
  }

  async #stored({ name, storage }: Parameter): Promise<Float32Array<ArrayBuffer>> {
    const { gpu, store } = this.#of;
    return new Float32Array(
      await readBuffer(gpu, store.parameters, store.at(name) * 4, storage * 4),
    );
  }

  /** Norms of channels that have come know nothing of them yet. */
  async #freshStatistics(changed: readonly Parameter[], grown: Uint32Array): Promise<void> {
    const { network, store } = this.#of;
    for (const { running } of network.layers) {
      if (!running || !changed.includes(running.scale)) continue;
      const { mean, variance } = await store.readRunning(running.name);
      for (const channel of grown) {
        mean[channel] = 0;
        variance[channel] = 1;
      }
      store.writeRunning(running.name, mean, variance);
    }
  }

  #density(): number {
    const { units, store } = this.#of;
    const weights = new Set(units.flatMap((layer) => layer.weights));
    let [live, all] = [0, 0];
    for (const { name, shape } of weights) {
      live += store.liveCount(name);
      all += shape.reduce((product, extent) => product * extent, 1);
    }
    return all === 0 ? 1 : live / all;
  }

  #parameters(): Set<Parameter> {
    return new Set(this.#of.units.flatMap(({ parameters }) => parameters));
  }

  readonly #listsOf = (name: string): Uint32Array => {
    const lists = this.#lists.get(name);
    if (!lists) throw new Error(`the mask has no lists of ${name}`);
    return lists;
  };
}

const magnitudesOf = (gradients: Gradients) => (name: string) =>
  gradientOf(gradients, name).map(Math.abs);

function gradientOf(gradients: Gradients, name: string): Float32Array {
  const gradient = gradients.get(name);
  if (!gradient) throw new Error(`nobody has given the gradient of ${name}`);
  return gradient;
}
