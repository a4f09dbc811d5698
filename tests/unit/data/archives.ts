/**
 * Small archives in the two official CIFAR layouts, built record by record, for the tests of this
 * folder. An image's bytes follow from its place alone, so a test can say what each must be.
 */
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import type { GivenArchive } from '../../../src/data/archive.ts';

export type Bytes = Uint8Array<ArrayBuffer>;
export interface Member {
  readonly name: string;
  readonly body: Uint8Array | string;
}

const CLASSES_10 = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9'];
export const CLASSES_100 = Array.from({ length: 100 }, (_, k) => `c${String(k)}`);

/** The image of record `index` of a file: 3072 bytes that no other record has. */
export function imageOf(file: number, index: number): Bytes {
  const image = new Uint8Array(3072);
  for (let i = 0; i < 3072; i++) image[i] = i * 7 + index * 31 + file * 101 + (i >> 8);
  return image;
}

/** A file of records with these heads, `file` telling its images from those of other files. */
export function records(file: number, heads: readonly (readonly number[])[]): Bytes {
  const parts = heads.flatMap((head, index) => [Uint8Array.from(head), imageOf(file, index)]);
  return new Uint8Array(Buffer.concat(parts));
}

/** CIFAR-10: every batch holds 20 records, labels 0 … 9 twice; members out of order, as in the official tar. */
export function cifar10Members(): Member[] {
  const labels = Array.from({ length: 20 }, (_, i) => [i % 10]);
  const batch = (file: number, name: string): Member => ({
    name: `cifar-10-batches-bin/${name}.bin`,
    body: records(file, labels),
  });
  return [
    batch(1, 'data_batch_1'),
    { name: 'cifar-10-batches-bin/batches.meta.txt', body: `${CLASSES_10.join('\n')}\n\n` },
    batch(3, 'data_batch_3'),
    batch(4, 'data_batch_4'),
    batch(6, 'test_batch'),
    { name: 'cifar-10-batches-bin/readme.html', body: '<html></html>' },
    batch(5, 'data_batch_5'),
    batch(2, 'data_batch_2'),
  ];
}

/** CIFAR-100: two training records a class, one test record, fine labels descending. */
export function cifar100Members(): Member[] {
  const heads = (n: number): number[][] =>
    Array.from({ length: n }, (_, i) => [i % 20, 99 - (i % 100)]);
  return [
    { name: 'cifar-100-binary/train.bin', body: records(1, heads(200)) },
    { name: 'cifar-100-binary/test.bin', body: records(2, heads(100)) },
    { name: 'cifar-100-binary/fine_label_names.txt', body: `${CLASSES_100.join('\n')}\n` },
    { name: 'cifar-100-binary/coarse_label_names.txt', body: 'x\n' },
  ];
}

/** Members with one replaced (or, given null, left out), found by the end of its name. */
export function replace(members: Member[], name: string, body: Member['body'] | null): Member[] {
  return members.flatMap((member) =>
    !member.name.endsWith(name) ? [member] : body === null ? [] : [{ ...member, body }],
  );
}

export async function tar(members: readonly Member[]): Promise<Bytes> {
  const encoder = new TextEncoder();
  return packTar(
    members.map(({ name, body }) => {
      const bytes = typeof body === 'string' ? encoder.encode(body) : body;
      return { header: { name, size: bytes.length, type: 'file' as const }, body: bytes };
    }),
  );
}

export async function tarGz(members: readonly Member[]): Promise<Bytes> {
  return new Uint8Array(gzipSync(await tar(members)));
}

/** What a source saw of its reader. */
export interface Watch {
  pulled: number;
  cancelled: boolean;
}

/** Bytes as a given file that streams in chunks; `failAt` breaks the stream at that byte. */
export function given(
  bytes: Uint8Array,
  options: { name?: string; chunk?: number; failAt?: number; watch?: Watch } = {},
): GivenArchive {
  const { name = 'given.tar.gz', chunk = 65536, failAt = Infinity, watch } = options;
  return {
    name,
    blob: {
      stream: () => {
        let at = 0;
        const source: UnderlyingDefaultSource<Bytes> = {
          pull(controller) {
            const end = Math.min(at + chunk, bytes.length, failAt);
            if (at < end) controller.enqueue(Uint8Array.from(bytes.subarray(at, end)));
            at = end;
            if (watch) watch.pulled = at;
            if (at === failAt) controller.error(new Error('the disk went away'));
            else if (at === bytes.length) controller.close();
          },
          cancel() {
            if (watch) watch.cancelled = true;
          },
        };
        // No chunk ahead of its reader: an error would take it away again.
        return new ReadableStream(source, { highWaterMark: 0 });
      },
    },
  };
}
