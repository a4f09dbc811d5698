/**
 * The index lists of a network under a mask. They are held once, by the parameter store in the form that kernels read;
 * this class is the only one that changes them, and answers from them which units live. A change zeroes reassigned
 * slots in every arena that keeps a number for each entry, then writes the lists and the live mask. It reads and writes
 * one parameter at a time, so that it takes no more memory than the largest needs.
 */
import type { Gpu } from '../../gpu/device.ts';
import { readBuffer } from '../../gpu/readback.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { Parameter } from '../../nn/tensor/parameter.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import type { UnitChange } from './mask-change.ts';
import type { FormSource, ListsOf, MaskUnits, ParameterChange } from './mask-units.ts';

export interface NetworkListsOptions {
  readonly gpu: Gpu;
  readonly network: Network;
  /** Initialised: it has the lists that training begins with. */
  readonly store: ParameterStore;
  /** What comes and goes: `NetworkLayout.unitsOf` of the network. */
  readonly units: readonly MaskUnits[];
  readonly seed: number;
}

export class NetworkLists {
  readonly units: readonly MaskUnits[];
  /** The present lists of a parameter; a change makes new ones. */
  readonly of: ListsOf;
  readonly #options: NetworkListsOptions;
  /** What `live` has found since a layer's last change. */
  readonly #live = new Map<MaskUnits, Uint8Array<ArrayBuffer>>();

  constructor(options: NetworkListsOptions) {
    this.units = options.units;
    this.of = (name) => options.store.listsOf(name);
    this.#options = options;
  }

  /** All parameters whose lists a change of the mask may change. */
  get parameters(): ReadonlySet<Parameter> {
    return new Set(this.units.flatMap(({ parameters }) => parameters));
  }

  /** [count] 1 for each unit of a layer that lives; not to be written to. */
  live(layer: MaskUnits): Uint8Array<ArrayBuffer> {
    let live = this.#live.get(layer);
    if (!live) this.#live.set(layer, (live = layer.live(this.of)));
    return live;
  }

  /** How many units of a layer live. */
  count(layer: MaskUnits): number {
    return this.live(layer).reduce((sum, one) => sum + one, 0);
  }

  /** Share of the weights of all layers under the mask that live. */
  density(): number {
    const { store } = this.#options;
    const weights = new Set(this.units.flatMap((layer) => layer.weights));
    let [live, all] = [0, 0];
    for (const { name, shape } of weights) {
      live += store.liveCount(name);
      all += shape.reduce((product, extent) => product * extent, 1);
    }
    return all === 0 ? 1 : live / all;
  }

  /** Stored weights as they are after all steps queued so far. */
  async stored({ name, storage }: Parameter): Promise<Float32Array<ArrayBuffer>> {
    const { gpu, store } = this.#options;
    const bytes = await readBuffer(gpu, store.parameters, store.at(name) * 4, storage * 4);
    return new Float32Array(bytes);
  }

  /** Lists exactly these units of a layer as live, before training: nothing is zeroed. */
  start(layer: MaskUnits, units: Uint32Array, forms: FormSource): void {
    for (const [name, lists] of layer.start(units, forms, this.of)) {
      this.#options.store.writeLists(name, lists);
    }
    this.#live.delete(layer);
  }

  /**
   * Drops and grows units of a layer. `known` are stored weights that have been read already, by the parameter's
   * name; none of them may be out of date. Throws `RangeError` where more grow than there is room for.
   */
  async change(
    layer: MaskUnits,
    { dropped, grown }: UnitChange,
    forms: FormSource,
    known: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  ): Promise<void> {
    const { store, seed } = this.#options;
    const changes = layer.change(this.of, dropped, grown, forms, seed);
    for (const change of changes) {
      await this.#zero(change, known.get(change.parameter.name));
      store.writeLists(change.parameter.name, change.lists);
    }
    this.#live.delete(layer);
    await this.#resetStatistics(changes, grown);
  }

  /** Zeroes reassigned slots in every arena, and writes what grown units begin with. */
  async #zero(
    { parameter, zeroed, fresh }: ParameterChange,
    known: Float32Array<ArrayBuffer> | undefined,
  ): Promise<void> {
    if (zeroed.length === 0) return;
    const { gpu, store } = this.#options;
    const at = store.at(parameter.name) * 4;
    for (const arena of store.perEntry) {
      const isWeights = arena === store.parameters;
      const stored =
        (isWeights ? known : undefined) ??
        new Float32Array(await readBuffer(gpu, arena, at, parameter.storage * 4));
      for (const range of zeroed) stored.fill(0, range.at, range.at + range.length);
      if (isWeights && fresh) fresh.forEach((value, i) => (stored[i]! += value));
      gpu.device.queue.writeBuffer(arena, at, stored);
    }
  }

  /** Grown channels have no statistics yet: their norms begin at mean 0 and variance 1. Other norms stay as they are. */
  async #resetStatistics(changes: readonly ParameterChange[], grown: Uint32Array): Promise<void> {
    const { network, store } = this.#options;
    const changed = new Set(changes.map(({ parameter }) => parameter.name));
    for (const { running } of network.layers) {
      if (!running || !changed.has(running.scale.name)) continue;
      const { mean, variance } = await store.readRunning(running.name);
      for (const channel of grown) {
        mean[channel] = 0;
        variance[channel] = 1;
      }
      store.writeRunning(running.name, mean, variance);
    }
  }
}
