/**
 * Every shader, with the defines that the engine gives it, as text: it parses, it says what it does, what the
 * engine reads from it by patterns is what a parser finds, it keeps to the base profile or says which feature
 * it needs, and what lanes share is guarded by barriers.
 */
import { describe, expect, it } from 'vitest';
import { ResourceType, WgslReflect, type VariableInfo } from 'wgsl_reflect/wgsl_reflect.module.js';
import { describeKernel, type Kernel } from '../../src/gpu/kernels.ts';
import type { Defines } from '../../src/gpu/shader-source.ts';
import { SHADER_NAMES, shaderText } from './all-shaders.ts';
import { cases } from '../setup/cases.ts';
import { parsable } from './parsable.ts';

/** What each define may be, whatever the others are; a new one is to be added here. */
const VALUES: Readonly<Record<string, readonly number[]>> = {
  ACCUMULATE: [0, 1],
  A_HALF: [0, 1],
  BITS: [0, 1],
  BLOCKS: [0, 1],
  B_HALF: [0, 1],
  CHOSEN: [0, 1],
  GROUP: [0, 1],
  MASKED: [0, 1],
  MOMENTUM: [0, 1],
  NATIVE_HALF: [0, 1],
  ONE_PHASE: [0, 1],
  OUTPUT_HALF: [0, 1],
  PATH: [0, 1],
  RAGGED: [0, 1],
  RELU: [0, 1],
  RESIDUAL: [0, 1],
  RESIDUAL_HALF: [0, 1],
  RUN: [8],
  RUNNING: [0, 1],
  SOURCE_HALF: [0, 1],
  SPLIT: [0, 1],
  SWITCHED: [0, 1],
  WIDE: [1, 2],
  X_HALF: [0, 1],
  Y_HALF: [0, 1],
};

const tile = (
  OUT: number,
  PIXELS: number,
  BATCH: number,
  { ALIGNED = 0, WHOLE = 0, BIAS = 0, FLAT = 0 }: Defines = {},
): Defines => ({
  ...{ OUT, PIXELS, BATCH, ALIGNED, WHOLE, BIAS, FLAT },
  POSITIONS: PIXELS * BATCH,
  VECTORS: Math.ceil(OUT / 4),
  PER_VECTOR: Math.min(4, OUT),
  NARROW: OUT < 4 ? 1 : 0,
});
const positions = (PIXELS: number, BATCH: number): Defines => ({
  ...{ PIXELS, BATCH },
  POSITIONS: PIXELS * BATCH,
});
const gradient = (OUT: number, INPUTS: number, SPREAD: number, ROW = 0): Defines => ({
  ...{ OUT, INPUTS, SPREAD, ROW },
  WORKGROUP: SPREAD === 8 ? 64 : 16,
  TAPS: ROW === 1 ? 3 : 1,
  WIDE: OUT === 8 ? 1 : 0,
});
const sharedTile = (GROUPS: number, POSITIONS: number, BIAS = 0): Defines => ({
  ...{ GROUPS, POSITIONS, BIAS },
  DEPTH: 8,
});
const sharedGradient = (lanes: number, size: number, DEPTH: number): Defines => ({
  ...{ LANES_OUT: lanes, LANES_IN: lanes, OUT: size, INPUTS: size, DEPTH },
  WIDE: size === 8 ? 1 : 0,
});

/** Defines that come together, by kernel: the shapes of tiles. */
const SHAPES: Readonly<Record<string, readonly Defines[]>> = {
  conv_tile: [
    ...[tile(8, 4, 1), tile(8, 1, 1), tile(8, 1, 2), tile(8, 1, 4), tile(4, 4, 1)],
    ...[tile(1, 4, 1), tile(2, 1, 4), tile(16, 2, 1), tile(16, 1, 2)],
    ...[tile(8, 4, 1, { ALIGNED: 1 }), tile(8, 4, 1, { BIAS: 1 }), tile(16, 2, 1, { FLAT: 1 })],
    ...[tile(4, 4, 1, { WHOLE: 1 }), tile(8, 4, 1, { WHOLE: 1, FLAT: 1 })],
    tile(16, 2, 1, { WHOLE: 1, BIAS: 1 }),
  ],
  conv_tile_shared: [
    ...[sharedTile(2, 2), sharedTile(4, 2, 1), sharedTile(8, 2), sharedTile(8, 4, 1)],
  ],
  conv_weight_grad: [
    ...[gradient(8, 8, 0), gradient(8, 4, 0), gradient(4, 8, 0), gradient(4, 1, 0)],
    ...[gradient(8, 2, 0), gradient(8, 8, 4), gradient(4, 4, 8)],
    ...[gradient(8, 3, 0, 1), gradient(4, 1, 0, 1)],
  ],
  conv_weight_grad_shared: [
    ...[sharedGradient(2, 4, 32), sharedGradient(4, 4, 16)],
    ...[sharedGradient(8, 4, 8), sharedGradient(8, 8, 4)],
  ],
  pattern_tile: [
    ...[
      { ...positions(4, 1), UNIT: 1 },
      { ...positions(4, 1), UNIT: 0 },
    ],
    ...[1, 2, 4].map((batch) => ({ ...positions(1, batch), UNIT: 0 })),
  ],
  transpose_blocks: [{ NARROW: 0 }, { NARROW: 1 }],
};

