/**
 * Where a network's numbers live: one flat arena each for parameters, gradients and every optimiser slot
 * (so the update of a group is one dispatch), and one for the running statistics of the norms. Each parameter has its
 * range, the same in every arena; those of gradients and optimiser state end where frozen parameters begin. How the
 * values of a parameter lie in its range is its layout's business.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { MemoryKind } from '../../gpu/memory.ts';
import { readBuffer } from '../../gpu/readback.ts';
import {
  arrangeParameters,
  MASK_BITS,
  type GroupRange,
  type ParameterPlace,
} from './arena-layout.ts';
import { initialValues } from './init.ts';
import type { RunningStatistics } from './parameter.ts';
import type { GroupedParameter, ParameterGroup } from './parameter-group.ts';

export type OptimizerKind = 'sgd' | 'sgd-momentum' | 'adam';

const OPTIMIZER_SLOTS: Readonly<Record<OptimizerKind, readonly string[]>> = {
  sgd: [],
  'sgd-momentum': ['velocity'],
  adam: ['first_moment', 'second_moment'],
};

/** A network as far as its numbers are concerned. */
interface Parameterized {
  readonly layers: readonly {
    readonly parameters: readonly GroupedParameter[];
    readonly running?: RunningStatistics;
  }[];
}

export class ParameterStore {
  readonly parameters: GPUBuffer;
  readonly gradients: GPUBuffer;
  /** By the name that the optimiser's kernel has for it. */
  readonly optimizer: ReadonlyMap<string, GPUBuffer>;
  readonly running: GPUBuffer;
  /** The index lists of all sparse parameters; null where every one is dense. */
  readonly lists: GPUBuffer | null;
  /** A bit for each float of the arena: whether it is a live weight. Null where every parameter is dense. */
  readonly live: GPUBuffer | null;
  /** Floats of everything that moves, which lies first in the parameters: the length of every other arena. */
  readonly floats: number;
  /** Where the groups that move lie, one after the other from the start of the arenas. */
  readonly groups: readonly GroupRange[];
  /** Numbers of all parameters, frozen ones too, padding left out. */
  readonly count: number;
  readonly #perEntry: GPUBuffer[];
  readonly #ranges: ReadonlyMap<string, ParameterPlace>;
  /** The lists of sparse parameters, the same as on the GPU: only this class writes either. */
  readonly #lists = new Map<string, Uint32Array<ArrayBuffer>>();
  readonly #running = new Map<string, { readonly norm: RunningStatistics; readonly at: number }>();

  constructor(
    readonly gpu: Gpu,
    network: Parameterized,
    readonly kind: OptimizerKind,
  ) {
    const { layers } = network;
    const { places, moving, movingFloats, floats, words } = arrangeParameters(
      layers.flatMap(({ parameters }) => parameters),
    );
    this.#ranges = new Map(places.map((place) => [place.parameter.name, place]));
    let count = 0;
    for (const { name, lists, shape } of places.map(({ parameter }) => parameter)) {
      if (lists) this.#lists.set(name, new Uint32Array(lists.words));
      count += shape.reduce((product, extent) => product * extent, 1);
    }
    let channels = 0;
    for (const { running } of layers) {
      if (!running) continue;
      this.#running.set(running.name, { norm: running, at: channels });
      channels += running.channels;
    }
    this.floats = movingFloats;
    this.groups = moving;
    this.count = count;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const { memory } = gpu;
    this.parameters = memory.allocate('weights', 'parameters', floats * 4, usage);
    this.gradients = memory.allocate('gradients', 'gradients', movingFloats * 4, usage);
    this.optimizer = new Map(
      OPTIMIZER_SLOTS[kind].map((slot) => [
        slot,
        memory.allocate('optimizer', slot, movingFloats * 4, usage),
      ]),
    );
    this.#perEntry = [this.parameters, this.gradients, ...this.optimizer.values()];
    this.lists = words > 0 ? memory.allocate('indices', 'index lists', words * 4, usage) : null;
    this.live =
      words > 0
        ? memory.allocate('indices', 'live mask', Math.ceil(floats / MASK_BITS) * 4, usage)
        : null;
    this.running = memory.allocate('weights', 'running statistics', channels * 8, usage);
  }

