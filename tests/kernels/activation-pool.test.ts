/**
 * Places shared by liveness: over random lists of uses no two tensors that are alive together overlap, no
 * dispatch reads and writes one buffer, every place is within its buffer, and less is allocated than with a
 * buffer a tensor. The pool is given a memory that only counts.
 */
import { beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import type { BufferRange } from '../../src/gpu/plan.ts';
import { RandomStream } from '../../src/gpu/rng.ts';
import { ActivationPool } from '../../src/nn/compile/activation-pool.ts';
import type { Virtual, VirtualUse } from '../../src/nn/compile/activation-pool.ts';
import { gpu } from './engine.ts';

// Opening a device is what brings GPUBufferUsage to Node.
beforeAll(gpu);

function countingPool() {
  const sizes = new Map<GPUBuffer, number>();
  const memory = {
    allocate: (_kind: string, label: string, bytes: number) => {
      const buffer = { label, size: bytes } as GPUBuffer;
      sizes.set(buffer, bytes);
      return buffer;
    },
  };
  const total = () => [...sizes.values()].reduce((a, b) => a + b, 0);
  return { pool: new ActivationPool({ memory } as unknown as Gpu), sizes, total };
}

type Uses = readonly (readonly VirtualUse[])[];

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
        const virtual = { label: `t${known.length}`, bytes: 100 << random.below(8) };
        known.push(virtual);
        used.add(virtual);
      }
    }
    return [...used].map((virtual, i) => ({ virtual, writes: i === 0 }));
  });
}

/** First and last dispatch of each tensor. */
function lives(uses: Uses): Map<Virtual, [number, number]> {
  const found = new Map<Virtual, [number, number]>();
  uses.forEach((used, i) => {
    for (const { virtual } of used) found.set(virtual, [found.get(virtual)?.[0] ?? i, i]);
  });
  return found;
}

const ALIGNMENT = 256;
const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
const bytesOf = (uses: Uses) =>
  [...lives(uses).keys()].reduce((sum, { bytes }) => sum + aligned(bytes), 0);

/** The most that is alive at once. */
function peakOf(uses: Uses): number {
  const alive = [...lives(uses)];
  const at = uses.map((_, i) =>
    alive.reduce(
      (sum, [{ bytes }, [first, last]]) => (first <= i && i <= last ? sum + aligned(bytes) : sum),
      0,
    ),
  );
  return Math.max(...at);
}

function expectSound(
  uses: Uses,
  assigned: ReadonlyMap<Virtual, BufferRange>,
  sizes: ReadonlyMap<GPUBuffer, number>,
): void {
  const alive = [...lives(uses)];
  expect(assigned.size).toBe(alive.length);
  alive.forEach(([a, [firstA, lastA]], i) => {
    const placeA = assigned.get(a)!;
    expect(placeA.size).toBeGreaterThanOrEqual(a.bytes);
    expect(placeA.offset % ALIGNMENT).toBe(0);
    expect(placeA.offset + placeA.size).toBeLessThanOrEqual(sizes.get(placeA.buffer)!);
    for (const [b, [firstB, lastB]] of alive.slice(i + 1)) {
      const placeB = assigned.get(b)!;
      const together = firstB <= lastA && firstA <= lastB;
      const overlapping =
        placeA.buffer === placeB.buffer &&
        placeA.offset < placeB.offset + placeB.size &&
        placeB.offset < placeA.offset + placeA.size;
      if (together && overlapping) {
        throw new Error(`${a.label} (${firstA}–${lastA}) and ${b.label} (${firstB}–${lastB})`);
      }
    }
  });
  for (const used of uses) {
    const buffers = (writes: boolean) =>
      used.filter((use) => use.writes === writes).map((use) => assigned.get(use.virtual)!.buffer);
    const written = new Set(buffers(true));
    if (buffers(false).some((buffer) => written.has(buffer))) {
      throw new Error(`${used.map(({ virtual }) => virtual.label).join()}: read and written`);
    }
  }
}

test('tensors that are alive together never overlap, and those that are not do', () => {
  for (let seed = 0; seed < 100; seed++) {
    const uses = randomUses(seed, 40);
    const { pool, sizes, total } = countingPool();
    expectSound(uses, pool.assign(uses, false), sizes);
    expect(total()).toBeLessThan(bytesOf(uses) / 2);
    expect(total()).toBeGreaterThanOrEqual(peakOf(uses));
  }
});

test('little is wasted: on the average at most a third over what is alive at once', () => {
  let [allocated, needed] = [0, 0];
  for (let seed = 0; seed < 100; seed++) {
    const uses = randomUses(seed, 40);
    const { pool, total } = countingPool();
    pool.assign(uses, false);
    allocated += total();
    needed += peakOf(uses);
  }
  expect(allocated / needed).toBeLessThan(4 / 3);
});

test('keeping all gives every tensor a buffer of its own', () => {
  const uses = randomUses(3, 40);
  const { pool, sizes, total } = countingPool();
  pool.assign(randomUses(4, 40), false);
  const [before, held] = [[...sizes.keys()], total()];
  const assigned = pool.assign(uses, true);
  const buffers = [...assigned.values()].map(({ buffer }) => buffer);
  expect(new Set([...before, ...buffers]).size).toBe(before.length + assigned.size);
  for (const [{ bytes }, { buffer, offset }] of assigned) {
    expect([sizes.get(buffer), offset]).toEqual([bytes, 0]);
  }
  expect(total() - held).toBe([...lives(uses).keys()].reduce((sum, { bytes }) => sum + bytes, 0));
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

const named = (count: number, bytes: number): Virtual[] =>
  Array.from({ length: count }, (_, i) => ({ label: `t${i}`, bytes }));

test('a chain of equal tensors takes turns with two buffers', () => {
  const tensors = named(20, 1024);
  const uses = tensors.slice(1).map((virtual, i) => [
    { virtual: tensors[i]!, writes: false },
    { virtual, writes: true },
  ]);
  const { pool, sizes } = countingPool();
  pool.assign(uses, false);
  expect(sizes.size).toBe(2);
});

test('small tensors lie side by side where a large one was', () => {
  const large = { label: 'large', bytes: 4096 };
  const small = named(4, 1024);
  const read = (virtual: Virtual) => ({ virtual, writes: false });
  const { pool, sizes, total } = countingPool();
  const places = pool.assign([[read(large)], small.map(read)], false);
  expect([sizes.size, total()]).toEqual([1, 4096]);
  expect(small.map((virtual) => places.get(virtual)!.offset).sort()).toEqual([0, 1024, 2048, 3072]);
});
