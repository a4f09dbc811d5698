/**
 * Exact top-k of |x| on the GPU: a threshold by radix select on the bits, three digits of 11, 10 and 10
 * bits, then a bitmap of what is above it and of the first entries at it. Nothing is read back, since the
 * counts are known beforehand. Source: Alabi, Blanchard, Gordon and Steinbach, *Fast k-Selection Algorithms
 * for Graphics Processing Units*, JEA 17, 2012.
 */
import './shaders.ts';
import type { Virtual } from '../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import { emitRanks } from './bit-ranks.ts';
import type { TopKTable } from './top-k-table.ts';

/**
 * How digits are counted: `base` by atomics in storage, without barriers; `workgroup` in workgroup memory;
 * `subgroups` as `base`, with one atomic for lanes that agree (needs the feature). All select the same.
 */
export type TopKVariant = 'base' | 'workgroup' | 'subgroups';

export interface TopK {
  readonly label: string;
  readonly table: TopKTable;
  /** The arena of float32 values; its length is a multiple of 4. */
  readonly values: Virtual | GPUBuffer;
  /** [table.words] receives bit i of a segment where its entry i is selected. */
  readonly bitmap: Virtual | GPUBuffer;
  /** Receives the selected ones as lists too. */
  readonly lists?: {
    /** [sum of the counts] indices within their segments, ascending, one segment behind the other. */
    readonly indices: Virtual | GPUBuffer;
    /** [segments + 1] where each segment's list begins; the last is the sum of the counts. */
    readonly starts: Virtual | GPUBuffer;
  };
  readonly variant?: TopKVariant;
}

/** `BINS` and `STRIP` of lib/bins.wgsl. */
const BINS = 2048;
const STRIP = 32;
/** Bits of the digits, from the highest of the 31 on. */
const DIGITS = [11, 10, 10];

const HISTOGRAM_KERNEL: Readonly<Record<TopKVariant, string>> = {
  base: 'select_histogram',
  workgroup: 'select_histogram_workgroup',
  subgroups: 'select_histogram_subgroups',
};

const HISTOGRAM_LANES: Readonly<Record<TopKVariant, number>> = {
  base: 64,
  workgroup: 128,
  subgroups: 64,
};

/**
 * Histograms of a group: chunks take turns with them, so that cores rarely meet at one address. Counting in
 * workgroup memory meets there but once a chunk.
 */
const COPIES: Readonly<Record<TopKVariant, number>> = { base: 16, workgroup: 2, subgroups: 16 };

/**
 * Emits the selection of each group's largest entries by magnitude, exactly as many as the table's counts
 * say; of equals, those of lower index (in the order of the group's segments) come first. −0 equals 0,
 * infinities come before every number, and NaNs, equal among themselves, before infinities.
 */
export function emitTopK(emit: Emitter, topK: TopK): void {
  const { label, table, values, bitmap, lists, variant = 'base' } = topK;
  const { segments, counts, segmentCount, groupCount, words } = table;
  const copies = COPIES[variant];
  const bins = groupCount * copies * BINS;
  const histogram = emit.scratch(`${label} histograms`, bins * 4);
  const states = emit.scratch(`${label} thresholds`, groupCount * 8);
  emit.dispatch({
    label: `${label} start`,
    kind: 'select',
    kernel: 'select_start',
    parameters: { length: bins / 4, groups: groupCount },
    buffers: { counts, histogram, states },
    invocations: bins / 4,
  });
  let knownShift = 31;
  for (const bits of DIGITS) {
    const digitShift = knownShift - bits;
    emit.dispatch({
      label: `${label} histogram ${digitShift}`,
      kind: 'select',
      kernel: HISTOGRAM_KERNEL[variant],
      parameters: {
        segments: segmentCount,
        chunks: table.chunks,
        copies,
        known_shift: knownShift,
        digit_shift: digitShift,
      },
      buffers: { segments, states, values, histogram },
      invocations: table.chunks * HISTOGRAM_LANES[variant],
    });
    emitPick(emit, topK, { histogram, states, copies, digitShift, bits });
    knownShift = digitShift;
  }
  const equal = emit.scratch(`${label} ties`, words * 4);
  emit.dispatch({
    label: `${label} mark`,
    kind: 'select',
    kernel: 'select_mark',
    parameters: { segments: segmentCount, words },
    buffers: { segments, states, values, bitmap, equal },
    invocations: words,
  });
  const ties = emitRanks(emit, `${label} ties`, equal, words);
  emit.dispatch({
    label: `${label} ties`,
    kind: 'select',
    kernel: 'select_ties',
    parameters: { segments: segmentCount, words, ...ties.parameters },
    buffers: { segments, states, equal, ranks: ties.ranks, bitmap },
    invocations: words,
  });
  if (!lists) return;
  const selected = emitRanks(emit, `${label} selected`, bitmap, words);
  emit.dispatch({
    label: `${label} indices`,
    kind: 'select',
    kernel: 'select_indices',
    parameters: { segments: segmentCount, words, ...selected.parameters },
    buffers: { segments, bitmap, ranks: selected.ranks, ...lists },
    invocations: words,
  });
}

/** Finds the next digit of each group's threshold in its histogram, and clears that. */
function emitPick(
  emit: Emitter,
  { label, table, variant }: TopK,
  pass: {
    readonly histogram: Virtual;
    readonly states: Virtual;
    readonly copies: number;
    readonly digitShift: number;
    readonly bits: number;
  },
): void {
  const { histogram, states, copies, digitShift, bits } = pass;
  const groups = table.groupCount;
  if (variant === 'workgroup') {
    emit.dispatch({
      label: `${label} pick ${digitShift}`,
      kind: 'select',
      kernel: 'select_pick_workgroup',
      parameters: { groups, copies, digit_bits: bits },
      buffers: { histogram, states },
      invocations: groups * 128,
    });
    return;
  }
  const totals = emit.scratch(`${label} totals ${digitShift}`, groups * (BINS + BINS / STRIP) * 4);
  emit.dispatch({
    label: `${label} strips ${digitShift}`,
    kind: 'select',
    kernel: 'select_strips',
    parameters: { groups, copies },
    buffers: { histogram, totals },
    invocations: (groups * BINS) / STRIP,
  });
  emit.dispatch({
    label: `${label} pick ${digitShift}`,
    kind: 'select',
    kernel: 'select_pick',
    parameters: { groups, digit_bits: bits },
    buffers: { totals, states },
    invocations: groups,
  });
}
