/**
 * Where a network's numbers live: one flat arena each for parameters, gradients and every optimiser slot
 * (so an update is one dispatch), and one for the running statistics of the norms. Each parameter has its
 * range; how its values lie there is its layout's business.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { MemoryKind } from '../../gpu/memory.ts';
import { readBuffer } from '../../gpu/readback.ts';
import { initialValues } from './init.ts';
import type { Parameter, RunningStatistics } from './parameter.ts';

export type OptimizerKind = 'sgd' | 'sgd-momentum' | 'adam';

const OPTIMIZER_SLOTS: Readonly<Record<OptimizerKind, readonly string[]>> = {
  sgd: [],
  'sgd-momentum': ['velocity'],
  adam: ['first_moment', 'second_moment'],
};

/** A network as far as its numbers are concerned. */
interface Parameterized {
  readonly layers: readonly {
    readonly parameters: readonly Parameter[];
    readonly running?: RunningStatistics;
  }[];
}

interface Range {
  readonly parameter: Parameter;
  /** In floats. */
  readonly at: number;
  /** In words, where the parameter has lists. */
  readonly listsAt: number;
}

/** Sparse parameters begin at whole words of the live mask. */
const MASK_BITS = 32;

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
  /** Length of the parameter arena in floats. */
  readonly floats: number;
  /** Trainable numbers, padding left out. */
  readonly count: number;
  readonly #perEntry: GPUBuffer[];
  readonly #ranges = new Map<string, Range>();
  /** The lists as the CPU last knew them. */
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #running = new Map<string, { readonly norm: RunningStatistics; readonly at: number }>();

  constructor(
    readonly gpu: Gpu,
    network: Parameterized,
    readonly kind: OptimizerKind,
  ) {
    let floats = 0;
    let count = 0;
    let channels = 0;
    let words = 0;
    for (const { parameters, running } of network.layers) {
      for (const parameter of parameters) {
        if (parameter.lists) floats = roundUp(floats, MASK_BITS);
        this.#ranges.set(parameter.name, { parameter, at: floats, listsAt: words });
        floats += parameter.storage;
        if (parameter.lists) floats = roundUp(floats, MASK_BITS);
        words += roundUp(parameter.lists?.words ?? 0, 4);
        count += parameter.shape.reduce((product, extent) => product * extent, 1);
      }
      if (running) {
        this.#running.set(running.name, { norm: running, at: channels });
        channels += running.channels;
      }
    }
    this.floats = floats;
    this.count = count;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const { memory } = gpu;
    this.parameters = memory.allocate('weights', 'parameters', floats * 4, usage);
    this.gradients = memory.allocate('gradients', 'gradients', floats * 4, usage);
    this.optimizer = new Map(
      OPTIMIZER_SLOTS[kind].map((slot) => [
        slot,
        memory.allocate('optimizer', slot, floats * 4, usage),
      ]),
    );
    this.#perEntry = [this.parameters, this.gradients, ...this.optimizer.values()];
    this.#words = new Uint32Array(words);
    this.lists = words > 0 ? memory.allocate('indices', 'index lists', words * 4, usage) : null;
    this.live =
      words > 0
        ? memory.allocate('indices', 'live mask', Math.ceil(floats / MASK_BITS) * 4, usage)
        : null;
    this.running = memory.allocate('weights', 'running statistics', channels * 8, usage);
  }

  /**
   * Every arena with a number for each entry: parameters, gradients, optimiser state and what `addArena` made.
   * Where a place changes hands, all of them must be zeroed there.
   */
  get perEntry(): readonly GPUBuffer[] {
    return this.#perEntry;
  }

  /** A zeroed arena of the parameters' shape, for whoever keeps another number for each entry. Throws `MemoryError`. */
  addArena(kind: MemoryKind, label: string): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const arena = this.gpu.memory.allocate(kind, label, this.floats * 4, usage);
    this.#perEntry.push(arena);
    return arena;
  }

  /** Numbers of a parameter that exist: all of a dense one, the live ones of a sparse one. */
  liveCount(name: string): number {
    const range = this.#range(name);
    const { lists, shape } = range.parameter;
    const present = this.#listsOf(range);
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

  /** Where a parameter begins in the arena, in floats; a multiple of 4. */
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
    const values = new Float32Array(this.floats);
    for (const range of this.#ranges.values()) {
      const { parameter, at, listsAt } = range;
      if (parameter.lists) this.#words.set(parameter.lists.initial(seed), listsAt);
      values.set(parameter.pack(initialValues(parameter, seed), this.#listsOf(range)), at);
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
    const range = this.#range(name);
    const packed = range.parameter.pack(values, this.#listsOf(range));
    this.gpu.device.queue.writeBuffer(this.parameters, range.at * 4, packed);
  }

  /** The lists of a sparse parameter as the GPU has them; from here on `write` goes by them. */
  async readLists(name: string): Promise<Uint32Array<ArrayBuffer>> {
    const { parameter } = this.#range(name);
    const at = this.listsAt(name);
    const bytes = (parameter.lists?.words ?? 0) * 4;
    const words = new Uint32Array(await readBuffer(this.gpu, this.lists!, at * 4, bytes));
    this.#words.set(words, at);
    return words;
  }

  /** Sets the lists of a sparse parameter, and the live mask by them. Its stored values stay where they are. */
  writeLists(name: string, words: Uint32Array): void {
    const at = this.listsAt(name);
    const range = this.#range(name);
    this.#words.set(words, at);
    const lists = this.#listsOf(range)!;
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.lists!, at * 4, lists);
    // Whole words of the mask are the parameter's own: its range begins and ends at one.
    queue.writeBuffer(this.live!, range.at / 8, range.parameter.lists!.live(lists));
  }

  /** One parameter, in PyTorch's order. */
  read(name: string): Promise<Float32Array<ArrayBuffer>> {
    return this.#read(this.parameters, name);
  }

  /** The gradient of one parameter, in PyTorch's order, as the last backward pass left it. */
  readGradient(name: string): Promise<Float32Array<ArrayBuffer>> {
    return this.#read(this.gradients, name);
  }

  /** The statistics of a norm, channels in PyTorch's order; one that is left out has mean 0 and variance 1. */
  async readRunning(name: string): Promise<{ mean: Float32Array; variance: Float32Array }> {
    const { norm, at } = this.#norm(name);
    const { channels, scale } = norm;
    const pairs = new Float32Array(await readBuffer(this.gpu, this.running, at * 8, channels * 8));
    if (scale.lists) await this.readLists(scale.name);
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
    const lists = parameter.lists ? await this.readLists(name) : undefined;
    const stored = await readBuffer(this.gpu, arena, at * 4, parameter.storage * 4);
    return parameter.unpack(new Float32Array(stored), lists);
  }

  #listsOf({ parameter, listsAt }: Range): Uint32Array<ArrayBuffer> | undefined {
    return parameter.lists
      ? this.#words.subarray(listsAt, listsAt + parameter.lists.words)
      : undefined;
  }

  /** The place of each channel of a norm in PyTorch's order. */
  #channelsOf({ channels, scale }: RunningStatistics): Uint32Array {
    const [place] = scale.subsets;
    if (!place) return Uint32Array.from({ length: channels }, (_, i) => i);
    return this.#listsOf(this.#range(scale.name))!.subarray(place.at, place.at + channels);
  }

  #writeAllLists(): void {
    if (!this.lists || !this.live) return;
    const mask = new Uint32Array(this.live.size / 4).fill(0xffffffff);
    for (const range of this.#ranges.values()) {
      const lists = this.#listsOf(range);
      if (lists) mask.set(range.parameter.lists!.live(lists), range.at / MASK_BITS);
    }
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.lists, 0, this.#words);
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

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;
