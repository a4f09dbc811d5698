/**
 * The official binary form of CIFAR: files of fixed-size records, each a label (CIFAR-100: a coarse one,
 * then a fine one) and 3072 bytes of image, planes R, G, B. What the two layouts are, and a sorter that
 * takes a file's bytes in pieces of any length and puts its images into their classes.
 */
import { CIFAR10, CIFAR100 } from './cifar.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES } from './image-set.ts';
import type { SetFacts } from './image-source.ts';

export interface BinaryLayout {
  readonly facts: SetFacts;
  readonly archive: string;
  /** Bytes ahead of a record's image: what each is, and how many values it has. The last is the label. */
  readonly head: readonly { readonly what: string; readonly values: number }[];
  readonly classes: number;
  /** Files by base name, in the order in which the set counts its images. */
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Text, one class name a line. */
  readonly names: string;
}

const CIFAR10_LAYOUT: BinaryLayout = {
  facts: CIFAR10,
  archive: 'cifar-10-binary.tar.gz',
  head: [{ what: 'label', values: 10 }],
  classes: 10,
  train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${String(batch)}.bin`),
  test: ['test_batch.bin'],
  names: 'batches.meta.txt',
};

const CIFAR100_LAYOUT: BinaryLayout = {
  facts: CIFAR100,
  archive: 'cifar-100-binary.tar.gz',
  head: [
    { what: 'coarse label', values: 20 },
    { what: 'fine label', values: 100 },
  ],
  classes: 100,
  train: ['train.bin'],
  test: ['test.bin'],
  names: 'fine_label_names.txt',
};

export const LAYOUTS: readonly BinaryLayout[] = [CIFAR10_LAYOUT, CIFAR100_LAYOUT];

/** Bytes of one record. */
export function recordBytes(layout: BinaryLayout): number {
  return layout.head.length + IMAGE_BYTES;
}

/** Images of one class as they come in: blocks of 64, so that growing copies nothing. */
export class ClassImages {
  private static readonly BLOCK = 64;
  private blocks: Uint8Array<ArrayBuffer>[] = [];
  /** Images kept. */
  count = 0;

  /** `limit`: how many images are kept; later ones are passed over. */
  constructor(private readonly limit: number) {}

  /** Takes one image of `IMAGE_BYTES` bytes; false where the limit has been reached. */
  add(image: Uint8Array): boolean {
    if (this.count >= this.limit) return false;
    const slot = this.count % ClassImages.BLOCK;
    if (slot === 0) this.blocks.push(new Uint8Array(ClassImages.BLOCK * IMAGE_BYTES));
    this.blocks.at(-1)!.set(image, slot * IMAGE_BYTES);
    this.count++;
    return true;
  }

  /** Moves the images to `to` from byte `offset` on, as many as fit; gives the byte after the last. */
  moveTo(to: Uint8Array<ArrayBuffer>, offset: number): number {
    let left = this.count * IMAGE_BYTES;
    for (const block of this.blocks) {
      const bytes = Math.min(block.length, left, to.length - offset);
      to.set(block.subarray(0, bytes), offset);
      offset += bytes;
      left -= bytes;
    }
    this.blocks = [];
    this.count = 0;
    return offset;
  }
}

/** Sorts one file of records. `file` is what errors call it. */
export class RecordSorter {
  readonly classes: readonly ClassImages[];
  /** Whether every image was kept, none cut off by the limit. */
  whole = true;
  private readonly record: Uint8Array<ArrayBuffer>;
  private filled = 0;
  private offset = 0;

  constructor(
    private readonly layout: BinaryLayout,
    private readonly file: string,
    limit: number,
  ) {
    this.classes = Array.from({ length: layout.classes }, () => new ClassImages(limit));
    this.record = new Uint8Array(recordBytes(layout));
  }

  /** Throws `DataError` for a length that is no whole number of records: at the record that is cut short. */
  static checkSize(layout: BinaryLayout, file: string, size: number): void {
    const record = recordBytes(layout);
    const rest = size % record;
    if (size > 0 && rest === 0) return;
    throw new DataError({
      code: 'wrong-size',
      file,
      offset: size - rest,
      expected: `a whole number of ${String(record)}-byte records, one at least`,
      found: rest === 0 ? 'an empty file' : `${String(rest)} bytes at the end of ${String(size)}`,
    });
  }

  /** Takes the file's next bytes. Throws `DataError` (`bad-label`) at the byte that cannot be a label. */
  write(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const taken = Math.min(bytes.length - from, this.record.length - this.filled);
      this.record.set(bytes.subarray(from, from + taken), this.filled);
      this.filled += taken;
      from += taken;
      if (this.filled === this.record.length) this.endRecord();
    }
  }

  private endRecord(): void {
    const { head } = this.layout;
    for (const [at, { what, values }] of head.entries()) {
      const found = this.record[at]!;
      if (found < values) continue;
      throw new DataError({
        code: 'bad-label',
        file: this.file,
        offset: this.offset + at,
        expected: `a ${what} below ${String(values)}`,
        found: String(found),
      });
    }
    const images = this.classes[this.record[head.length - 1]!]!;
    if (!images.add(this.record.subarray(head.length))) this.whole = false;
    this.offset += this.record.length;
    this.filled = 0;
  }
}