  /**
   * Every arena with a number for each entry that moves: parameters, gradients, optimiser state and what `addArena` made.
   * Where a place is given to another entry, all of them must be zeroed there.
   */
  get perEntry(): readonly GPUBuffer[] {
    return this.#perEntry;
  }

  /** A zeroed arena with one more number for each entry that moves. Throws `MemoryError`. */
  addArena(kind: MemoryKind, label: string): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const arena = this.gpu.memory.allocate(kind, label, this.floats * 4, usage);
    this.#perEntry.push(arena);
    return arena;
  }

  /** Whether a parameter has a gradient and is updated. */
  moves(name: string): boolean {
    return !this.groupOf(name).frozen;
  }

  groupOf(name: string): ParameterGroup {
    return this.#range(name).parameter.group;
  }

  /** Numbers of a parameter that exist: all of a dense one, the live ones of a sparse one. */
  liveCount(name: string): number {
    const { lists, shape } = this.#range(name).parameter;
    const present = this.#lists.get(name);
    return lists && present
      ? lists.live(present).reduce((sum, word) => sum + bitCount(word), 0)
      : shape.reduce((product, extent) => product * extent, 1);
  }

  get names(): string[] {
    return [...this.#ranges.keys()];
  }

  get runningNames(): string[] {
    return [...this.#running.keys()];
  }

  /** Where a parameter begins in the arenas, in floats; a multiple of 4. */
  at(name: string): number {
    return this.#range(name).at;
  }

  /** Where the lists of a sparse parameter begin in their arena, in words. Throws for a dense one. */
  listsAt(name: string): number {
    const { parameter, listsAt } = this.#range(name);
    if (!parameter.lists) throw new Error(`${name} is dense and has no lists`);
    return listsAt;
  }

  /** Where a norm's statistics begin in their arena, in channels. */
  runningAt(name: string): number {
    return this.#norm(name).at;
  }

  /**
   * Fresh lists and values from the seed; gradients and optimiser state 0; running mean 0 and variance 1.
   */
  initialize(seed: number): void {
    const { queue } = this.gpu.device;
    const values = new Float32Array(this.parameters.size / 4);
    for (const { parameter, at } of this.#ranges.values()) {
      const { name, lists } = parameter;
      if (lists) this.#setLists(name, lists.initial(seed));
      values.set(parameter.pack(initialValues(parameter, seed), this.#lists.get(name)), at);
    }
    queue.writeBuffer(this.parameters, 0, values);
    this.#writeAllLists();
    const encoder = this.gpu.device.createCommandEncoder({ label: 'clear optimiser state' });
    for (const buffer of [this.gradients, ...this.optimizer.values()]) encoder.clearBuffer(buffer);
    queue.submit([encoder.finish()]);
    for (const { norm, at } of this.#running.values()) {
      const { channels } = norm;
      const pairs = Float32Array.from({ length: 2 * channels }, (_, i) => i % 2);
      queue.writeBuffer(this.running, at * 8, pairs);
    }
  }

  /** Sets one parameter, given in PyTorch's order. */
  write(name: string, values: Float32Array): void {
    const { parameter, at } = this.#range(name);
    const packed = parameter.pack(values, this.#lists.get(name));
    this.gpu.device.queue.writeBuffer(this.parameters, at * 4, packed);
  }

  /**
   * The present lists of a sparse parameter, not to be written to: `writeLists` makes new ones, so these stay as they
   * are. Throws for a dense one.
   */
  listsOf(name: string): Uint32Array<ArrayBuffer> {
    const lists = this.#lists.get(name);
    if (!lists) throw new Error(`${name} is dense and has no lists`);
    return lists;
  }

  /** Sets the lists of a sparse parameter, and the live mask by them. Its stored values stay where they are. */
  writeLists(name: string, words: Uint32Array): void {
    const { parameter, at, listsAt } = this.#range(name);
    const lists = this.#setLists(name, words);
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.lists!, listsAt * 4, lists);
    // Whole words of the mask are the parameter's own: its range begins and ends at one.
    queue.writeBuffer(this.live!, at / 8, parameter.lists!.live(lists));
  }

  /** One parameter, in PyTorch's order. */
  read(name: string): Promise<Float32Array<ArrayBuffer>> {
    return this.#read(this.parameters, name);
  }

  /** The gradient of one parameter, in PyTorch's order, as the last backward pass left it. Throws for a frozen one. */
  readGradient(name: string): Promise<Float32Array<ArrayBuffer>> {
    if (!this.moves(name)) throw new Error(`${name} is frozen and has no gradient`);
    return this.#read(this.gradients, name);
  }

  /** The statistics of a norm, channels in PyTorch's order; one that is left out has mean 0 and variance 1. */
  async readRunning(name: string): Promise<{ mean: Float32Array; variance: Float32Array }> {
    const { norm, at } = this.#norm(name);
    const { channels, scale } = norm;
    const pairs = new Float32Array(await readBuffer(this.gpu, this.running, at * 8, channels * 8));
    const mean = new Float32Array(scale.shape[0]!);
    const variance = new Float32Array(mean.length).fill(1);
    this.#channelsOf(norm).forEach((channel, i) => {
      mean[channel] = pairs[2 * i]!;
      variance[channel] = pairs[2 * i + 1]!;
    });
    return { mean, variance };
  }

  /** Sets the statistics of a norm, channels in PyTorch's order. */
  writeRunning(name: string, mean: ArrayLike<number>, variance: ArrayLike<number>): void {
    const { norm, at } = this.#norm(name);
    const pairs = new Float32Array(2 * norm.channels);
    this.#channelsOf(norm).forEach((channel, i) => {
      pairs.set([mean[channel]!, variance[channel]!], 2 * i);
    });
    this.gpu.device.queue.writeBuffer(this.running, at * 8, pairs);
  }

  async #read(arena: GPUBuffer, name: string): Promise<Float32Array<ArrayBuffer>> {
    const { parameter, at } = this.#range(name);
    // Those of now: the mask may change while the values are on their way.
    const lists = this.#lists.get(name);
    const stored = await readBuffer(this.gpu, arena, at * 4, parameter.storage * 4);
    return parameter.unpack(new Float32Array(stored), lists);
  }

  /** New lists of a parameter, in place of the present ones as far as `words` go. */
  #setLists(name: string, words: Uint32Array): Uint32Array<ArrayBuffer> {
    const lists = this.listsOf(name).slice();
    lists.set(words);
    this.#lists.set(name, lists);
    return lists;
  }

  /** The place of each channel of a norm in PyTorch's order. */
  #channelsOf({ channels, scale }: RunningStatistics): Uint32Array {
    const [place] = scale.subsets;
    if (!place) return Uint32Array.from({ length: channels }, (_, i) => i);
    return this.listsOf(scale.name).subarray(place.at, place.at + channels);
  }

  #writeAllLists(): void {
    if (!this.lists || !this.live) return;
    const words = new Uint32Array(this.lists.size / 4);
    const mask = new Uint32Array(this.live.size / 4).fill(0xffffffff);
    for (const [name, lists] of this.#lists) {
      const { parameter, at, listsAt } = this.#range(name);
      words.set(lists, listsAt);
      mask.set(parameter.lists!.live(lists), at / MASK_BITS);
    }
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.lists, 0, words);
    queue.writeBuffer(this.live, 0, mask);
  }

  #range(name: string) {
    const range = this.#ranges.get(name);
    if (!range) throw new Error(`the network has no parameter ${name}`);
    return range;
  }

  #norm(name: string) {
    const norm = this.#running.get(name);
    if (!norm) throw new Error(`the network has no norm ${name}`);
    return norm;
  }
}

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
