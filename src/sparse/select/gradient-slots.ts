/**
 * The gradient mask M_G ⊆ M_θ of SparCL (Wang et al., NeurIPS 2022, dynamic gradient masking): of each sparse
 * layer some live units alone, those whose gradients matter most, get a gradient and move. A unit is what the
 * layout stores as a whole: a block's slot, a pattern's kernel, or a single entry. Scores, the choice by exact
 * top-k and the mask are made on the GPU, in the plan of a step, so nothing is read back: how many units are
 * chosen is known beforehand.
 */
import './shaders.ts';
import type { Gpu } from '../../gpu/device.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import type {
  ChosenPlaces,
  GradientScope,
  GradientUnits,
} from '../../nn/compile/gradient-scope.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import { spanInvocations } from '../../nn/compile/pointwise.ts';
import { liveAt } from '../budget.ts';
import { emitTopK } from './top-k.ts';
import { TopKTable } from './top-k-table.ts';

const WORD = 32;

interface Layer {
  readonly name: string;
  readonly units: GradientUnits;
  /** Units that are chosen, dead ones included where fewer live. */
  readonly count: number;
}

/** What is on the GPU once the layers are known. */
interface Tables {
  readonly layers: readonly Layer[];
  readonly table: TopKTable;
  /** [layers] records, `UnitLayer` of lib/unit_layers.wgsl. */
  readonly records: GPUBuffer;
  /** A float for each unit, layer after layer, each from a multiple of 4 on. */
  readonly scores: GPUBuffer;
  readonly length: number;
  readonly bitmap: GPUBuffer;
  /** Chosen places as lists, layer after layer, where a layout goes by them. */
  readonly lists: { readonly indices: GPUBuffer; readonly starts: GPUBuffer } | null;
  readonly moves: GPUBuffer;
}

export class GradientSlots {
  readonly #gpu: Gpu;
  readonly #store: ParameterStore;
  readonly #sparsity: number;
  readonly #layers = new Map<string, Layer>();
  #tables: Tables | null = null;

  /** `sparsity` q: of each layer's units, dead ones included, max(1, round((1 − q) · units)) are chosen at most. */
  constructor(gpu: Gpu, store: ParameterStore, sparsity: number) {
    this.#gpu = gpu;
    this.#store = store;
    this.#sparsity = sparsity;
  }

  /** For a plan with all gradients; it must be listed first, since the layers are met on the way. */
  readonly meeting: GradientScope = {
    choose: ({ name }, units) => {
      const count = Math.min(units.places, liveAt(this.#sparsity, units.of));
      if (!this.#tables) this.#layers.set(name, { name, units, count });
      return null;
    },
  };

  /** For a plan with the chosen gradients alone. */
  readonly chosen: GradientScope = {
    choose: ({ name }) => this.#placesOf(name),
  };

  /** Whether some layout computes more gradients than those that are chosen. */
  get leavesWork(): boolean {
    return this.#made().layers.some(({ units }) => !units.listed);
  }

  /** A bit for each float of the arena: whether an update may move it. */
  get moves(): GPUBuffer {
    return this.#made().moves;
  }

  /** Units that are chosen of a layer; dead ones among them do nothing. */
  countOf(weight: string): number {
    const layer = this.#layers.get(weight);
    if (!layer) throw new RangeError(`${weight} has no gradients to choose from`);
    return layer.count;
  }

  /**
   * Emits the scores of all units from the gradients as they are: weight · mean |g| over a unit's live entries,
   * added to the scores as they are or in their place. `meeting` must have seen the layers.
   */
  emitScores(emit: Emitter, weight: number, accumulate: boolean): void {
    const { layers, records, scores, length } = this.#made();
    emit.dispatch({
      label: 'gradient scores',
      kind: 'select',
      kernel: 'unit_scores',
      parameters: { layers: layers.length, length, weight, accumulate: accumulate ? 1 : 0 },
      buffers: {
        layers: records,
        live: this.#store.live!,
        gradients: this.#store.gradients,
        scores,
      },
      invocations: length,
    });
  }

  /** Emits the choice by the scores, and the mask of what may move. */
  emitChoice(emit: Emitter): void {
    const { layers, table, records, scores, bitmap, lists, moves } = this.#made();
    const label = 'gradient choice';
    emitTopK(emit, { label, table, values: scores, bitmap, ...(lists && { lists }) });
    const words = Math.ceil(this.#store.floats / WORD);
    emit.dispatch({
      label: 'gradient mask',
      kind: 'select',
      kernel: 'chosen_entries',
      parameters: { layers: layers.length, words },
      buffers: { layers: records, live: this.#store.live!, chosen: bitmap, moves },
      invocations: words,
    });
  }

  /** Emits g ← M_G ∘ g over the store's gradients. */
  emitMask(emit: Emitter): void {
    const { gradients, floats } = this.#store;
    emit.dispatch({
      label: 'mask gradients',
      kind: 'update',
      kernel: 'mask_gradients',
      parameters: { length: floats / 4 },
      buffers: { moves: this.#made().moves, gradients },
      invocations: spanInvocations(floats / 4),
    });
  }

  #placesOf(name: string): ChosenPlaces | null {
    const { layers, lists } = this.#made();
    const index = layers.findIndex((layer) => layer.name === name);
    const layer = layers[index];
    if (!layer?.units.listed || !lists) return null;
    const at = layers.slice(0, index).reduce((sum, { count }) => sum + count, 0);
    return { indices: lists.indices, at, count: layer.count };
  }

  #made(): Tables {
    return (this.#tables ??= this.#make());
  }

  #make(): Tables {
    const { memory, device } = this.#gpu;
    const store = this.#store;
    const layers = [...this.#layers.values()].sort((a, b) => store.at(a.name) - store.at(b.name));
    if (layers.length === 0 || !store.live) {
      throw new RangeError(
        'gradients are chosen among those of sparse weights, by blocks, patterns or single entries: the network has none',
      );
    }
    const starts = startsOf(layers);
    const segments = layers.map(({ units }, i) => [{ at: starts[i]!, length: units.places }]);
    const table = new TopKTable(this.#gpu, 'gradient choice', segments);
    table.setCounts(layers.map(({ count }) => count));
    const words = layers.flatMap(({ name, units }, i) => [
      ...[starts[i]!, units.places, units.floats, store.at(name), table.wordAt[i]!],
    ]);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const allocate = (label: string, count: number) =>
      memory.allocate('indices', label, 4 * count, usage);
    const records = allocate('gradient layers', words.length);
    device.queue.writeBuffer(records, 0, Uint32Array.from(words));
    const length = starts[layers.length]!;
    const chosen = layers.reduce((sum, { count }) => sum + count, 0);
    return {
      layers,
      table,
      records,
      scores: memory.allocate('workspace', 'gradient scores', 4 * length, usage),
      length,
      bitmap: allocate('chosen units', table.words),
      lists: layers.some(({ units }) => units.listed)
        ? {
            indices: allocate('chosen places', chosen),
            starts: allocate('starts of chosen places', layers.length + 1),
          }
        : null,
      moves: allocate('gradient mask', Math.ceil(store.floats / WORD)),
    };
  }
}

/** First score of each layer, and the length of all. */
function startsOf(layers: readonly Layer[]): number[] {
  const starts = [0];
  for (const { units } of layers) starts.push(starts.at(-1)! + Math.ceil(units.places / 4) * 4);
  return starts;
}
