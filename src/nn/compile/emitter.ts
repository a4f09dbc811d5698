/**
 * Writes the list of a plan. Layers, and the passes around them, emit dispatches over tensors, gradients and scratch
 * space, which have no buffers yet. The emitter notes from which dispatch to which each is used, and at the end gives
 * buffers to them: tensors that are never needed at the same time may share one.
 */
import './shaders.ts';
import type { Gpu } from '../../gpu/device.ts';
import { describeKernel } from '../../gpu/kernels.ts';
import { Plan, type BufferRange, type DispatchKind, type DispatchSpec } from '../../gpu/plan.ts';
import {
  peakBytes,
  type ActivationPool,
  type Virtual,
  type VirtualUse,
} from './activation-pool.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ParameterStore } from '../tensor/parameter-store.ts';
import {
  isVirtual,
  type BatchPart,
  type Emission,
  type LayerOfDispatch,
  type ListedDispatch,
} from './emission.ts';
import { workOf } from './emission-work.ts';
import type { GradientScope } from './gradient-scope.ts';
import type { NormMode } from './norm-mode.ts';
import type { RowGroup } from './step.ts';
import { usualVariant, type KernelUse, type VariantChoice } from './variants.ts';

/** Kinds of dispatches that work on rows; the others serve the step as a whole. */
const ROW_KINDS: ReadonlySet<DispatchKind> = new Set<DispatchKind>([
  'gather',
  'forward',
  'loss',
  'input-gradient',
  'weight-gradient',
]);

/** How saved activations are stored; gradients are float32 always. */
export type ActivationFormat = 'f32' | 'f16';

export interface EmitterOptions extends BatchPart {
  /** What batch norms normalise by. */
  readonly norms: NormMode;
  /** Which gradients of weights are computed, and where they go; all of them, into the store's arena, if left out. */
  readonly scope?: GradientScope;
  /** `f16` stores planes as pairs of halves; vectors of one pixel, logits among them, stay float32. */
  readonly activations?: ActivationFormat;
  /** Whether values that are cheap to compute again are dropped between forward and backward. */
  readonly recompute?: boolean;
  /** Which kernel does which convolution; what is usual on the device if left out. */
  readonly variants?: VariantChoice;
  readonly store: ParameterStore;
  /** Groups of parameters that this plan leaves as they are, with their optimiser state; none if left out. */
  readonly resting?: ReadonlySet<string>;
}

export class Emitter {
  readonly norms: NormMode;
  readonly scope: GradientScope;
  readonly store: ParameterStore;
  readonly resting: ReadonlySet<string>;
  readonly variantFor: (use: KernelUse) => string;
  readonly #emissions: ListedDispatch[] = [];
  readonly #values = new Map<symbol, Virtual>();
  readonly #gradients = new Map<symbol, Virtual>();
  readonly #written = new Set<symbol>();
  readonly #saved = new Map<string, Virtual>();
  readonly #format: ActivationFormat;
  readonly #recompute: boolean;
  readonly #recipes = new Map<symbol, () => void>();
  #part: BatchPart;
  #owner: LayerOfDispatch | null = null;
  #backward = false;
  #moved: ReadonlySet<symbol> | null = null;

  constructor(options: EmitterOptions) {
    this.norms = options.norms;
    this.scope = options.scope ?? {};
    this.store = options.store;
    this.resting = options.resting ?? new Set();
    this.#part = options;
    this.variantFor = (use) => options.variants?.(use) ?? usualVariant(options.store.gpu, use);
    this.#format = options.activations ?? 'f32';
    this.#recompute = options.recompute ?? false;
  }

  /** Rows of the part that is being emitted, a multiple of 4. */
  get rows(): number {
    return this.#part.rows;
  }

  get batch4(): number {
    return this.#part.rows / 4;
  }

  get groups(): readonly RowGroup[] {
    return this.#part.groups;
  }

  /** Where the records of its rows are: from which row of how many. */
  get records(): { readonly first_row: number; readonly all_rows: number } {
    const { rows, firstRow = 0, allRows = rows } = this.#part;
    return { first_row: firstRow, all_rows: allRows };
  }

  /** As the kernels' `accumulate` for gradients of parameters. */
  get accumulatesParameters(): 0 | 1 {
    return this.#part.accumulate ?? 0;
  }

  /**
   * From here on another part of the batch is emitted, with a forward and a backward pass of its own. Values and
   * gradients of earlier parts are forgotten, but for virtuals that the caller has kept.
   */
  beginPart(part: BatchPart): void {
    this.#part = part;
    this.#backward = false;
    for (const known of [this.#values, this.#gradients, this.#saved, this.#recipes]) known.clear();
    this.#written.clear();
  }

  /** Emits a pass of `owner`: dense multiply-accumulates and ranges of arenas are counted by it. */
  within(owner: LayerOfDispatch, pass: () => void): void {
    this.#owner = owner;
    pass();
    this.#owner = null;
  }

  /** vec4s of a tensor. */
  vectors(x: Tensor): number {
    return x.channels * x.height * x.width * this.batch4;
  }

  /** Whether the values of `x` are pairs of halves (1: two words a vec4 of the batch) or float32 (0). */
  half(x: Tensor): 0 | 1 {
    return this.#format === 'f16' && x.planes ? 1 : 0;
  }

  /** The value of `x`; one that was dropped is computed again first. */
  value(x: Tensor): Virtual {
    const value = keep(this.#values, x.storage, () => ({
      label: x.name,
      bytes: this.vectors(x) * (this.half(x) ? 8 : 16),
    }));
    const recipe = this.#recipes.get(x.storage);
    if (recipe && this.#backward) {
      this.#recipes.delete(x.storage);
      recipe();
    }
    return value;
  }

