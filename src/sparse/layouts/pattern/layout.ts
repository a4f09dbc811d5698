/**
 * Pattern-sparse weights (PatDNN; MEST's pattern scheme): a 3×3 kernel keeps four of its nine taps, one of
 * eight patterns, and as many whole kernels are left out as the sparsity asks for. A slot of the storage is
 * the four numbers of one kernel; which kernel has which slot, and its pattern, is in the lists
 * (`pattern-lists.ts`), so dropping and growing never moves a weight. Input and weight gradients walk the
 * same kernels, without a transposed copy. Kernels of a block share their
 * loads, these do not: ten loads serve sixteen products here, where each load of a block serves four or eight.
 */
import './shaders.ts';
import { denseLayout } from '../../../nn/convolution/dense-layout.ts';
import { chosenPlaces, wantsDenseGradient } from '../../../nn/compile/gradient-scope.ts';
import { liveBits } from '../../../nn/tensor/parameter.ts';
import {
  convolutionMacs,
  type Convolution,
  type ConvolutionShape,
  type WeightLayout,
} from '../../../nn/compile/weight-layout.ts';
import type { BlockGrid } from '../block/block-grid.ts';
import { KERNEL_TAPS, PATTERN_TAPS, randomPattern } from './kernel-patterns.ts';
import {
  buildPatternLists,
  eachStored,
  liveKernels,
  patternGrid,
  patternOffsets,
} from './pattern-lists.ts';
import { emitPatternTile } from './pattern-tile.ts';
import { randomUnits } from '../../mask/random-units.ts';

/** Patterns alone leave out five taps of nine. */
const LEAST_SPARSITY = 1 - PATTERN_TAPS / KERNEL_TAPS;
/** Invocations that a weight gradient is split for, so that a GPU is filled by a small layer too. */
const WANTED_INVOCATIONS = 2048;

export interface PatternLayoutOptions {
  /** Share of weights that are not live at first, in [5/9, 1). */
  readonly sparsity: number;
  /** Share of weights that there is room for: the (soft) memory bound. As many as live at first if left out. */
  readonly room?: number;
}

/** The kernels of a layer and the room for them. Throws `RangeError` on other kernels than 3×3. */
export function patternGridOf(
  shape: ConvolutionShape,
  { sparsity, room }: PatternLayoutOptions,
): BlockGrid {
  const roomFor = liveKernels(Math.max(1 - (room ?? 0), LEAST_SPARSITY), shape);
  return patternGrid(shape, Math.max(liveKernels(sparsity, shape), roomFor));
}

