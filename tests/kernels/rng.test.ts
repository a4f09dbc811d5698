/** The hash of `shaders/lib/rng.wgsl` gives the numbers of `src/gpu/rng.ts`, bit for bit. */
import { expect, test } from 'vitest';
import { Plan } from '../../src/gpu/plan.ts';
import { hashBelow, hashU32, STREAM } from '../../src/gpu/rng.ts';
import { Submitter } from '../../src/gpu/submitter.ts';
import dispatchPrelude from '../../shaders/lib/dispatch.wgsl?raw';
import rngPrelude from '../../shaders/lib/rng.wgsl?raw';
import { gpu, noErrors, readWords, storageBuffer, upload } from './engine.ts';

const CODE = `
${dispatchPrelude}
${rngPrelude}
struct Params {
  first_workgroup: u32,
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> keys: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> draws: array<vec4u>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (i < p.length) {
    let key = keys[i];
    let word = hash_u32(key.x, key.y, key.z);
    draws[i] = vec4u(word, hash_below(key.x, key.y, key.z, key.w), STREAM_AUGMENT, 0u);
  }
}
`;

test('both hashes agree, at the ends of their ranges too', async () => {
  const device = await gpu();
  const words = [0, 1, 2, 7, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
  const bounds = [1, 2, 9, 10, 1000, 65535, 65536];
  const keys: (readonly [number, number, number, number])[] = [];
  for (const seed of words) {
    for (const stream of words) {
      for (const counter of words) {
        keys.push([seed, stream, counter, bounds[keys.length % bounds.length]!]);
      }
    }
  }
  for (let i = 0; i < 2000; i++) keys.push([i * 0x9e3779b1, STREAM.augment, i, 9]);
  const input = upload(device, 'keys', Uint32Array.from(keys.flat()));
  const output = storageBuffer(device, 'draws', keys.length * 16);
  const plan = await Plan.create(device, 'rng', [
    {
      label: 'hash',
      kind: 'other',
      kernel: {
        key: 'test rng',
        name: 'rng',
        code: CODE,
        bindings: [
          { name: 'keys', index: 1, kind: 'read-only-storage' },
          { name: 'draws', index: 2, kind: 'storage' },
        ],
        parameters: [
          { name: 'first_workgroup', type: 'u32' },
          { name: 'length', type: 'u32' },
        ],
        workgroup: 64,
      },
      parameters: { length: keys.length },
      buffers: { keys: input, draws: output },
      invocations: keys.length,
      macs: 0,
    },
  ]);
  await new Submitter(device, plan).run();
  const draws = await readWords(device, output, keys.length * 4);
  const expected = keys.flatMap(([seed, stream, counter, n]) => [
    hashU32(seed, stream, counter),
    hashBelow(seed, stream, counter, n),
    STREAM.augment,
    0,
  ]);
  expect([...draws]).toEqual(expected);
  await noErrors();
  device.memory.releaseAll();
});
