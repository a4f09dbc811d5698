/**
 * The kernels that can do the same convolution, by name, and the table that says which one does. No kernel
 * is the fastest everywhere: which tile pays depends on the layer's shape and on the device, so a table
 * maps shape classes to variants. What it leaves out is done by what is usual on such a device: on software
 * adapters the default, barrier-free register tiles, which run everywhere. A table belongs to a run as its config does: results depend on it in the last
 * bits.
 */

import type { Gpu } from '../../gpu/device.ts';

const PASSES = ['forward', 'input-gradient', 'weight-gradient'] as const;
export type ConvolutionPass = (typeof PASSES)[number];

/** One pass of one layer, as far as the choice of its kernel goes. */
export interface KernelUse {
  readonly pass: ConvolutionPass;
  readonly kernel: number;
  readonly stride: number;
  /** Channels that are summed over and computed, as the pass sees them; those of the layer for the weights' gradient. */
  readonly inChannels: number;
  readonly outChannels: number;
  /** Of one image: the planes that are written, or the output's gradient. */
  readonly width: number;
  readonly height: number;
  /** vec4s of the batch. */
  readonly batch4: number;
  /** A block's channels as the pass sees them; null where the weights are dense. */
  readonly block: { readonly outs: number; readonly ins: number } | null;
  /** Whether activations are stored as halves. */
  readonly half: boolean;
}

/** What a device must have for a variant. */
interface Needs {
  readonly feature: 'subgroups' | 'shader-f16';
  /** Lanes of the smallest subgroup. */
  readonly lanes?: number;
}

interface Common {
  readonly needs?: Needs;
  /** Binds halves as halves. */
  readonly native?: true;
}

/** `conv_tile`: an invocation owns channels × pixels × batch vec4s; null: as many as suit the layer. */
export interface RegisterTile extends Common {
  readonly memory: 'registers';
  readonly channels: number | null;
  readonly pixels: number | null;
  readonly batch: number;
  /** Workgroups keep to one tile of channels. */
  readonly aligned: boolean;
}

/** `conv_tile_shared`: a workgroup owns 8 · groups channels at 64 / groups · positions vec4s. */
export interface SharedTile extends Common {
  readonly memory: 'workgroup';
  readonly groups: number;
  readonly positions: number;
}

export type TileVariant = RegisterTile | SharedTile;

/** `conv_weight_grad`: `spread` lanes share a tile of 8 × 8 channels or what suits the layer. */
export interface RegisterGradient extends Common {
  readonly memory: 'registers';
  readonly spread: number;
  /** Invocations that the rows of pixels are split for. */
  readonly invocations: number;
}

/** `conv_weight_grad_shared`: a workgroup of lanes² × parts lanes owns (lanes · tile)² channels. */
export interface SharedGradient extends Common {
  readonly memory: 'workgroup';
  readonly lanes: number;
  readonly tile: 4 | 8;
  /** vec4s of the batch that are brought at a time. */
  readonly depth: number;
  readonly invocations: number;
}

export type GradientVariant = RegisterGradient | SharedGradient;

/** The shaders that do convolutions, and so all that tables are about. */
export const CONVOLUTION_KERNELS: readonly string[] = [
  'conv_tile',
  'conv_tile_shared',
  'conv_weight_grad',
  'conv_weight_grad_shared',
];

/** The name of the default, in both tables. */
export const DEFAULT_VARIANT = 'register';

/** Enough to fill a small GPU from a small layer, and enough to fill a large one. */
const FEW = 2048;
const MANY = 32768;

const register = (channels: number | null, pixels: number | null, batch: number): RegisterTile => ({
  memory: 'registers',
  channels,
  pixels,
  batch,
  aligned: false,
});
const aligned = (tile: RegisterTile): RegisterTile => ({ ...tile, aligned: true });
const shared = (groups: number, positions: number): SharedTile => ({
  memory: 'workgroup',
  groups,
  positions,
});

/** Names tell the tile: channels × pixels × vec4s of the batch, or channels × vec4s of a workgroup. */
const TILES: Readonly<Record<string, TileVariant>> = {
  [DEFAULT_VARIANT]: register(null, null, 1),
  'register 8×4×1': register(8, 4, 1),
  'register 8×2×1': register(8, 2, 1),
  'register 8×1×2': register(8, 1, 2),
  'register 8×1×4': register(8, 1, 4),
  'register 16×2×1': register(16, 2, 1),
  'aligned 8×4×1': aligned(register(8, 4, 1)),
  'aligned 8×1×4': aligned(register(8, 1, 4)),
  'shared 16×64': shared(2, 2),
  'shared 32×32': shared(4, 2),
  'shared 64×16': shared(8, 2),
  'shared 64×32': shared(8, 4),
};

