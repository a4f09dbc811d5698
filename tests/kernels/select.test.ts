/**
 * Top-k by magnitude against a sort, for segments with counts of their own and for all of them together:
 * ties, the ends of the range of counts, numbers that are no numbers, and lengths that are multiples of
 * nothing. Every variant must select the same.
 */
import { describe, expect, test } from 'vitest';
import { emitTopK, type TopKVariant } from '../../src/sparse/select/top-k.ts';
import { TopKTable } from '../../src/sparse/select/top-k-table.ts';
import { uniformTensor } from '../reference/inputs.ts';
import { topK } from '../reference/plain/top-k.ts';
import { cases } from '../setup/cases.ts';
import { scope } from '../setup/scope.ts';
import { one } from './batch.ts';
import { firstDifference, gpu, noErrors, readWords, storageBuffer, upload } from './engine.ts';
import { frame, looseLogits } from './frame.ts';

const VARIANTS: readonly TopKVariant[] = ['base', 'workgroup', 'subgroups'];

/** Around the words of a bitmap, the four of a vector, and the chunks of the kernels. */
const LENGTHS = [5000, 1, 32, 33, 8192, 8195, 127, 20_001];

/** Uniform in [0, 1). */
const uniforms = (length: number, seed: number) => uniformTensor(seed, 20, length, 0.5, 0.5);

const SPECIAL = Float32Array.from([
  ...[0, -0, 1e-45, -1e-45, 3e-39, 1, -1, 65504, 3.4e38, -3.4e38],
  ...[Infinity, -Infinity, NaN],
]);
/** NaNs of either sign, quiet and signalling, which no literal makes. */
const NANS = new Float32Array(
  Uint32Array.of(0x7fc00000, 0xffc00001, 0x7f800001, 0xffffffff).buffer,
);

/** Values by what makes them awkward; the bits of NaNs survive, as `set` copies them. */
const VALUES: Readonly<Record<string, (length: number, seed: number) => Float32Array>> = {
  distinct: (length, seed) => uniforms(length, seed).map((u) => (u - 0.5) / 7),
  tied: (length, seed) => uniforms(length, seed).map((u) => Math.round(8 * u - 4) / 4),
  'mostly 0': (length, seed) => uniforms(length, seed).map((u) => (u < 0.9 ? 0 : u - 0.95)),
  equal: (length) => new Float32Array(length).fill(-0.3),
  special: (length, seed) => {
    const bits = new Uint32Array(length);
    const pool = new Uint32Array([
      ...new Uint32Array(SPECIAL.buffer),
      ...new Uint32Array(NANS.buffer),
    ]);
    uniforms(length, seed).forEach((u, i) => (bits[i] = pool[Math.floor(u * pool.length)]!));
    return new Float32Array(bits.buffer);
  },
};

/** What to select of a group of so many entries. */
const COUNTS: Readonly<Record<string, (length: number) => number>> = {
  tenth: (length) => Math.round(length / 10),
  none: () => 0,
  one: () => 1,
  most: (length) => length - Math.floor(length / 3),
  all: (length) => length,
};

interface Selected {
  readonly bitmap: Uint32Array;
  readonly indices: Uint32Array;
  readonly starts: Uint32Array;
}

/** Runs one plan for the groups of segments with each set of counts, in turn. */
async function select(
  variant: TopKVariant,
  groups: readonly (readonly Float32Array[])[],
  counts: readonly (readonly number[])[],
): Promise<Selected[]> {
  const framed = await frame(looseLogits(1), one(4));
  const { device, emit } = framed;
  // Segments lie apart in the arena, and what is between them would win.
  let floats = 8;
  const placed = groups.map((segments) =>
    segments.map((values) => {
      const at = floats;
      floats += Math.ceil(values.length / 4) * 4 + 4;
      return { at, length: values.length };
    }),
  );
  const arena = new Uint32Array(floats).fill(0x7f800000);
  groups.forEach((segments, group) => {
    segments.forEach((values, i) => {
      const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
      arena.set(bits, placed[group]![i]!.at);
    });
  });
  const table = new TopKTable(device, 'test', placed);
  const most = Math.max(...counts.map((each) => each.reduce((sum, count) => sum + count, 0)));
  const bitmap = storageBuffer(device, 'bitmap', table.words * 4);
  const indices = storageBuffer(device, 'indices', most * 4);
  const starts = storageBuffer(device, 'starts', (table.segmentCount + 1) * 4);
  const values = upload(device, 'values', arena);
  emitTopK(emit, { label: 'top-k', table, values, bitmap, lists: { indices, starts }, variant });
  const { submitter } = await framed.plan();
  const results: Selected[] = [];
  for (const each of counts) {
    table.setCounts(each);
    await submitter.run();
    results.push({
      bitmap: await readWords(device, bitmap, table.words),
      indices: await readWords(
        device,
        indices,
        each.reduce((sum, count) => sum + count, 0),
      ),
      starts: await readWords(device, starts, table.segmentCount + 1),
    });
  }
  await noErrors();
  device.memory.releaseAll();
  return results;
}

