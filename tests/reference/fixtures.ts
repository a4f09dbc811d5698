/**
 * Opens a fixture: an index in JSON and, beside it, its numbers, gzipped and little-endian. Both are
 * imported through Vite, the numbers as a data URL, so the same lines run in Node and in a browser.
 */

/** The numbers of one fixture. Offsets are in bytes, as the index gives them. */
export class FixtureBlob {
  constructor(private readonly buffer: ArrayBuffer) {}

  floats(offset: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.buffer, offset, length).slice();
  }

  bytes(offset: number, length: number): Int8Array<ArrayBuffer> {
    return new Int8Array(this.buffer, offset, length).slice();
  }
}

/** A tensor of the index. */
export interface StoredTensor {
  readonly offset: number;
  readonly shape: readonly number[];
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

type Module = Promise<{ readonly default: unknown }>;

// Spelt out, since Vite resolves an import only where it can read its whole path.
const FILES = {
  layers: {
    index: (): Module => import('./fixtures/layers.json'),
    blob: (): Module => import('./fixtures/layers.bin.gz?url&inline'),
  },
  w1: {
    index: (): Module => import('./fixtures/w1.json'),
    blob: (): Module => import('./fixtures/w1.bin.gz?url&inline'),
  },
  mlp: {
    index: (): Module => import('./fixtures/mlp.json'),
    blob: (): Module => import('./fixtures/mlp.bin.gz?url&inline'),
  },
  pocket: {
    index: (): Module => import('./fixtures/pocket.json'),
    blob: (): Module => import('./fixtures/pocket.bin.gz?url&inline'),
  },
  resnet18: {
    index: (): Module => import('./fixtures/resnet18.json'),
    blob: (): Module => import('./fixtures/resnet18.bin.gz?url&inline'),
  },
  resnet32: {
    index: (): Module => import('./fixtures/resnet32.json'),
    blob: (): Module => import('./fixtures/resnet32.bin.gz?url&inline'),
  },
} as const;

export type FixtureName = keyof typeof FILES;

/** Index and numbers of a fixture. The caller knows the index's type: `pytorch/` is what writes it. */
export async function openFixture(
  name: FixtureName,
): Promise<{ readonly index: unknown; readonly blob: FixtureBlob }> {
  const [index, packed] = await Promise.all([FILES[name].index(), FILES[name].blob()]);
  const { body } = await fetch(packed.default as string);
  if (body === null) throw new TypeError(`the numbers of ${name} are empty`);
  const unpacked = new Response(body.pipeThrough(new DecompressionStream('gzip')));
  return { index: index.default, blob: new FixtureBlob(await unpacked.arrayBuffer()) };
}
