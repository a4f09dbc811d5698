/**
 * The mask of one run, decided on the CPU: reads weights where a change is due, asks for the gradients that the dynamic
 * scores by, decides what goes and comes (`mask-change.ts`) and has it carried out (`network-lists.ts`). Between two
 * changes nothing is read back.
 */
import { initialValues } from '../../nn/tensor/init.ts';
import type { Budget } from '../budget.ts';
import type { Dynamic, DynamicOptions } from '../dynamics/dynamic.ts';
import type { ScheduledChange } from '../dynamics/schedule.ts';
import { gradientOf, type Gradients, type GradientSource } from './gradients.ts';
import { importanceOf, scoreTerms, type ImportanceOptions, type ScoreTerms } from './importance.ts';
import {
  bestUnits,
  changeCounts,
  decideChange,
  liveUnits,
  type ChangeCounts,
  type GrowthChoice,
} from './mask-change.ts';
import type { LayerChange, LayerMask, MaskEvent, MaskOwner } from './mask-owner.ts';
import type { FormSource, ListsOf, MaskUnits, ValuesOf } from './mask-units.ts';
import { NetworkLists, type NetworkListsOptions } from './network-lists.ts';

export interface MaskKeeperOptions extends NetworkListsOptions {
  readonly dynamic: Dynamic;
  readonly options: DynamicOptions & ImportanceOptions;
  readonly budget: Budget;
}

/** What a change is made by, the same for every layer. */
interface Choice {
  readonly terms: ScoreTerms;
  /** Magnitudes of dense gradients where the dynamic grows by them. */
  readonly dense: ValuesOf | null;
  /** What random draws are keyed by. */
  readonly key: string;
}

export class MaskKeeper implements MaskOwner {
  readonly #of: MaskKeeperOptions;
  readonly #lists: NetworkLists;

  constructor(options: MaskKeeperOptions) {
    this.#of = options;
    this.#lists = new NetworkLists(options);
  }

  get units(): readonly MaskUnits[] {
    return this.#lists.units;
  }

  get listsOf(): ListsOf {
    return this.#lists.of;
  }

  live(layer: MaskUnits): Uint8Array {
    return this.#lists.live(layer);
  }

  masks(): Promise<readonly LayerMask[]> {
    return Promise.resolve(
      this.units.map((units) => ({
        name: units.name,
        units: units.count,
        grid: units.grid,
        live: liveUnits(this.#lists.live(units)),
      })),
    );
  }

  /**
   * The mask before training. Where a dynamic begins at random, what the store has drawn stays; otherwise the units of
   * largest |w| live, or of largest |w · g|, where `saliency` is the gradient of the dense network on a first batch, at
   * the initial weights. Weights that live have their initial values. Throws `RangeError` on a missing gradient.
   */
  begin(saliency?: Gradients): void {
    const { dynamic, options, budget, store, seed } = this.#of;
    if (dynamic.initial === 'random') return;
    for (const layer of this.units) {
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
      this.#lists.start(layer, best, { magnitudes });
    }
    for (const parameter of this.#lists.parameters) {
      store.write(parameter.name, initialValues(parameter, seed));
    }
  }

  async change(due: ScheduledChange, gradients: GradientSource): Promise<MaskEvent> {
    const { dynamic, options } = this.#of;
    const counts = this.units.map((layer) => this.#counts(layer, due));
    const drops = counts.some((count) => count.drops > 0);
    const grows = counts.some((count) => count.grows > 0);
    const terms = drops ? await scoreTerms(dynamic, options, gradients) : [];
    const dense =
      grows && dynamic.growth === 'dense-gradient' ? magnitudesOf(await gradients.dense()) : null;
    const choice: Choice = { terms, dense, key: `change ${due.task.index} ${due.index}` };
    const layers: LayerChange[] = [];
    for (const [i, layer] of this.units.entries()) {
      layers.push(await this.#changeLayer(layer, counts[i]!, choice));
    }
    return { task: due.task.index, step: due.step, layers, density: this.#lists.density() };
  }

  async #changeLayer(
    layer: MaskUnits,
    counts: ChangeCounts,
    { terms, dense, key }: Choice,
  ): Promise<LayerChange> {
    const { seed } = this.#of;
    const { name, count: units } = layer;
    const before = this.#lists.count(layer);
    const known = new Map<string, Float32Array<ArrayBuffer>>();
    let scores: Float32Array<ArrayBuffer> | null = null;
    if (counts.drops > 0) {
      for (const weight of layer.weights) {
        known.set(weight.name, await this.#lists.stored(weight));
      }
      const importance = (of: string): Float32Array => {
        const weight = layer.weights.find((each) => each.name === of)!;
        return importanceOf(of, weight.unpack(known.get(of)!, this.listsOf(of)), terms);
      };
      scores = layer.scores(importance, this.listsOf);
    }
    const growth: GrowthChoice = dense
      ? { scores: layer.scores(dense, this.listsOf) }
      : { seed, key };
    const change = decideChange(layer, this.#lists.live(layer), counts, scores, growth);
    const { dropped, grown } = change;
    if (dropped.length + grown.length > 0) {
      const forms: FormSource = dense ? { magnitudes: dense } : { key, seed };
      await this.#lists.change(layer, change, forms, known);
    }
    return { name, units, before, after: before - dropped.length + grown.length, dropped, grown };
  }

  #counts(layer: MaskUnits, { dropTo, growTo }: ScheduledChange): ChangeCounts {
    const target = (density: number | null) =>
      density === null ? null : layer.unitsAt(this.#of.budget(layer.name, density));
    return changeCounts(this.#lists.count(layer), {
      dropTo: target(dropTo),
      growTo: target(growTo),
    });
  }
}

const magnitudesOf = (gradients: Gradients) => (name: string) =>
  gradientOf(gradients, name).map(Math.abs);
