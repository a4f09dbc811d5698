/**
 * Writes the list. Layers (and whoever frames them) emit dispatches over tensors, gradients and scratch
 * space by name; the emitter remembers who uses what from when to when, and at the end gives buffers to
 * them: one buffer may serve many tensors that are never alive together, and no two that are.
 */
import type { Gpu } from '../gpu/device.ts';
import { describeKernel, type Kernel } from '../gpu/kernels.ts';
import { Plan, type DispatchKind, type DispatchSpec } from '../gpu/plan.ts';
import type { Defines } from '../gpu/shader-source.ts';
import type { ActivationPool, Virtual } from './activation-pool.ts';
import type { Tensor } from './tensor.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { RowGroup } from './step.ts';

export interface Emission {
  readonly label: string;
  readonly kind: DispatchKind;
  readonly kernel: string;
  readonly defines?: Defines;
  readonly parameters: Readonly<Record<string, number>>;
  readonly buffers: Readonly<Record<string, Virtual | GPUBuffer>>;
  /** Invocations that have work. */
  readonly invocations: number;
  readonly macs?: number;
}

/** How saved activations are stored; gradients are float32 always. */
export type ActivationFormat = 'f32' | 'f16';

export interface EmitterOptions {
  readonly mode: 'train' | 'evaluate';
  /** `f16` stores planes as pairs of halves; vectors of one pixel, logits among them, stay float32. */
  readonly activations?: ActivationFormat;
  /** Whether values that are cheap to compute again are dropped between forward and backward. */
  readonly recompute?: boolean;
  /** 1 where gradients of parameters add to those of an earlier part of the batch. */
  readonly accumulate?: 0 | 1;
  /** Rows of the batch, a multiple of 4. */
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  readonly store: ParameterStore;
  /** The scalars that kernels bind as `step`. */
  readonly step: GPUBuffer;
}

export class Emitter {
  readonly mode: 'train' | 'evaluate';
  readonly rows: number;
  readonly batch4: number;
  readonly groups: readonly RowGroup[];
  readonly store: ParameterStore;
  /** As the kernels' `accumulate` for gradients of parameters. */
  readonly accumulatesParameters: 0 | 1;
  readonly #step: GPUBuffer;
  readonly #emissions: (Emission & { readonly described: Kernel })[] = [];
  readonly #values = new Map<symbol, Virtual>();
  readonly #gradients = new Map<symbol, Virtual>();
  readonly #written = new Set<symbol>();
  readonly #saved = new Map<string, Virtual>();
  readonly #format: ActivationFormat;
  readonly #recompute: boolean;
  readonly #recipes = new Map<symbol, () => void>();
  #backward = false;

  constructor(options: EmitterOptions) {
    this.mode = options.mode;
    this.rows = options.rows;
    this.batch4 = options.rows / 4;
    this.groups = options.groups;
    this.store = options.store;
    this.accumulatesParameters = options.accumulate ?? 0;
    this.#step = options.step;
    this.#format = options.activations ?? 'f32';
    this.#recompute = options.recompute ?? false;
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

  /** From here on the backward pass is emitted. */
  beginBackward(): void {
    this.#backward = true;
    for (const storage of this.#recipes.keys()) this.#values.delete(storage);
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

  /** Space between two dispatches of one layer. */
  scratch(label: string, bytes: number): Virtual {
    return { label, bytes };
  }

  /** Space that a layer's backward pass finds as its forward pass left it. */
  saved(label: string, bytes: number): Virtual {
    return keep(this.#saved, label, () => ({ label, bytes }));
  }

  dispatch(emission: Emission): void {
    this.#emissions.push({
      ...emission,
      described: describeKernel(emission.kernel, emission.defines),
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
    const uses = this.#emissions.map(({ buffers }) =>
      Object.values(buffers).filter((buffer): buffer is Virtual => isVirtual(buffer)),
    );
    const resolved = pool.assign(uses, options.keepAll ?? false);
    const specs = this.#emissions.map(
      ({ label: name, kind, described, parameters, buffers, invocations, macs }): DispatchSpec => ({
        label: name,
        kind,
        kernel: described,
        parameters,
        buffers: {
          step: this.#step,
          ...Object.fromEntries(
            Object.entries(buffers).map(([binding, buffer]) => [
              binding,
              isVirtual(buffer) ? resolved.get(buffer)! : buffer,
            ]),
          ),
        },
        invocations,
        macs: macs ?? 0,
      }),
    );
    return { plan: await Plan.create(gpu, label, specs, options.onProgress), resolved };
  }
}

const isVirtual = (buffer: Virtual | GPUBuffer): buffer is Virtual => 'bytes' in buffer;

function keep<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