  /**
   * Offers to compute the value of `x` again in the backward pass by emitting `recipe`, so that it need not
   * be kept from the forward pass on.
   */
  recomputable(x: Tensor, recipe: () => void): void {
    if (this.#recompute) this.#recipes.set(x.storage, recipe);
  }

  /**
   * From here on the backward pass is emitted. `moved` are the storages of the tensors that depend on a parameter which
   * this plan moves; no other tensor gets a gradient. Left out: `Tensor.needsGradient` decides alone.
   */
  beginBackward(moved: ReadonlySet<symbol> | null = null): void {
    this.#backward = true;
    this.#moved = moved;
    for (const storage of this.#recipes.keys()) this.#values.delete(storage);
  }

  /** Whether the gradient of `x` is wanted in this plan. */
  needsGradient(x: Tensor): boolean {
    return x.needsGradient && (this.#moved?.has(x.storage) ?? true);
  }

  gradient(x: Tensor): Virtual {
    return keep(this.#gradients, x.storage, () => ({
      label: `${x.name} gradient`,
      bytes: this.vectors(x) * 16,
    }));
  }

  /**
   * Whether the gradient of `x` already holds a contribution, as the kernels' `accumulate`. The caller is
   * the next to write it.
   */
  accumulates(x: Tensor): 0 | 1 {
    if (this.#written.has(x.storage)) return 1;
    this.#written.add(x.storage);
    return 0;
  }

  /** Whether the gradient of a parameter is wanted: it is neither frozen nor at rest in this plan. */
  moves(name: string): boolean {
    return this.store.moves(name) && !this.resting.has(this.store.groupOf(name).name);
  }

  /** Space between two dispatches of one layer. */
  scratch(label: string, bytes: number): Virtual {
    return { label, bytes };
  }

  /** Space that a layer's backward pass finds as its forward pass left it. */
  saved(label: string, bytes: number): Virtual {
    return keep(this.#saved, label, () => ({ label, bytes }));
  }

  dispatch(emission: Emission): void {
    const { rows, firstGroup = 0, groups, step } = this.#part;
    this.#emissions.push({
      ...emission,
      described: describeKernel(emission.kernel, emission.defines),
      step,
      rows,
      groups: ROW_KINDS.has(emission.kind) ? groups.map((_, g) => firstGroup + g) : [],
      owner: this.#owner,
    });
  }

  /**
   * Gives out buffers, compiles, and makes the plan. `keepAll` gives every virtual a buffer of its own,
   * so that tests can read them through `resolved`.
   */
  async finish(
    gpu: Gpu,
    label: string,
    pool: ActivationPool,
    options: {
      readonly onProgress?: ((done: number, of: number) => void) | undefined;
      readonly keepAll?: boolean;
    } = {},
  ): Promise<{ readonly plan: Plan; readonly resolved: ReadonlyMap<Virtual, GPUBuffer> }> {
    const places = this.allocate(pool, options.keepAll);
    const specs = this.#emissions.map((listed): DispatchSpec => {
      const { label: name, kind, described, parameters, buffers, invocations } = listed;
      const given = Object.entries(buffers).map(
        ([binding, buffer]) => [binding, isVirtual(buffer) ? places.get(buffer)! : buffer] as const,
      );
      return {
        label: name,
        kind,
        kernel: described,
        parameters,
        buffers: { step: listed.step, ...Object.fromEntries(given) },
        invocations,
        ...workOf(listed, this.store),
      };
    });
    const resolved = new Map([...places].map(([virtual, { buffer }]) => [virtual, buffer]));
    return { plan: await Plan.create(gpu, label, specs, options.onProgress), resolved };
  }

  /** Gives out the buffers alone, as `finish` does. */
  allocate(pool: ActivationPool, keepAll = false): ReadonlyMap<Virtual, BufferRange> {
    return pool.assign(this.#uses(), keepAll);
  }

  /** The most bytes of activations and scratch space that are needed at one time. */
  get peakBytes(): number {
    return peakBytes(this.#uses());
  }

  #uses(): readonly (readonly VirtualUse[])[] {
    return this.#emissions.map(({ buffers, described }) => {
      const written = new Set(
        described.bindings.filter(({ kind }) => kind === 'storage').map(({ name }) => name),
      );
      return Object.entries(buffers).flatMap(([name, virtual]) =>
        isVirtual(virtual) ? [{ virtual, writes: written.has(name) }] : [],
      );
    });
  }
}

function keep<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