const spread = (lanes: number, invocations: number): RegisterGradient => ({
  memory: 'registers',
  spread: lanes,
  invocations,
  ...(lanes > 1 && { needs: { feature: 'subgroups', lanes } }),
});
const sharedGradient = (lanes: number, tile: 4 | 8, depth: number): SharedGradient => ({
  memory: 'workgroup',
  lanes,
  tile,
  depth,
  invocations: MANY,
});

/** Names tell the tile, and for `register` into how many invocations a small layer is split. */
const GRADIENTS: Readonly<Record<string, GradientVariant>> = {
  [DEFAULT_VARIANT]: spread(1, FEW),
  [`register ${String(MANY)}`]: spread(1, MANY),
  'subgroup 4': spread(4, MANY),
  'subgroup 8': spread(8, MANY),
  'shared 8×8': sharedGradient(2, 4, 32),
  'shared 16×16': sharedGradient(4, 4, 16),
  'shared 32×32': sharedGradient(8, 4, 8),
  'shared 64×64': sharedGradient(8, 8, 4),
};

/** The same variant with halves bound as halves. */
const NATIVE = ', f16';

// Marked as free of effects, so that the page leaves them out where it asks models for their names alone.
export const TILE_VARIANTS = /* @__PURE__ */ withNative(TILES);
export const GRADIENT_VARIANTS = /* @__PURE__ */ withNative(GRADIENTS);

function withNative<V extends TileVariant | GradientVariant>(
  variants: Readonly<Record<string, V>>,
): ReadonlyMap<string, V> {
  const entries = Object.entries(variants);
  const native = entries
    // A device with both features is left to the plain ones: one need a variant.
    .filter(([, { needs }]) => needs === undefined)
    .map(([name, variant]): [string, V] => [
      name + NATIVE,
      { ...variant, native: true, needs: { feature: 'shader-f16' } },
    ]);
  return new Map([...entries, ...native]);
}

/** The name of a variant with halves bound as halves; undefined where there is none. */
export function nativeOf(name: string): string | undefined {
  const native = name + NATIVE;
  return TILE_VARIANTS.has(native) || GRADIENT_VARIANTS.has(native) ? native : undefined;
}

/** Shape class → name of the variant that does it. */
export type VariantTable = Readonly<Record<string, string>>;

/** Which variant does a pass; undefined: what is usual on the device. */
export type VariantChoice = (use: KernelUse) => string | undefined;

/** The choice that a table makes. */
export const chosenFrom =
  (table: VariantTable): VariantChoice =>
  (use) =>
    table[shapeClass(use)];

/**
 * The part of a table from somewhere else that holds on this device: anything may stand there, and what names
 * no variant that the device can run is left out.
 */
export function usableTable(gpu: Device, table: unknown): VariantTable {
  if (typeof table !== 'object' || table === null) return {};
  const usable = Object.entries(table as Record<string, unknown>).filter(([of, name]) => {
    const pass = PASSES.find((each) => of.startsWith(`${each} `));
    return pass && typeof name === 'string' && available(gpu, { pass }, name);
  });
  return Object.fromEntries(usable) as VariantTable;
}

/**
 * Layers of one class share a variant: sizes up to the next power of two, everything that decides whether
 * a kernel fits as it is. `forward 3×3/1 64→64 at 256 px × 64, dense`
 */
export function shapeClass(use: KernelUse): string {
  const { pass, kernel, stride, inChannels, outChannels, width, height, batch4, block, half } = use;
  const layer = `${kernel}×${kernel}/${stride} ${bucket(inChannels)}→${bucket(outChannels)}`;
  const size = `${bucket(width * height)} px × ${4 * batch4}`;
  const weights = block ? `${block.outs}×${block.ins}` : 'dense';
  return `${pass} ${layer} at ${size}, ${weights}${half ? ', f16' : ''}`;
}

const bucket = (size: number): number => 2 ** Math.ceil(Math.log2(size));

/** What a device must tell for a choice of kernels. */
type Device = Pick<Gpu, 'adapter' | 'subgroupLanes'>;

/** Tiles of so many channels pay where a layer has as many at least, and all of them are stored. */
const WIDE_CHANNELS = 64;

