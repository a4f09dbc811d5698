/** What goes into the list: a dispatch over named buffers, and the part of a batch that it works on. */
import type { Kernel } from '../../gpu/kernels.ts';
import type { DispatchKind, MaskedWork } from '../../gpu/plan.ts';
import type { Defines } from '../../gpu/shader-source.ts';
import type { DenseWork } from '../tensor/dense-work.ts';
import type { RunningStatistics } from '../tensor/parameter.ts';
import type { GroupedParameter } from '../tensor/parameter-group.ts';
import type { Virtual } from './activation-pool.ts';
import type { RowGroup } from './step.ts';

/** A dispatch as whoever lists it says it. */
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
  /**
   * Those that it would make if its layer were dense. If left out, all that the layer declares for the pass, of which
   * the declared share lies outside the image. A layer with several products in one pass, or with one that does not
   * grow with the batch, says for each.
   */
  readonly denseMacs?: number;
  /** The mask on which `macs` depend. */
  readonly mask?: MaskedWork;
  /**
   * Bytes touched of a buffer, by binding, where that is not all of it. A layer's ranges of the store's arenas
   * need not be named.
   */
  readonly touched?: Readonly<Record<string, number>>;
}

/** Rows of a batch that go through the network together: all of them, or some groups of a larger batch. */
export interface BatchPart {
  /** A multiple of 4. */
  readonly rows: number;
  /** Its batch-norm groups, counted from its own first row. */
  readonly groups: readonly RowGroup[];
  /** The scalars that kernels bind as `step`; their groups are these. */
  readonly step: GPUBuffer;
  /** Where its first row and its first group stand in the whole batch; 0 if left out. */
  readonly firstRow?: number;
  readonly firstGroup?: number;
  /** Rows of the whole batch, by which records are laid out; its own if left out. */
  readonly allRows?: number;
  /** 1 where gradients of parameters add to those of an earlier part. */
  readonly accumulate?: 0 | 1;
}

/** The layer that a dispatch is part of, as far as its work is counted by it. */
export interface LayerOfDispatch {
  readonly work: DenseWork;
  readonly parameters: readonly Pick<GroupedParameter, 'storage' | 'lists' | 'group'>[];
  readonly running?: Pick<RunningStatistics, 'channels'>;
}

/** An emission, with where it stands in the list. */
export interface ListedDispatch extends Emission {
  readonly described: Kernel;
  readonly step: GPUBuffer;
  readonly rows: number;
  /** Batch-norm groups whose rows it works on. */
  readonly groups: readonly number[];
  readonly owner: LayerOfDispatch | null;
}

/** Whether a buffer is still to be given out. */
export const isVirtual = (buffer: Virtual | GPUBuffer): buffer is Virtual => 'bytes' in buffer;
