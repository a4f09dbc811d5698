/**
 * Kernels whose lanes share memory, run lane by lane in an interpreter that reports accesses which no barrier
 * orders: none as the kernels are, and some as soon as any one barrier is gone, so that a case which shares
 * nothing cannot pass.
 */
import { expect, it, describe } from 'vitest';
import { detectRaces } from 'wgsl_reflect/wgsl_reflect.module.js';
import { describeKernel, type Kernel } from '../../src/gpu/kernels.ts';
import { shaderSource, type Defines } from '../../src/gpu/shader-source.ts';
import { SHADER_NAMES, shaderText } from './all-shaders.ts';
import { parsable } from './parsable.ts';

interface Run {
  readonly defines?: Defines;
  readonly parameters: Readonly<Record<string, number>>;
  /** By the name of the binding. */
  readonly buffers: Readonly<Record<string, Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>>;
  readonly workgroups: number;
  /** All that is shared is atomic: without barriers the result is wrong, but nothing is a race. */
  readonly atomic?: true;
}

/** A plane of 4 × 4 pixels and 4 vec4s of the batch, 9 channels in and 16 out: two chunks of channels. */
const convolution = {
  ...{ in_channels: 9, out_channels: 16, source_height: 4, source_width: 4 },
  ...{ batch4: 4, kernel: 1, pad: 0, accumulate: 0 },
};
const ones = (vectors: number) => new Float32Array(4 * vectors).fill(1);

/** A small run of each; a new kernel that shares memory is to be added here. */
const RUNS: Readonly<Record<string, Run>> = {
  conv_tile_shared: {
    defines: { GROUPS: 2, POSITIONS: 2, DEPTH: 8 },
    parameters: {
      ...convolution,
      ...{ weights_at: 0, weights_row: 4 },
      ...{ output_height: 4, output_width: 4, direction: 1, output_step: 1, source_step: 1 },
      ...{ tiles_x: 4, tiles_y: 4 },
    },
    buffers: { source: ones(9 * 64), weights: ones(9 * 4), output: ones(16 * 64) },
    workgroups: 1,
  },
  conv_weight_grad_shared: {
    defines: { LANES_OUT: 2, LANES_IN: 2, OUT: 4, INPUTS: 4, DEPTH: 32, WIDE: 0 },
    parameters: {
      ...convolution,
      ...{ out_tiles: 2, in_tiles: 2, result_at: 0, result_row: 4, result_split: 0 },
      ...{ gradient_height: 4, gradient_width: 4, stride: 1, splits: 1, rows_per_split: 4 },
    },
    buffers: { source: ones(9 * 64), gradient: ones(16 * 64), result: ones(9 * 4) },
    workgroups: 1,
  },
  select_histogram_workgroup: {
    parameters: { segments: 1, chunks: 1, copies: 1, known_shift: 31, digit_shift: 20 },
    buffers: {
      segments: Uint32Array.of(0, 11, 0, 0, 0, 0),
      states: Uint32Array.of(0, 3),
      values: Float32Array.of(1, 2, -3, 0, 0, 0, 5, 6, 1, 2, 3, 4),
      histogram: new Uint32Array(2048),
    },
    workgroups: 1,
    atomic: true,
  },
  select_pick_workgroup: {
    parameters: { groups: 1, copies: 2, digit_bits: 10 },
    buffers: {
      histogram: Uint32Array.from({ length: 4096 }, (_, bin) => Number(bin % 100 === 5)),
      states: Uint32Array.of(0, 5),
    },
    workgroups: 1,
  },
};

const SHARED = /var<workgroup>|[wW]orkgroupBarrier/;
const BARRIER_ONCE = /workgroupBarrier\(\);/;
const BARRIER = new RegExp(BARRIER_ONCE, 'g');

function racesOf(kernel: Kernel, code: string, { parameters, buffers, workgroups }: Run): string[] {
  const uniform = new DataView(new ArrayBuffer(256));
  kernel.parameters.forEach(({ name, type }, i) => {
    const value = name === 'first_workgroup' ? 0 : parameters[name];
    if (value === undefined) throw new Error(`${kernel.name}: no ${name}`);
    if (type === 'f32') uniform.setFloat32(4 * i, value, true);
    else uniform.setInt32(4 * i, value, true);
  });
  const bound: Record<number, unknown> = { 0: { uniform: uniform.buffer } };
  for (const { name, index } of kernel.bindings) {
    const buffer = buffers[name];
    if (!buffer) throw new Error(`${kernel.name}: nothing for ${name}`);
    bound[index] = buffer.buffer.slice(0);
  }
  // The interpreter overlooks a barrier that opens the body of a loop, from the second round on.
  let barriers = 0;
  const told = parsable(code).replace(
    BARRIER,
    (barrier) => `let before${barriers++} = 0u;\n${barrier}`,
  );
  const { races, errors } = detectRaces(told, 'main', [workgroups, 1, 1], { 0: bound });
  expect(errors).toEqual([]);
  // One is enough to go by; there may be thousands.
  return races.slice(0, 1).map(({ message }) => message);
}

it('every kernel that shares memory within a workgroup is run here', () => {
  const sharing = SHADER_NAMES.filter((name) => {
    const { defines } = RUNS[name] ?? {};
    // Other kernels need defines that no run gives them; their files are enough to tell.
    return SHARED.test(defines ? shaderSource(name, defines) : shaderText(name));
  });
  expect(sharing.sort()).toEqual(Object.keys(RUNS).sort());
});

describe.each(Object.entries(RUNS))('%s', (name, run) => {
  const kernel = describeKernel(name, run.defines);

  it('has no two lanes meet unordered', { timeout: 60_000 }, () => {
    expect(racesOf(kernel, kernel.code, run)).toEqual([]);
  });

  it.skipIf(run.atomic)('would, without any one of its barriers', { timeout: 60_000 }, () => {
    const barriers = [...kernel.code.matchAll(BARRIER)].map(({ index }) => index);
    expect(barriers.length).toBeGreaterThan(0);
    for (const at of barriers) {
      const code = kernel.code.slice(0, at) + kernel.code.slice(at).replace(BARRIER_ONCE, '');
      expect(racesOf(kernel, code, run), `without ${at}`).not.toEqual([]);
    }
  });
});
