/**
 * Weight gradients of some slots of a block layer alone, by every kind of kernel and with and without partial sums,
 * against the plain convolution's; what is not chosen must stay as it was.
 */
import { expect, test } from 'vitest';
import type { GradientScope, GradientUnits } from '../../src/nn/compile/gradient-scope.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { available } from '../../src/nn/compile/variants.ts';
import { blockGrid } from '../../src/sparse/layouts/block/block-grid.ts';
import { liveAt } from '../../src/sparse/budget.ts';
import { listOffsets } from '../../src/sparse/layouts/block/block-lists.ts';
import { blockLayout } from '../../src/sparse/layouts/block/layout.ts';
import { relativeError } from '../reference/compare.ts';
import { storedEntries } from '../reference/plain/block-storage.ts';
import * as plain from '../reference/plain/convolution.ts';
import { cases } from '../setup/cases.ts';
import { one, toBatchInnermost } from './batch.ts';
import { gpu, noErrors, readFloats, readLists, upload } from './engine.ts';
import { areaOf, frame, GARBAGE, networkOf } from './frame.ts';
import { draw, someOf } from './masked-layers.ts';

const ROWS = 8;
const CHANNELS = 32;
const SPARSITY = 0.5;

const axes = {
  variant: ['register', 'shared 8×8', 'subgroup 4'],
  // One pixel makes one partial sum, eight rows of them several.
  side: [8, 1],
  accumulate: [0, 1],
  block: [8, 16],
} as const;

test.for(cases(axes))(
  '$variant, blocks of $block, $side pixels, accumulate $accumulate',
  async ({ variant, side, accumulate, block }, context) => {
    if (!available(await gpu(), { pass: 'weight-gradient' }, variant)) context.skip();
    const kernel = side === 1 ? 1 : 3;
    const layout = blockLayout({ rows: block, columns: block, sparsity: SPARSITY });
    const graph = new GraphBuilder(1, 1, 1);
    const input = tensor('x', CHANNELS, side, side);
    const outputs = 2 * CHANNELS;
    const output = convolution(graph, 'a', input, outputs, { kernel, layout });
    const network = networkOf(output, graph.layers);
    const shape = {
      outChannels: outputs,
      inChannels: CHANNELS,
      kernel,
      stride: 1,
      pad: 0,
    } as const;
    const blocks = { rows: block, columns: block };
    const grid = blockGrid(shape, blocks, (count) => liveAt(SPARSITY, count));
    // Without the first, so that no slot is where it comes in the list.
    const chosen = someOf(grid.capacity - 1, Math.ceil(grid.capacity / 3), 5)
      .map((slot) => slot + 1)
      .sort((a, b) => a - b);
    // Behind a list of another layer.
    const list = Uint32Array.from([9999, 9999, 9999, ...chosen]);
    const indices = upload(await gpu(), 'chosen', list);
    let heard: GradientUnits | null = null;
    const scope: GradientScope = {
      choose: (_, units) => {
        heard = units;
        return { indices, at: 3, count: chosen.length };
      },
    };
    const framed = await frame(network, one(ROWS), { accumulate, variants: () => variant, scope });
    const { device, store, emit } = framed;
    const [layer] = network.layers;
    layer!.forward(emit);
    emit.accumulates(output);
    emit.beginBackward();
    layer!.backward(emit);
    const plan = await framed.plan();
    const garbage = new Float32Array(store.floats).fill(GARBAGE);
    device.device.queue.writeBuffer(store.gradients, 0, garbage);
    const x = draw('x', ROWS * areaOf(input));
    const dy = draw('dy', ROWS * areaOf(output));
    plan.write(emit.value(input), toBatchInnermost(x, areaOf(input), framed));
    plan.write(emit.gradient(output), toBatchInnermost(dy, areaOf(output), framed));
    await plan.submitter.run();
    expect(heard).toEqual({
      places: grid.capacity,
      floats: block * block,
      of: grid.blocks,
      listed: true,
    });
    const expected = plain.convolutionWeightGradient(x, dy, {
      rows: ROWS,
      inputChannels: CHANNELS,
      outputChannels: outputs,
      ...{ height: side, width: side, kernel, stride: 1, padding: (kernel - 1) / 2 },
    });
    const lists = await readLists(store, 'a.weight');
    const slots = lists.subarray(listOffsets(grid).blockOfSlot).subarray(0, grid.capacity);
    const found = await readFloats(device, store.gradients, grid.capacity * block * block);
    const wanted = found.map(() => GARBAGE);
    for (const { at, slot, weight } of storedEntries(grid, slots)) {
      if (chosen.includes(slot)) wanted[at] = accumulate * GARBAGE + expected[weight!]!;
    }
    expect(relativeError(found, wanted)).toBeLessThan(1e-5);
    const left = found.filter((_, at) => !chosen.includes(Math.floor(at / (block * block))));
    expect(left).toEqual(left.map(() => GARBAGE));
    const sums = plan.plan.entries.filter((entry) => entry.kernel.name === 'reduce_slots');
    expect(sums).toHaveLength(side === 1 ? 0 : 1);
    await noErrors();
    device.memory.releaseAll();
  },
);
