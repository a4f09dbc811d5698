/**
 * Every kernel variant on activations in half precision, bound as halves and as pairs in words: the same bytes either
 * way.
 */
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { DEFAULT_VARIANT, nativeOf, variantsFor } from '../../src/nn/compile/variants.ts';
import { scope } from '../setup/scope.ts';
import { one } from './batch.ts';
import { firstDifference, noErrors, readWords } from './engine.ts';
import { areaOf, frame, networkOf } from './frame.ts';
import { packHalves } from './halves.ts';
import {
  choose,
  device,
  done,
  draw,
  GRADIENTS,
  TILES,
  WEIGHTS,
  weightsOf,
  type Pair,
  type Weights,
} from './variant-choice.ts';

/** Forward, input and weight gradient of one layer whose input and output are halves, as bits. */
async function bitsOfHalves(weights: Weights, tile: string, gradient: string) {
  const { layout } = weightsOf(weights, 64, 64, 3, 5);
  const graph = new GraphBuilder(1, 1, 1);
  const x = tensor('x', 64, 6, 6);
  const y = convolution(graph, 'a', x, 64, { layout });
  let fitting = 0;
  const framed = await frame(networkOf(y, graph.layers), one(32), {
    activations: 'f16',
    variants: (use) => {
      const name = choose(tile, gradient)(use)!;
      if (use.half && variantsFor(use).includes(name)) fitting++;
      return name;
    },
  });
  const { emit, store } = framed;
  store.write('a.weight', draw('weight', 64 * 64 * 9));
  for (const layer of graph.layers) layer.forward(emit);
  emit.accumulates(y);
  emit.beginBackward();
  for (const layer of graph.layers) layer.backward(emit);
  const { submitter, buffer, write, plan } = await framed.plan();
  write(emit.value(x), packHalves(draw('x', areaOf(x) * 32)));
  write(emit.gradient(y), draw('dy', areaOf(y) * 32));
  await submitter.run();
  const bits = {
    y: await readWords(device, buffer(emit.value(y))),
    dx: await readWords(device, buffer(emit.gradient(x))),
    dweight: await readWords(device, store.gradients),
  };
  await noErrors();
  device.memory.releaseAll();
  return { bits, fitting, kernels: plan.entries.map(({ kernel }) => kernel.key) };
}

describe.skipIf(!device.adapter.features.includes('shader-f16'))('halves bound as halves', () => {
  const native = ({ tile, gradient }: Pair) =>
    nativeOf(tile) !== undefined && nativeOf(gradient) !== undefined;
  const halves = [
    ...TILES.map((tile) => ({ tile, gradient: DEFAULT_VARIANT })),
    ...GRADIENTS.map((gradient) => ({ tile: DEFAULT_VARIANT, gradient })),
  ]
    .filter(native)
    .flatMap((variants) => WEIGHTS.slice(0, 3).map((weights) => ({ variants, weights })));

  test.each(halves)(
    'are the same bytes: $variants.tile, $variants.gradient, $weights',
    async ({ variants: { tile, gradient }, weights }) => {
      const packed = await bitsOfHalves(weights, tile, gradient);
      const native = await bitsOfHalves(weights, nativeOf(tile)!, nativeOf(gradient)!);
      expect(native.kernels.filter((key) => key.includes('NATIVE_HALF=1'))).toHaveLength(
        native.fitting,
      );
      expect(firstDifference(native.bits.y, packed.bits.y)).toBe(-1);
      expect(firstDifference(native.bits.dx, packed.bits.dx)).toBe(-1);
      expect(firstDifference(native.bits.dweight, packed.bits.dweight)).toBe(-1);
    },
  );
});

test.skipIf(scope === 'smoke' || !device.adapter.features.includes('shader-f16'))(
  'every variant with a native form was bound so',
  () => {
    const native = (names: readonly string[]) => names.flatMap((name) => nativeOf(name) ?? []);
    const expected = [
      ...native(TILES).map((name) => `forward by ${name}, dense`),
      ...native(GRADIENTS).map((name) => `weight-gradient by ${name}, dense`),
    ];
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.filter((what) => !done.has(what))).toEqual([]);
  },
);