/**
 * What does a pass that no table speaks of. Software adapters do best with the default throughout. GPUs have
 * far more lanes than a small layer has tiles, so there the sums over pixels are spread over subgroups and
 * wide dense layers share tiles: on an H100 these were 2 to 8 and 1.4 to 1.8 times faster than the default.
 */
export function usualVariant(device: Device, use: KernelUse): string {
  if (device.adapter.software) return DEFAULT_VARIANT;
  const fitting = variantsFor(use);
  const found = preferred(use).find(
    (name) => fitting.includes(name) && available(device, use, name),
  );
  return found ?? DEFAULT_VARIANT;
}

function preferred({ pass, width, height, outChannels, block }: KernelUse): readonly string[] {
  if (pass === 'weight-gradient') return ['subgroup 8', 'subgroup 4', `register ${String(MANY)}`];
  if (block) return ['register 8×2×1'];
  if (width * height === 1) return ['register 8×1×2'];
  return outChannels >= WIDE_CHANNELS ? ['shared 32×32'] : [];
}

/** The variant of a name if it exists and fits, else the default. */
export function tileVariant(name: string | undefined, use: KernelUse): TileVariant {
  const found = name === undefined ? undefined : TILE_VARIANTS.get(name);
  return found && tileFits(found, use) ? found : TILES[DEFAULT_VARIANT]!;
}

export function gradientVariant(name: string | undefined, use: KernelUse): GradientVariant {
  const found = name === undefined ? undefined : GRADIENT_VARIANTS.get(name);
  return found && gradientFits(found, use) ? found : GRADIENTS[DEFAULT_VARIANT]!;
}

/** Names of the variants that fit, the default first. */
export function variantsFor(use: KernelUse): string[] {
  const fitting =
    use.pass === 'weight-gradient'
      ? [...GRADIENT_VARIANTS].filter(([, variant]) => gradientFits(variant, use))
      : [...TILE_VARIANTS].filter(([, variant]) => tileFits(variant, use));
  return fitting.map(([name]) => name);
}

/** Whether the variant of this name is one with tiles in workgroup memory. */
export function tilesInWorkgroupMemory({ pass }: Pick<KernelUse, 'pass'>, name: string): boolean {
  const variants = pass === 'weight-gradient' ? GRADIENT_VARIANTS : TILE_VARIANTS;
  return variants.get(name)?.memory === 'workgroup';
}

/** Whether a device can run the variant of this name; false for a name that no table has. */
export function available(
  { adapter, subgroupLanes }: Device,
  { pass }: Pick<KernelUse, 'pass'>,
  name: string,
): boolean {
  const variants = pass === 'weight-gradient' ? GRADIENT_VARIANTS : TILE_VARIANTS;
  const variant = variants.get(name);
  if (!variant?.needs) return variant !== undefined;
  const { feature, lanes = 0 } = variant.needs;
  return adapter.features.includes(feature) && subgroupLanes >= lanes;
}

function tileFits(variant: TileVariant, use: KernelUse): boolean {
  const { outChannels, batch4, width, height, stride, block } = use;
  if (variant.native && !use.half) return false;
  // The planes that an input gradient writes fall into stride² phases, each with its own tiles.
  const phase = use.pass === 'input-gradient' ? stride : 1;
  const row = Math.ceil(width / phase);
  if (variant.memory === 'workgroup') {
    const channels = 8 * variant.groups;
    const vectors = (64 / variant.groups) * variant.positions;
    const fits = block ? block.outs % channels === 0 && block.ins >= 8 : 2 * outChannels > channels;
    return fits && row * Math.ceil(height / phase) * batch4 >= vectors;
  }
  if (variant.channels === null) return true;
  const extent = block ? block.outs : 4 * Math.ceil(outChannels / 4);
  const fits = block ? extent % variant.channels === 0 : extent >= variant.channels;
  return fits && row >= (variant.pixels ?? 1) && batch4 % variant.batch === 0;
}

function gradientFits(variant: GradientVariant, use: KernelUse): boolean {
  const { outChannels, inChannels, batch4, block } = use;
  if (variant.native && !use.half) return false;
  if (variant.memory === 'registers') return batch4 % variant.spread === 0;
  const tile = variant.lanes * variant.tile;
  return block
    ? block.outs % tile === 0 && block.ins % tile === 0
    : 2 * outChannels > tile && 2 * inChannels > tile;
}
