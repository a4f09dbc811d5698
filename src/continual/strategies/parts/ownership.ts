/**
 * Which task owns each number of a network that tasks share without touching each other's (PackNet). Weights are
 * given out entry by entry. A row of the head belongs to the task of its class. Norms and biases belong to the first
 * task. All of this is kept on the CPU; the GPU gets it as a bit for each number.
 */
import type { Network } from '../../../nn/compile/graph.ts';
import type { Parameter } from '../../../nn/tensor/parameter.ts';
import type { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { TrainingTask } from '../../stream/stream.ts';

/** No task's. */
const FREE = 0;

interface Owned {
  readonly parameter: Parameter;
  /** Weights are pruned; rows of the head go by class; the rest is the first task's. */
  readonly kind: 'weights' | 'head' | 'rest';
  /** In PyTorch's order: `FREE`, or a task's index + 1. */
  readonly owners: Uint8Array;
}

export class Ownership {
  readonly #store: ParameterStore;
  readonly #owned: readonly Owned[];

  constructor(network: Network, store: ParameterStore) {
    this.#store = store;
    this.#owned = network.layers.flatMap(({ parameters, output }) =>
      parameters.map((parameter): Owned => {
        const { role, shape } = parameter;
        const head = output.storage === network.output.storage;
        return {
          parameter,
          kind: head ? 'head' : role === 'matrix' ? 'weights' : 'rest',
          owners: new Uint8Array(shape.reduce((product, extent) => product * extent, 1)),
        };
      }),
    );
  }

  /** Gives a task what is free, and the rows of the head for its classes. */
  begin({ index, firstOutput, labels }: TrainingTask): void {
    for (const { parameter, kind, owners } of this.#owned) {
      const row = owners.length / parameter.shape[0]!;
      if (kind === 'head')
        owners.fill(index + 1, firstOutput * row, (firstOutput + labels.length) * row);
      else if (kind === 'weights' || index === 0) replace(owners, FREE, index + 1);
    }
  }

  /**
   * Takes from a task, layer by layer, the share of its weights that is smallest by magnitude, ties by index; at
   * least one is left. `read` brings a parameter in PyTorch's order.
   */
  async prune(
    task: number,
    share: number,
    read: (name: string) => Promise<Float32Array>,
  ): Promise<void> {
    for (const { parameter, kind, owners } of this.#owned) {
      if (kind !== 'weights') continue;
      const values = await read(parameter.name);
      const own = Uint32Array.from(owners.keys()).filter((i) => owners[i] === task + 1);
      own.sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!) || a - b);
      const pruned = Math.min(Math.round(share * own.length), own.length - 1);
      for (const i of own.subarray(0, Math.max(0, pruned))) owners[i] = FREE;
    }
  }

  /** Bits of the arena, 32 a word: what a task may move. */
  trainable(task: number): Uint32Array<ArrayBuffer> {
    return this.#bits((_, owner) => owner === task + 1);
  }

  /** What some task owns: everything but pruned weights. */
  taken(): Uint32Array<ArrayBuffer> {
    return this.#bits((kind, owner) => kind !== 'weights' || owner !== FREE);
  }

  /** What a task was learnt with: its own weights and those of tasks before it. */
  visible(task: number): Uint32Array<ArrayBuffer> {
    return this.#bits((kind, owner) => kind !== 'weights' || (owner !== FREE && owner <= task + 1));
  }

  #bits(wanted: (kind: Owned['kind'], owner: number) => boolean): Uint32Array<ArrayBuffer> {
    const bits = new Uint32Array(Math.ceil(this.#store.floats / 32));
    for (const { parameter, kind, owners } of this.#owned) {
      const at = this.#store.at(parameter.name);
      const marks = Float32Array.from(owners, (owner) => (wanted(kind, owner) ? 1 : 0));
      parameter.pack(marks).forEach((mark, i) => {
        if (mark !== 0) bits[(at + i) >> 5]! |= 1 << ((at + i) & 31);
      });
    }
    return bits;
  }
}

function replace(owners: Uint8Array, from: number, to: number): void {
  owners.forEach((owner, i) => {
    if (owner === from) owners[i] = to;
  });
}
