/**
 * Buffers shared by liveness: over random lists of uses no two tensors that are alive together get one
 * buffer, every buffer is large enough, and less is allocated than with a buffer a tensor. The pool is
 * given a memory that only counts.
 */
import { beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { RandomStream } from '../../src/gpu/rng.ts';
import { ActivationPool } from '../../src/nn/activation-pool.ts';
import type { Virtual } from '../../src/nn/activation-pool.ts';
import { gpu } from './engine.ts';

// Opening a device is what brings GPUBufferUsage to Node.
beforeAll(gpu);

function countingPool() {
  const sizes = new Map<GPUBuffer, number>();
  const memory = {
    allocate: (_kind: string, label: string, bytes: number) => {
      const buffer = { label } as GPUBuffer;
      sizes.set(buffer, bytes);
      return buffer;
    },
  };
  const total = () => [...sizes.values()].reduce((a, b) => a + b, 0);
  return { pool: new ActivationPool({ memory } as unknown as Gpu), sizes, total };
}

type Uses = readonly (readonly Virtual[])[];

/** A list of `length` dispatches, each with two to four tensors, new ones and some of the last few. */
function randomUses(seed: number, length: number): Uses {
  const random = new RandomStream(seed, 1);
  const known: Virtual[] = [];
  return Array.from({ length }, () => {
    const used = new Set<Virtual>();
    const count = 2 + random.below(3);
    while (used.size < count) {
      const old = known[known.length - 1 - random.below(6)];
      if (old && random.below(2) === 0) used.add(old);
      else {
        const virtual = { label: `t${known.length}`, bytes: 16 << random.below(8) };
        known.push(virtual);
        used.add(virtual);
      }
    }
    return [...used];
  });
}

/** First and last dispatch of each tensor. */
function lives(uses: Uses): Map<Virtual, [number, number]> {
  const found = new Map<Virtual, [number, number]>();
  uses.forEach((virtuals, i) => {
    for (const virtual of virtuals) found.set(virtual, [found.get(virtual)?.[0] ?? i, i]);
  });
  return found;
}

const bytesOf = (uses: Uses) => [...lives(uses).keys()].reduce((sum, { bytes }) => sum + bytes, 0);

function expectSound(
  uses: Uses,
  assigned: ReadonlyMap<Virtual, GPUBuffer>,
  sizes: ReadonlyMap<GPUBuffer, number>,
): void {
  const alive = [...lives(uses)];
  expect(assigned.size).toBe(alive.length);
  alive.forEach(([a, [firstA, lastA]], i) => {
    expect(sizes.get(assigned.get(a)!)).toBeGreaterThanOrEqual(a.bytes);
    for (const [b, [firstB, lastB]] of alive.slice(i + 1)) {
      const together = firstB <= lastA && firstA <= lastB;
      if (together && assigned.get(a) === assigned.get(b)) {
        throw new Error(`${a.label} (${firstA}–${lastA}) and ${b.label} (${firstB}–${lastB})`);
      }
    }
  });
}

test('tensors that are alive together never share, and those that are not do', () => {
  for (let seed = 0; seed < 100; seed++) {
    const uses = randomUses(seed, 40);
    const { pool, sizes, total } = countingPool();
    expectSound(uses, pool.assign(uses, false), sizes);
    expect(total()).toBeLessThan(bytesOf(uses));
    // Never below what is alive at once.
    const peaks = uses.map((_, i) =>
      [...lives(uses)].reduce(
        (sum, [{ bytes }, [first, last]]) => (first <= i && i <= last ? sum + bytes : sum),
        0,
      ),
    );
    expect(total()).toBeGreaterThanOrEqual(Math.max(...peaks));
  }
});

test('keeping all gives every tensor a buffer of its own', () => {
  const uses = randomUses(3, 40);
  const { pool, sizes, total } = countingPool();
  pool.assign(randomUses(4, 40), false);
  const [before, held] = [[...sizes.keys()], total()];
  const assigned = pool.assign(uses, true);
  expect(new Set([...before, ...assigned.values()]).size).toBe(before.length + assigned.size);
  expectSound(uses, assigned, sizes);
  expect(total() - held).toBe(bytesOf(uses));
});

test('a second plan takes the buffers of the first, and grows none of them', () => {
  for (let seed = 0; seed < 50; seed++) {
    const { pool, sizes, total } = countingPool();
    pool.assign(randomUses(seed, 40), false);
    const [before, held] = [new Map(sizes), total()];
    const second = randomUses(1000 + seed, 30);
    expectSound(second, pool.assign(second, false), sizes);
    for (const [buffer, bytes] of before) expect(sizes.get(buffer)).toBe(bytes);
    expect(total() - held).toBeLessThan(bytesOf(second) / 2);
  }
});

test('a chain of equal tensors takes turns with two buffers', () => {
  const tensors = Array.from({ length: 20 }, (_, i) => ({ label: `t${i}`, bytes: 64 }));
  const uses = tensors.slice(1).map((tensor, i) => [tensors[i]!, tensor]);
  const { pool, sizes } = countingPool();
  pool.assign(uses, false);
  expect(sizes.size).toBe(2);
});
