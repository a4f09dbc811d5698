/**
 * What a selection ranges over: segments of an arena, grouped by the count that they share. A group of one
 * segment is a layer with a count of its own; one group of all segments is a whole net. The segments are
 * fixed when a plan is made, the counts may change between its runs.
 */
import type { Gpu } from '../../gpu/device.ts';

/** A range of float32 values. */
export interface Segment {
  /** First value in the arena, in floats; a multiple of 4. */
  readonly at: number;
  /** Entries, at least 1. */
  readonly length: number;
}

/** `CHUNK` of lib/segments.wgsl: entries that a workgroup looks at. */
const CHUNK = 8192;
const SEGMENT_FIELDS = 6;

export class TopKTable {
  /** Segments over all groups. */
  readonly segmentCount: number;
  readonly groupCount: number;
  /** Words of the bitmap. */
  readonly words: number;
  /** Chunks over all segments. */
  readonly chunks: number;
  /** First word of each segment in the bitmap, in the order given; its bit 32·word + i is entry i. */
  readonly wordAt: readonly number[];
  /** [segments] records, `Segment` of lib/segments.wgsl. */
  readonly segments: GPUBuffer;
  /** [groups] */
  readonly counts: GPUBuffer;
  readonly #gpu: Gpu;
  /** Entries of each group. */
  readonly #lengths: readonly number[];

  /** All counts are 0 at first. Throws `RangeError` on an empty or unaligned segment, and on an empty group. */
  constructor(gpu: Gpu, label: string, groups: readonly (readonly Segment[])[]) {
    this.#gpu = gpu;
    const records: number[] = [];
    const wordAt: number[] = [];
    let words = 0;
    let chunks = 0;
    groups.forEach((segments, group) => {
      if (segments.length === 0) throw new RangeError(`${label}: group ${group} has no segment`);
      const groupWordAt = words;
      for (const { at, length } of segments) {
        if (!Number.isInteger(length) || length < 1 || at < 0 || at % 4 !== 0) {
          throw new RangeError(`${label}: no segment of ${length} entries can begin at ${at}`);
        }
        records.push(at / 4, length, words, chunks, group, groupWordAt);
        wordAt.push(words);
        words += Math.ceil(length / 32);
        chunks += Math.ceil(length / CHUNK);
      }
    });
    this.words = words;
    this.chunks = chunks;
    this.wordAt = wordAt;
    this.segmentCount = records.length / SEGMENT_FIELDS;
    this.groupCount = groups.length;
    this.#lengths = groups.map((segments) => segments.reduce((sum, { length }) => sum + length, 0));
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const { memory, device } = gpu;
    this.segments = memory.allocate('control', `${label} segments`, records.length * 4, usage);
    this.counts = memory.allocate('control', `${label} counts`, groups.length * 4, usage);
    device.queue.writeBuffer(this.segments, 0, Uint32Array.from(records));
    this.setCounts(groups.map(() => 0));
  }

  /** How many entries of each group the next run selects. Throws `RangeError` on more than there are. */
  setCounts(counts: readonly number[]): void {
    if (counts.length !== this.groupCount) {
      throw new RangeError(`${counts.length} counts for ${this.groupCount} groups`);
    }
    counts.forEach((count, group) => {
      if (!Number.isInteger(count) || count < 0 || count > this.#lengths[group]!) {
        throw new RangeError(`group ${group}: ${count} of ${this.#lengths[group]!} entries`);
      }
    });
    this.#gpu.device.queue.writeBuffer(this.counts, 0, Uint32Array.from(counts));
  }
}