/** The same by sorting: a group's segments are one array, its indices cut back into segments. */
function plainSelect(
  groups: readonly (readonly Float32Array[])[],
  counts: readonly number[],
): Selected {
  const words: number[] = [];
  const indices: number[] = [];
  const starts = [0];
  groups.forEach((segments, group) => {
    const joined = new Uint32Array(segments.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const values of segments) {
      joined.set(new Uint32Array(values.buffer, values.byteOffset, values.length), at);
      at += values.length;
    }
    const selected = topK(new Float32Array(joined.buffer), counts[group]!);
    let first = 0;
    let next = 0;
    for (const { length } of segments) {
      const firstWord = words.length;
      for (let word = 0; word < length / 32; word++) words.push(0);
      while (next < selected.length && selected[next]! < first + length) {
        const index = selected[next++]! - first;
        words[firstWord + (index >> 5)]! |= 1 << (index & 31);
        indices.push(index);
      }
      starts.push(indices.length);
      first += length;
    }
  });
  return {
    bitmap: Uint32Array.from(words),
    indices: Uint32Array.from(indices),
    starts: Uint32Array.from(starts),
  };
}

async function available(variant: TopKVariant): Promise<boolean> {
  return variant !== 'subgroups' || (await gpu()).adapter.features.includes('subgroups');
}

const axes = {
  variant: VARIANTS,
  values: ['distinct', 'tied', 'mostly 0', 'equal', 'special'],
  over: ['layers', 'net', 'stages'],
} as const;

describe('as a sort selects', () => {
  test.for(cases(axes))('$variant, $values, over $over', async ({ variant, values, over }, ctx) => {
    if (!(await available(variant))) ctx.skip();
    const segments = LENGTHS.map((length, i) => VALUES[values]!(length, 10 + i));
    const groups = {
      layers: segments.map((segment) => [segment]),
      net: [segments],
      stages: [segments.slice(0, 3), segments.slice(3, 4), segments.slice(4)],
    }[over];
    const lengths = groups.map((group) => group.reduce((sum, { length }) => sum + length, 0));
    const counts = Object.values(COUNTS).map((count) => lengths.map(count));
    const results = await select(variant, groups, counts);
    results.forEach((result, i) => {
      expect(result, Object.keys(COUNTS)[i]).toEqual(plainSelect(groups, counts[i]!));
    });
  });
});

test('more words than two levels of prefix sums count', async () => {
  // 524,288 entries are 16,384 words: one more word needs the third level. Eighths make many ties.
  const net = [[uniforms(524_289 + 77, 40).map((u) => Math.round(8 * u) / 8)]];
  const counts = [60_001];
  const [result] = await select('base', net, [counts]);
  const expected = plainSelect(net, counts);
  expect(firstDifference(result!.bitmap, expected.bitmap)).toBe(-1);
  expect(firstDifference(result!.indices, expected.indices)).toBe(-1);
});

test('what a selection ranges over is checked', async () => {
  const device = await gpu();
  const table = (at: number, length: number) => new TopKTable(device, 'test', [[{ at, length }]]);
  expect(() => table(2, 8)).toThrow('no segment of 8 entries can begin at 2');
  expect(() => table(4, 0)).toThrow(RangeError);
  expect(() => new TopKTable(device, 'test', [[]])).toThrow('group 0 has no segment');
  const eight = table(0, 8);
  expect(() => {
    eight.setCounts([9]);
  }).toThrow('group 0: 9 of 8 entries');
  expect(() => {
    eight.setCounts([1, 1]);
  }).toThrow('2 counts for 1 groups');
  device.memory.releaseAll();
});

test.runIf(scope === 'long')(
  '11.2 million entries, ties across the whole net',
  async () => {
    // A ResNet-18 of width 64, in twelve bits of precision so that many entries are at the threshold.
    const lengths = [1728, 147_456, 294_912, 589_824, 1_179_648, 2_359_296, 2_359_296, 4_230_001];
    const segments = lengths.map((length, i) =>
      uniforms(length, 30 + i).map((u) => Math.round(4096 * (u - 0.5)) / 4096),
    );
    const net = [segments];
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const counts = [Math.round(total / 10)];
    const expected = plainSelect(net, counts);
    const [result] = await select('base', net, [counts]);
    expect(firstDifference(result!.bitmap, expected.bitmap)).toBe(-1);
    expect(firstDifference(result!.indices, expected.indices)).toBe(-1);
    expect(result!.starts).toEqual(expected.starts);
  },
  300_000,
);
