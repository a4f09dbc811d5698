/**
 * The numpy port of the RNG and the TypeScript original draw the same numbers, and both sides start a
 * net from the same parameters: what every other fixture rests on.
 */
import { describe, expect, it } from 'vitest';
import { hashBelow, hashU32, hashUniform } from '../../../src/gpu/rng.ts';
import recorded from '../../reference/fixtures/rng.json';
import { streamOfName } from '../../reference/inputs.ts';
import { loadNetFixture, type NetName } from '../../reference/net-fixtures.ts';

describe('the RNG equals its numpy port', () => {
  it.each(recorded.draws)('at $key', ({ key, u32, uniform, below10, index1000003 }) => {
    const [seed, stream, counter] = key as [number, number, number];
    expect(hashU32(seed, stream, counter)).toBe(u32);
    expect(hashUniform(seed, stream, counter)).toBe(uniform);
    expect(hashBelow(seed, stream, counter, 10)).toBe(below10);
    expect(Math.floor((hashU32(seed, stream, counter) / 0x100000000) * 1000003)).toBe(index1000003);
  });

  it.each(recorded.streams)('has the stream of "$name"', ({ name, stream }) => {
    expect(streamOfName(name)).toBe(stream);
  });

  it('hashes a name as FNV-1a is published', () => {
    // Test vectors of the authors: the empty string, "a" and "foobar".
    expect(['', 'a', 'foobar'].map(streamOfName)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });
});

describe('initial parameters equal their numpy port', () => {
  it.each(recorded.parameters)('$net $name', async ({ net, name, shape, entries, values, sum }) => {
    const { initial, parameters } = await loadNetFixture(net as NetName);
    const drawn = initial.get(name)!;
    expect(parameters.find((parameter) => parameter.name === name)?.shape).toEqual(shape);
    // The logarithm and the cosine of two libraries may differ in the last bit of float64, which once
    // in many millions of draws flips the last bit of float32.
    entries.forEach((entry, i) => {
      const value = values[i]!;
      expect(Math.abs(drawn[entry]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -23);
    });
    const total = drawn.reduce((a, b) => a + b, 0);
    expect(Math.abs(total - sum)).toBeLessThan(1e-9 * drawn.length);
  });
});
