/**
 * The one random number generator of the project: a counter-based hash, so that a draw depends only
 * on (seed, stream, counter) and never on what was drawn before. `shaders/lib/rng.wgsl` holds the
 * same lines; a test compares the two. The hash is `pcg3d` of Jarzynski and Olano, *Hash Functions
 * for GPU Rendering*, JCGT 9(3), 2020.
 */

/** What a draw is for. Each purpose owns a stream, so adding one never shifts the others. */
export const STREAM = {
  init: 1,
  shuffle: 2,
  reservoir: 3,
  replay: 4,
  augment: 5,
  classOrder: 6,
  procedural: 7,
} as const;

/** First word of `pcg3d(seed, stream, counter)`: uniform over 0 … 2³²−1. */
export function hashU32(seed: number, stream: number, counter: number): number {
  let x = (Math.imul(seed, 1664525) + 1013904223) | 0;
  let y = (Math.imul(stream, 1664525) + 1013904223) | 0;
  let z = (Math.imul(counter, 1664525) + 1013904223) | 0;
  x = (x + Math.imul(y, z)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  x = (x + Math.imul(y, z)) | 0;
  return x >>> 0;
}

/** Uniform in [0, 1) with 24 random bits: exact in f32, so CPU and GPU agree to the bit. */
export function hashUniform(seed: number, stream: number, counter: number): number {
  return (hashU32(seed, stream, counter) >>> 8) / 0x1000000;
}

/** Uniform over 0 … n−1 for n ≤ 65536, by the upper 16 bits; the form that WGSL shares. */
export function hashBelow(seed: number, stream: number, counter: number, n: number): number {
  return ((hashU32(seed, stream, counter) >>> 16) * n) >>> 16;
}

/** A stream read in order. `counter` is its whole state: save it, set it, and the draws go on as before. */
export class RandomStream {
  counter = 0;

  constructor(
    readonly seed: number,
    readonly stream: number,
  ) {}

  /** Uniform in [0, 1), 24 bits. */
  uniform(): number {
    return hashUniform(this.seed, this.stream, this.counter++);
  }

  /** Uniform over 0 … n−1, for any n up to 2³². */
  below(n: number): number {
    return Math.floor((hashU32(this.seed, this.stream, this.counter++) / 0x100000000) * n);
  }

  /** Standard normal by Box and Muller (1958); two uniforms a draw. */
  normal(): number {
    const u = 1 - this.uniform();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A uniformly random order of 0 … n−1 (Fisher and Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }

  /** `k` distinct numbers of 0 … n−1, in draw order (a partial shuffle). Throws if k > n. */
  sample(n: number, k: number): number[] {
    if (k > n) throw new RangeError(`cannot draw ${String(k)} of ${String(n)} without replacement`);
    const moved = new Map<number, number>();
    const drawn: number[] = [];
    for (let i = 0; i < k; i++) {
      const j = i + this.below(n - i);
      drawn.push(moved.get(j) ?? j);
      moved.set(j, moved.get(i) ?? i);
    }
    return drawn;
  }
}