/** What a kernel needs beyond the base profile: by define, or whatever its defines are. */
const FEATURE_OF_DEFINE: Readonly<Record<string, string>> = {
  NATIVE_HALF: 'f16',
  SPREAD: 'subgroups',
};
const FEATURE_OF_KERNEL: Readonly<Record<string, string>> = {
  select_histogram_subgroups: 'subgroups',
};

/** WebGPU's default limits, and what the project asks of itself below them. */
const MOST_STORAGE_BUFFERS = 8;
const MOST_INVOCATIONS = 128;

const files = import.meta.glob<string>('../../shaders/**/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Names in capitals that the text asks a value for: `$NAME`, `//! if NAME`, bounds of `//! for`. */
function definesOf(text: string): string[] {
  const asked = text.matchAll(
    /\$([A-Z][A-Z0-9_]*)|\/\/! if (\w+)|\/\/! for \w+ in (\w+)\.\.(\w+)/g,
  );
  const names = [...asked].flatMap(([, ...groups]) => groups);
  return [...new Set(names)].filter((name) => /^[A-Z]/.test(name));
}

/** Pairs of defines meet, and each shape of a tile meets each of them. */
function manyDefines(name: string): Defines[] {
  const shapes = SHAPES[name] ?? [{}];
  const axes: Record<string, readonly number[]> = { shape: shapes.map((_, i) => i) };
  for (const define of definesOf(shaderText(name))) {
    if (Object.hasOwn(shapes[0]!, define)) continue;
    const values = VALUES[define];
    if (!values) throw new Error(`${name}.wgsl: which values may ${define} have?`);
    axes[define] = values;
  }
  return cases(axes, 'default').map(({ shape, ...defines }) => ({ ...shapes[shape!], ...defines }));
}

const kernels = SHADER_NAMES.flatMap((name) =>
  manyDefines(name).map((defines): [string, Kernel, Defines] => {
    const kernel = describeKernel(name, defines);
    return [kernel.key, kernel, defines];
  }),
);

/** A binding as the engine's description of it would have it. */
function bindingOf({ name, binding, access, resourceType }: VariableInfo) {
  const storage = access === 'read_write' ? 'storage' : 'read-only-storage';
  return {
    name,
    index: binding,
    kind: resourceType === ResourceType.Uniform ? 'uniform' : storage,
  };
}

describe.each(Object.keys(files))('%s', (path) => {
  it('opens with a comment of its own', () => {
    const [first = ''] = files[path]!.split('\n');
    expect(first).toMatch(/^\/\/ \S.{40,}/);
  });
});

it('every define has the values that the engine gives it, and none that nothing asks for', () => {
  const asked = SHADER_NAMES.flatMap((name) => definesOf(shaderText(name)));
  const given = [
    ...Object.keys(VALUES),
    ...Object.values(SHAPES).flatMap(([one]) => Object.keys(one!)),
  ];
  expect([...new Set(asked)].sort()).toEqual([...new Set(given)].sort());
});

describe.each(kernels)('%s', (_, kernel, defines) => {
  let parsed: WgslReflect | undefined;
  const reflect = (): WgslReflect => (parsed ??= new WgslReflect(parsable(kernel.code)));

  it('is one compute shader called main, of a small workgroup', () => {
    const reflected = reflect();
    expect(reflected.entry.compute.map(({ name }) => name)).toEqual(['main']);
    expect([...reflected.entry.vertex, ...reflected.entry.fragment]).toEqual([]);
    const size = reflected.entry.compute[0]!.attributes!.find(
      ({ name }) => name === 'workgroup_size',
    )!.value;
    expect([size].flat().map(Number)).toEqual([kernel.workgroup]);
    expect(kernel.workgroup).toBeLessThanOrEqual(MOST_INVOCATIONS);
  });

  it('declares the bindings and parameters that the engine finds', () => {
    const reflected = reflect();
    const variables = [...reflected.uniforms, ...reflected.storage];
    const byIndex = (a: { index: number }, b: { index: number }) => a.index - b.index;
    const declared = variables.map(bindingOf).sort(byIndex);
    const bindings = [...kernel.bindings].sort(byIndex);
    expect(declared).toEqual([{ name: 'p', index: 0, kind: 'uniform' }, ...bindings]);
    expect(variables.every(({ group }) => group === 0)).toBe(true);
    const params = reflected.getStructInfo('Params')!;
    expect(
      params.members.map(({ name, type, offset }) => ({ name, type: type.name, offset })),
    ).toEqual(kernel.parameters.map(({ name, type }, i) => ({ name, type, offset: 4 * i })));
  });

  it('binds no more storage buffers than every device has', () => {
    expect(reflect().storage.length).toBeLessThanOrEqual(MOST_STORAGE_BUFFERS);
  });

  it('needs the optional features that it is known to need, and no others', () => {
    const enabled = [...kernel.code.matchAll(/^\s*(?:enable|requires) (\w+);/gm)].map(
      ([, of]) => of,
    );
    const known = Object.entries(FEATURE_OF_DEFINE)
      .filter(([define]) => (defines[define] ?? 0) !== 0)
      .map(([, feature]) => feature);
    const always = FEATURE_OF_KERNEL[kernel.name];
    expect(enabled.sort()).toEqual([...known, ...(always === undefined ? [] : [always])].sort());
  });
});
