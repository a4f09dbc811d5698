/**
 * What a layout of weights says of itself before it is loaded: which fields of a config it reads and what it refuses,
 * which layers its mask covers and how much of them lives at a density. Costs, schedules and the page ask it here, so
 * a scheme imports no kernels; `load` fetches what stores and multiplies weights.
 */
import type { ChannelChoice } from '../../nn/tensor/channel-subset.ts';
import type { ModelName } from '../../nn/models/registry.ts';
import type { LayerRole } from '../../nn/tensor/roles.ts';
import type { ConvolutionShape } from '../../nn/compile/weight-layout.ts';
import type { BudgetName } from '../budget.ts';
import type { Dynamic, DynamicOptions } from '../dynamics/dynamic.ts';
import type { UnitGrid } from '../mask/mask-units.ts';
import type { LayoutFactory, LayoutFields } from './network-layout.ts';

/** All fields of a config that layouts and dynamics have rules about. */
export interface MaskConfig extends LayoutFields, DynamicOptions {
  readonly model: ModelName;
  readonly layout: string;
  readonly dynamic: string;
  readonly budget: BudgetName;
  readonly gradientSparsity: number;
}

/** Fields of a config that some layouts read and others do not. */
export const MASK_FIELDS = [
  'block',
  'sparsity',
  'budget',
  'dynamic',
  'maskChange',
  'maskEnd',
  'gradientSparsity',
] as const;
export type MaskField = (typeof MASK_FIELDS)[number];

/** A mask over the weights of layers. */
export interface WeightMask {
  /** Largest share of a layer's weights that can live: 1, or the share that a unit keeps of its own. */
  readonly most: number;
  /** Whether the mask covers a layer; the others are stored dense. */
  readonly covers: (shape: ConvolutionShape, role: LayerRole) => boolean;
  /** Share of a covered layer's weights that lives where the mask aims at `density`, in whole units. */
  readonly share: (shape: ConvolutionShape, density: number, fields: LayoutFields) => number;
  /** What kernels multiply by: live weights alone, or all of them, where dead ones are only hidden as zeros. */
  readonly executes: 'live' | 'all';
  /** What becomes of gradients that are not chosen: their work is skipped, or they are computed and not used. */
  readonly unchosen: 'skipped' | 'unused';
}

export interface LayoutScheme {
  readonly name: string;
  /** What the page calls it. */
  readonly title: string;
  /** What comes and goes, in the plural. */
  readonly units: string;
  /** Which of the fields about masks do something under it. */
  readonly reads: readonly MaskField[];
  /** What is said beside the fields that it does not read; null where it reads all but other layouts' own. */
  readonly unread: string | null;
  /** Fields that belong to this layout, with what is said of each under layouts that do not read it. */
  readonly own?: Readonly<Partial<Record<MaskField, string>>>;
  /** A sentence that begins with the field at fault, or null: what it has against a config with this dynamic. */
  readonly refuses?: (config: MaskConfig, dynamic: Dynamic) => string | null;
  /** Whether a mask says which weights exist. */
  readonly masked: boolean;
  /** How the mask covers the weights of layers; null where it covers none, or leaves out whole channels instead. */
  readonly weights: WeightMask | null;
  /** Which channels of inner tensors exist; all of them if left out. */
  readonly channels?: (fields: Pick<LayoutFields, 'sparsity'>) => ChannelChoice;
  /** Seconds that the CPU takes for a change of the mask, a weight of the network: as seen on ResNet-18 of width 64. */
  readonly changeSeconds: number;
  /** For people who look at a picture of a layer: what one mark of it is. Without a picture, an empty string. */
  readonly mark: (extent: UnitGrid['extent']) => string;
  /** What else helps to read such a picture. */
  readonly hint?: string;
  /** Fetches layout, units and lists. */
  readonly load: () => Promise<LayoutFactory>;
}
