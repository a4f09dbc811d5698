/**
 * The layers of a net that are cut into blocks, as one table for the kernels that score blocks and rebuild
 * index lists: what they do is done for all layers in the same dispatches. Blocks and slots of all layers
 * are numbered in flat spaces, in which each layer begins at a multiple of 32, so that bitmaps have whole
 * words a layer.
 */
import type { Gpu } from '../gpu/device.ts';
import { slotFloats, type BlockGrid } from './layouts/block/block-grid.ts';
import { listOffsets } from './layouts/block/block-lists.ts';

export interface BlockLayer {
  readonly grid: BlockGrid;
  /** First float in the parameter arena (and in every arena like it); a multiple of 32, of 4 if dense. */
  readonly weightsAt: number;
  /** First word in the index arena; null for a layer that is stored dense. */
  readonly listsAt: number | null;
}

const WORD = 32;
/** `BlockLayer` of lib/block_table.wgsl. */
const LAYER_FIELDS = 19;

export class BlockTable {
  /** Whether the layers are stored in slots; else dense. */
  readonly sparse: boolean;
  readonly layerCount: number;
  /** Words of the space of blocks, of slots, and of the live mask where the layers lie. */
  readonly blockWords: number;
  readonly slotWords: number;
  readonly maskWords: number;
  /** First word of each layer in the space of blocks: its block b is bit 32·word + b, and float of scores. */
  readonly blockWordAt: readonly number[];
  /** The same in the space of slots. */
  readonly slotWordAt: readonly number[];
  /** [layers] records, `BlockLayer` of lib/block_table.wgsl. */
  readonly layers: GPUBuffer;

  /** Throws `RangeError` on no layers, sparse ones beside dense ones, and ones that begin where none may. */
  constructor(gpu: Gpu, label: string, layers: readonly BlockLayer[]) {
    const sparse = layers[0]?.listsAt !== null;
    const records: number[] = [];
    const blockWordAt: number[] = [];
    const slotWordAt: number[] = [];
    let blockWords = 0;
    let slotWords = 0;
    let maskWords = 0;
    if (layers.length === 0) throw new RangeError(`${label}: no layers`);
    for (const { grid, weightsAt, listsAt } of layers) {
      if ((listsAt !== null) !== sparse) {
        throw new RangeError(`${label}: sparse and dense layers cannot share a table`);
      }
      if (weightsAt < 0 || weightsAt % (sparse ? WORD : 4) !== 0) {
        throw new RangeError(`${label}: no layer can begin at float ${weightsAt}`);
      }
      const at = listOffsets(grid);
      const lists = listsAt ?? 0;
      records.push(
        ...[blockWords, slotWords, maskWords, grid.blocks, grid.capacity, grid.blockRows],
        ...[grid.blockColumns, grid.taps, grid.rows, grid.columns, grid.outChannels],
        ...[grid.inChannels, weightsAt / 4, lists + at.blockOfSlot, lists + at.slotOfBlock],
        ...[lists + at.rowStart, lists + at.rowEntries],
        ...[lists + at.columnStart, lists + at.columnEntries],
      );
      blockWordAt.push(blockWords);
      slotWordAt.push(slotWords);
      blockWords += Math.ceil(grid.blocks / WORD);
      slotWords += Math.ceil(grid.capacity / WORD);
      maskWords += Math.ceil((grid.capacity * slotFloats(grid)) / WORD);
    }
    this.sparse = sparse;
    this.layerCount = records.length / LAYER_FIELDS;
    this.blockWords = blockWords;
    this.slotWords = slotWords;
    this.maskWords = maskWords;
    this.blockWordAt = blockWordAt;
    this.slotWordAt = slotWordAt;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    this.layers = gpu.memory.allocate('control', `${label} layers`, records.length * 4, usage);
    gpu.device.queue.writeBuffer(this.layers, 0, Uint32Array.from(records));
  }
}
