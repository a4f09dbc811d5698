/**
 * One layer by itself, for tuning: the passes that ask for a kernel variant, a plan of its dispatches, and
 * what they come to on data that is the same for every plan.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { Plan } from '../../gpu/plan.ts';
import { readBuffer } from '../../gpu/readback.ts';
import { hashU32 } from '../../gpu/rng.ts';
import { Submitter } from '../../gpu/submitter.ts';
import { ActivationPool, type Virtual } from '../compile/activation-pool.ts';
import { Emitter, type ActivationFormat } from '../compile/emitter.ts';
import type { Layer } from '../compile/graph.ts';
import type { ParameterStore } from '../tensor/parameter-store.ts';
import { StepUniform } from '../compile/step.ts';
import type { ConvolutionPass, KernelUse, VariantChoice } from '../compile/variants.ts';

export interface TunedLayer {
  readonly layer: Layer;
  readonly store: ParameterStore;
  readonly rows: number;
  readonly backward: boolean;
  readonly activations: ActivationFormat;
}

/** Numbers that are written again and again: enough to be no pattern to a cache. */
const DATA_WORDS = 1 << 18;

/** What the layer asks its kernels to do; nothing for layers without weights to multiply by. */
export function usesOf(tuned: TunedLayer): KernelUse[] {
  const uses: KernelUse[] = [];
  // Nothing is made of what is emitted here, so any buffer does for the scalars.
  emitLayer(tuned, tuned.store.parameters, (use) => {
    uses.push(use);
    return undefined;
  });
  return uses;
}

/** The layer's dispatches as a plan over buffers of `pool`, which hold finite numbers. */
export async function layerPlan(
  gpu: Gpu,
  tuned: TunedLayer,
  variants: VariantChoice,
  pool: ActivationPool,
  keepAll = false,
): Promise<{
  readonly plan: Plan;
  readonly emit: Emitter;
  readonly resolved: ReadonlyMap<Virtual, GPUBuffer>;
}> {
  const { layer, rows } = tuned;
  const step = new StepUniform(gpu, layer.name, [{ start: 0, padded: rows }]);
  const emit = emitLayer(tuned, step.buffer, variants);
  const { plan, resolved } = await emit.finish(gpu, layer.name, pool, { keepAll });
  fill(gpu, new Set(resolved.values()));
  return { plan, emit, resolved };
}

/** Runs the layer once and reads what each of its passes has written. */
export async function resultsOf(
  gpu: Gpu,
  tuned: TunedLayer,
  variants: VariantChoice,
): Promise<Map<ConvolutionPass, ArrayLike<number>>> {
  const { layer, store, backward } = tuned;
  const pool = new ActivationPool(gpu);
  const { plan, emit, resolved } = await layerPlan(gpu, tuned, variants, pool, true);
  const submitter = new Submitter(gpu, plan);
  await submitter.run();
  await submitter.idle();
  const read = async (virtual: Virtual, half: 0 | 1): Promise<ArrayLike<number>> => {
    const bytes = await readBuffer(gpu, resolved.get(virtual)!, 0, virtual.bytes);
    return half === 1
      ? Float32Array.from(new Uint16Array(bytes), numberOf)
      : new Float32Array(bytes);
  };
  const results = new Map<ConvolutionPass, ArrayLike<number>>();
  results.set('forward', await read(emit.value(layer.output), emit.half(layer.output)));
  if (!backward) return results;
  const [weight] = layer.parameters;
  if (weight && store.moves(weight.name)) {
    results.set('weight-gradient', await store.readGradient(weight.name));
  }
  const [input] = layer.inputs;
  if (input?.needsGradient) results.set('input-gradient', await read(emit.gradient(input), 0));
  return results;
}

function emitLayer(tuned: TunedLayer, step: GPUBuffer, variants: VariantChoice): Emitter {
  const { layer, store, rows, backward, activations } = tuned;
  const groups = [{ start: 0, padded: rows }];
  const norms = backward ? 'batch' : 'running';
  const emit = new Emitter({ norms, rows, groups, store, step, activations, variants });
  emit.within(layer, () => {
    layer.forward(emit);
  });
  if (!backward || !layer.output.needsGradient) return emit;
  emit.accumulates(layer.output);
  emit.beginBackward();
  emit.within(layer, () => {
    layer.backward(emit);
  });
  return emit;
}

/** Numbers between ½ and 2, whether they are read as floats or as pairs of halves. */
function fill({ device }: Gpu, buffers: Iterable<GPUBuffer>): void {
  const data = Uint32Array.from({ length: DATA_WORDS }, (_, i) => {
    const random = hashU32(1, 2, i);
    return 0x3f003800 | (random & 0x007f0000) | (random & 0x3ff);
  });
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.size; at += data.byteLength) {
      const words = Math.min(DATA_WORDS, (buffer.size - at) / 4);
      device.queue.writeBuffer(buffer, at, data, 0, words);
    }
  }
}

/** The number whose bits a half has: 5 of exponent, 10 of mantissa. */
function numberOf(half: number): number {
  const exponent = (half >> 10) & 31;
  const mantissa = half & 1023;
  const magnitude = exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}
