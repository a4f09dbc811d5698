/**
 * The gradients of a network against finite differences of its own loss, on the GPU's own authority. The loss
 * is float32, so the difference that one entry makes drowns in rounding; a derivative along a direction has
 * the signal of a whole tensor. For unit u, (L(w + hu) − L(w − hu)) / 2h = g·u + O(h²) + εL/h with ε ≈ 1e-7.
 * Directions are g itself, along which a mistake of scale shows most, and random signs, which meet any other;
 * both stay where weights live. A ReLU that switches within ±h would spoil the difference, so h is halved
 * until none does.
 */
import { expect } from 'vitest';
import type { Network } from '../../src/nn/compile/graph.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import type { Tensor } from '../../src/nn/tensor/tensor.ts';
import { hashU32 } from '../../src/gpu/rng.ts';
import { ROLE_STREAM, streamOfName, uniformTensor } from '../reference/inputs.ts';
import {
  fromBatchInnermost,
  placeRows,
  toBatchInnermost,
  type Group,
  type RowRecord,
} from './batch.ts';
import { noErrors, readFloats, readLists, upload } from './engine.ts';
import { areaOf, frame } from './frame.ts';

const LONGEST = 2 ** -8;
const SHORTEST = 2 ** -12;
/** Of ‖g‖, for what h² leaves; and of the loss, for rounding. */
const TOLERANCE = 5e-4;
const ROUNDING = 2e-7;

export interface SlopeCheck {
  /** Of parameters, lists and images: one by which no ReLU is as close to its kink as the smallest step. */
  readonly seed: number;
  readonly network: Network;
  /** Outputs of the ReLUs, if there are any. */
  readonly kinks: readonly Tensor[];
  readonly groups: readonly Group[];
  /** One for each live row. */
  readonly records: readonly RowRecord[];
  /** Float32 logits that rows refer to, or none. */
  readonly storedLogits?: Float32Array<ArrayBuffer>;
}

const norm2 = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
const unit = (values: ArrayLike<number>) => {
  const length = norm2(values);
  return Array.from(values, (value) => value / length);
};
const dot = (a: ArrayLike<number>, b: readonly number[]) =>
  b.reduce((sum, value, i) => sum + value * a[i]!, 0);

/** Fails unless every gradient is the slope of the loss. Resolves with the names of what was compared. */
export async function checkSlopes(check: SlopeCheck): Promise<string[]> {
  const { seed, network, kinks } = check;
  const x = network.input;
  const framed = await frame(network, check.groups, { seed });
  const { device, store, emit, total, rows } = framed;
  for (const layer of network.layers) layer.forward(emit);
  const rowLoss = emitLoss(emit, network, {
    rows: upload(device, 'rows', placeRows(framed, check.records)),
    storedLogits: upload(device, 'stored logits', check.storedLogits ?? new Float32Array(4)),
  });
  emit.beginBackward();
  for (const layer of network.layers.toReversed()) layer.backward(emit);
  const { submitter, buffer, write } = await framed.plan();
  // Scales and shifts other than 1 and 0, lest a factor go unseen; a head steep enough to matter.
  for (const name of store.names) {
    const values = await store.read(name);
    const shift = name.endsWith('.weight') ? 1 : 0;
    if (name.startsWith('bn')) {
      store.write(name, uniformTensor(seed, streamOfName(name), values.length, 0.5, shift));
    }
    if (name === 'fc.weight') {
      store.write(
        name,
        values.map((value) => 4 * value),
      );
    }
  }
  framed.scalars({ taskFirst: 1, taskCount: 3 });

  /** Loss, and which units are on, at the values that are set. */
  const evaluate = async () => {
    await submitter.run();
    const perRow = await readFloats(device, buffer(rowLoss), total * 4);
    const on: boolean[] = [];
    for (const kink of kinks) {
      const values = await readFloats(device, buffer(emit.value(kink)), areaOf(kink) * total);
      for (const value of fromBatchInnermost(values, areaOf(kink), framed)) on.push(value > 0);
    }
    return { loss: rows.reduce((sum, row) => sum + perRow[4 * row]!, 0), on };
  };
  const images = uniformTensor(seed, ROLE_STREAM.x, areaOf(x) * rows.length);
  const setImages = (values: Float32Array) => {
    write(emit.value(x), toBatchInnermost(values, areaOf(x), framed));
  };
  setImages(images);
  const base = await evaluate();
  // Kinks are there to be stepped over: neither all units are on nor all off.
  if (kinks.length > 0) {
    expect(base.on.filter(Boolean).length / base.on.length).toBeGreaterThan(0.2);
    expect(base.on.filter(Boolean).length / base.on.length).toBeLessThan(0.8);
  }

  const parameters = network.layers.flatMap((layer) => layer.parameters);
  const tensors = await Promise.all(
    parameters.map(async (parameter) => {
      const { name } = parameter;
      const values = await store.read(name);
      const lists = parameter.lists ? await readLists(store, name) : undefined;
      const ones = new Float32Array(values.length).fill(1);
      return {
        name,
        values,
        gradient: await store.readGradient(name),
        live: parameter.unpack(parameter.pack(ones, lists), lists),
        set: (moved: Float32Array) => {
          store.write(name, moved);
        },
      };
    }),
  );
  if (x.needsGradient) {
    const found = await readFloats(device, buffer(emit.gradient(x)), areaOf(x) * total);
    tensors.push({
      name: 'images',
      values: images,
      gradient: fromBatchInnermost(found, areaOf(x), framed),
      live: new Float32Array(images.length).fill(1),
      set: setImages,
    });
  }
  for (const [t, { name, values, gradient, live, set }] of tensors.entries()) {
    const signs = (stream: number) =>
      live.map((lives, i) => lives * (hashU32(t, stream, i) & 1 ? 1 : -1));
    for (const direction of [gradient, signs(1), signs(2)].map(unit)) {
      const at = async (h: number) => {
        set(values.map((value, i) => value + h * direction[i]!));
        return evaluate();
      };
      let h = 2 * LONGEST;
      let [above, below] = [base, base];
      do {
        h /= 2;
        [above, below] = [await at(h), await at(-h)];
      } while (base.on.some((on, i) => above.on[i] !== on || below.on[i] !== on));
      expect(h, `a smooth step of ${name}`).toBeGreaterThanOrEqual(SHORTEST);
      const slope = (above.loss - below.loss) / (2 * h);
      const error = Math.abs(slope - dot(gradient, direction));
      const allowed = TOLERANCE * norm2(gradient) + (ROUNDING * base.loss) / h;
      // What is allowed leaves most of the signal to be compared.
      expect(allowed, name).toBeLessThan(0.02 * norm2(gradient));
      expect(error, name).toBeLessThan(allowed);
    }
    set(values);
  }
  await noErrors();
  device.memory.releaseAll();
  return tensors.map(({ name }) => name);
}
