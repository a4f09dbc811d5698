/**
 * The owner of a network's mask: it alone decides which units live, holds the index lists by which kernels find them
 * and writes both to the GPU; all others ask it. Today's owner decides on the CPU (`mask-keeper.ts`); one that scores,
 * chooses and lists on the GPU can stand behind the same members, with `masks` as its one readback for all layers.
 */
import type { ScheduledChange } from '../dynamics/schedule.ts';
import type { Gradients, GradientSource } from './gradients.ts';
import type { ListsOf, MaskUnits, UnitGrid } from './mask-units.ts';

/** What a change did to one layer. */
export interface LayerChange {
  readonly name: string;
  /** Units of the layer, live ones before and after. */
  readonly units: number;
  readonly before: number;
  readonly after: number;
  /** Indices, ascending; a unit in both went and came again, from 0. */
  readonly dropped: Uint32Array<ArrayBuffer>;
  readonly grown: Uint32Array<ArrayBuffer>;
}

export interface MaskEvent {
  readonly task: number;
  /** The step of the task that the change came before. */
  readonly step: number;
  readonly layers: readonly LayerChange[];
  /** Share of the weights of the layers under the mask that live now. */
  readonly density: number;
}

/** The live units of one layer, ascending. */
export interface LayerMask {
  readonly name: string;
  readonly units: number;
  readonly live: Uint32Array<ArrayBuffer>;
  /** How they lie. */
  readonly grid: UnitGrid;
}

export interface MaskOwner {
  /** What comes and goes, layer by layer. */
  readonly units: readonly MaskUnits[];
  /** The present lists of a parameter. A change makes new ones: those that were handed out stay as they are. */
  readonly listsOf: ListsOf;
  /** [count] 1 for each unit of a layer that lives now; not to be written to. */
  live(layer: MaskUnits): Uint8Array;
  /** Sets the mask before training. `saliency`: gradients of the dense network, for dynamics that begin with them. */
  begin(saliency?: Gradients): void;
  /** Makes a change that is due. All steps before it are done when it resolves; the next step sees the new mask. */
  change(due: ScheduledChange, gradients: GradientSource): Promise<MaskEvent>;
  /** Which units live, for a picture of all layers. */
  masks(): Promise<readonly LayerMask[]>;
}