/** For 3×3 layers without bias. Its functions throw `RangeError` on other layers and on a sparsity below 5/9. */
export function patternLayout({ sparsity, room }: PatternLayoutOptions): WeightLayout {
  const gridOf = (shape: ConvolutionShape): BlockGrid =>
    patternGridOf(shape, { sparsity, ...(room !== undefined && { room }) });
  const storage = (shape: ConvolutionShape) =>
    Math.ceil((gridOf(shape).capacity * PATTERN_TAPS) / 32) * 32;
  /** Of the kernels that live at first. */
  const work = (convolution: Convolution, rows: number) => {
    const { name, shape } = convolution;
    const { blocks, capacity } = gridOf(shape);
    const units = liveKernels(sparsity, shape);
    return {
      macs: (convolutionMacs(convolution) * rows * units * PATTERN_TAPS) / (blocks * KERNEL_TAPS),
      mask: { layer: name, units, most: capacity },
    };
  };
  const pack = (shape: ConvolutionShape, values: Float32Array, lists: Uint32Array | undefined) => {
    const stored = new Float32Array(storage(shape));
    eachStored(gridOf(shape), lists, (canonical, at) => {
      stored[at] = values[canonical]!;
    });
    return stored;
  };

  return {
    name: 'pattern',
    storage,

    lists: (shape, name) => {
      const grid = gridOf(shape);
      return {
        words: patternOffsets(grid).words,
        initial: (seed) => {
          const kernels = randomUnits(name, seed, grid.blocks, liveKernels(sparsity, shape));
          const patterns = kernels.map((kernel) => randomPattern(name, seed, kernel));
          return buildPatternLists(grid, kernels, patterns);
        },
        live: (lists) => {
          const ones = new Float32Array(grid.blocks * KERNEL_TAPS).fill(1);
          return liveBits(pack(shape, ones, lists));
        },
      };
    },

    pack,

    unpack: (shape, stored, lists) => {
      const grid = gridOf(shape);
      const values = new Float32Array(grid.blocks * KERNEL_TAPS);
      eachStored(grid, lists, (canonical, at) => {
        values[canonical] = stored[at]!;
      });
      return values;
    },

    forward: (emit, convolution) => {
      const { name, shape, input, output, bias } = convolution;
      if (bias) throw new RangeError(`${name}: pattern-sparse layers have no bias`);
      const at = patternOffsets(gridOf(shape));
      emitPatternTile(emit, convolution, {
        label: `${name} forward`,
        kind: 'forward',
        ...work(convolution, emit.rows),
        from: input,
        to: output,
        halves: { SOURCE_HALF: emit.half(input), OUTPUT_HALF: emit.half(output) },
        source: emit.value(input),
        output: emit.value(output),
        parameters: { accumulate: 0, direction: 1, output_step: 1, source_step: shape.stride },
        starts: at.rowStart,
        entries: at.rowEntries,
        patterns: at.patternOfSlot,
      });
    },

    inputGradient: (emit, convolution) => {
      const { name, shape, input, output } = convolution;
      const at = patternOffsets(gridOf(shape));
      const accumulate = emit.accumulates(input);
      emitPatternTile(emit, convolution, {
        label: `${name} input gradient`,
        kind: 'input-gradient',
        ...work(convolution, emit.rows),
        from: output,
        to: input,
        halves: { SOURCE_HALF: 0, OUTPUT_HALF: 0 },
        source: emit.gradient(output),
        output: emit.gradient(input),
        parameters: { accumulate, direction: -1, output_step: shape.stride, source_step: 1 },
        starts: at.columnStart,
        entries: at.columnEntries,
        patterns: at.patternOfSlot,
      });
    },

    weightGradient: (emit, convolution) => {
      const { name, shape, input, output, weight } = convolution;
      if (wantsDenseGradient(emit, weight, denseLayout.storage(shape))) {
        denseLayout.weightGradient(emit, convolution);
        return;
      }
      const grid = gridOf(shape);
      chosenPlaces(emit, weight, {
        places: grid.capacity,
        floats: PATTERN_TAPS,
        of: (grid.blocks * KERNEL_TAPS) / PATTERN_TAPS,
        listed: false,
      });
      const offsets = patternOffsets(grid);
      const lists = emit.store.listsAt(weight.name);
      const at = emit.store.at(weight.name) / 4;
      const slots = grid.capacity;
      const wanted = Math.min(Math.ceil(WANTED_INVOCATIONS / slots), output.height);
      const rowsPerSplit = Math.ceil(output.height / wanted);
      const splits = Math.ceil(output.height / rowsPerSplit);
      const partials =
        splits > 1 ? emit.scratch(`${name} partial gradients`, splits * slots * 16) : null;
      emit.dispatch({
        label: `${name} weight gradient`,
        kind: 'weight-gradient',
        kernel: 'pattern_weight_grad',
        defines: { SOURCE_HALF: emit.half(input) },
        parameters: {
          in_channels: shape.inChannels,
          slots,
          result_at: partials ? 0 : at,
          accumulate: partials ? 0 : emit.accumulatesParameters,
          source_height: input.height,
          source_width: input.width,
          gradient_height: output.height,
          gradient_width: output.width,
          batch4: emit.batch4,
          stride: shape.stride,
          splits,
          rows_per_split: rowsPerSplit,
          kernels_at: lists + offsets.blockOfSlot,
          patterns_at: lists + offsets.patternOfSlot,
        },
        buffers: {
          source: emit.value(input),
          gradient: emit.gradient(output),
          result: partials ?? emit.store.gradients,
          lists: emit.store.lists!,
        },
        invocations: slots * splits,
        ...work(convolution, emit.rows),
      });
      if (!partials) return;
      emit.dispatch({
        label: `${name} weight gradient sum`,
        kind: 'weight-gradient',
        kernel: 'reduce_partials',
        parameters: {
          length: slots,
          splits,
          result_at: at,
          accumulate: emit.accumulatesParameters,
        },
        buffers: { partials, result: emit.store.gradients },
        invocations: slots,
      });
    },
  };
}
