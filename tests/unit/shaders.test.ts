/**
 * Every shader, with every value of its defines, as text: it parses, it says what it does, what the engine
 * reads from it by patterns is what a parser finds, and it keeps to the base profile, so that what runs
 * here runs on a phone.
 */
import { describe, expect, it } from 'vitest';
import { ResourceType, WgslReflect, type VariableInfo } from 'wgsl_reflect/wgsl_reflect.module.js';
import { describeKernel, type Kernel } from '../../src/gpu/kernels.ts';
import { SHADER_NAMES, type Defines } from '../../src/gpu/shader-source.ts';

/** What each define may be; a new one is to be added here. */
const VALUES: Readonly<Record<string, readonly number[]>> = {
  PIXELS: [1, 4],
  INPUTS: [4, 8],
  MOMENTUM: [0, 1],
  RELU: [0, 1],
  RESIDUAL: [0, 1],
};

/** WebGPU's default limits, and what the project asks of itself below them. */
const MOST_STORAGE_BUFFERS = 8;
const MOST_INVOCATIONS = 128;

const files = import.meta.glob<string>('../../shaders/**/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const textOf = (name: string): string => files[`../../shaders/${name}.wgsl`]!;

/** Names in capitals that the text asks a value for: `$NAME`, `//! if NAME`, bounds of `//! for`. */
function definesOf(text: string): string[] {
  const asked = text.matchAll(
    /\$([A-Z][A-Z0-9_]*)|\/\/! if (\w+)|\/\/! for \w+ in (\w+)\.\.(\w+)/g,
  );
  const names = [...asked].flatMap(([, ...groups]) => groups);
  return [...new Set(names)].filter((name) => /^[A-Z]/.test(name));
}

function everyDefines(name: string): Defines[] {
  return definesOf(textOf(name)).reduce<Defines[]>(
    (made, define) => {
      const values = VALUES[define];
      if (!values) throw new Error(`${name}.wgsl: which values may ${define} have?`);
      return made.flatMap((defines) => values.map((value) => ({ ...defines, [define]: value })));
    },
    [{}],
  );
}

const kernels = SHADER_NAMES.flatMap((name) =>
  everyDefines(name).map((defines): [string, Kernel] => {
    const kernel = describeKernel(name, defines);
    return [kernel.key, kernel];
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
  const asked = SHADER_NAMES.flatMap((name) => definesOf(textOf(name)));
  expect([...new Set(asked)].sort()).toEqual(Object.keys(VALUES).sort());
});

describe.each(kernels)('%s', (_, kernel) => {
  const reflected = new WgslReflect(kernel.code);
  const variables = [...reflected.uniforms, ...reflected.storage];

  it('is one compute shader called main, of a small workgroup', () => {
    expect(reflected.entry.compute.map(({ name }) => name)).toEqual(['main']);
    expect([...reflected.entry.vertex, ...reflected.entry.fragment]).toEqual([]);
    const size = reflected.entry.compute[0]!.attributes!.find(
      ({ name }) => name === 'workgroup_size',
    )!.value;
    expect([size].flat().map(Number)).toEqual([kernel.workgroup]);
    expect(kernel.workgroup).toBeLessThanOrEqual(MOST_INVOCATIONS);
  });

  it('declares the bindings and parameters that the engine finds', () => {
    const byIndex = (a: { index: number }, b: { index: number }) => a.index - b.index;
    const declared = variables.map(bindingOf).sort(byIndex);
    expect(declared).toEqual([{ name: 'p', index: 0, kind: 'uniform' }, ...kernel.bindings]);
    expect(variables.every(({ group }) => group === 0)).toBe(true);
    const params = reflected.getStructInfo('Params')!;
    expect(
      params.members.map(({ name, type, offset }) => ({ name, type: type.name, offset })),
    ).toEqual(kernel.parameters.map(({ name, type }, i) => ({ name, type, offset: 4 * i })));
  });

  it('binds no more storage buffers than every device has', () => {
    expect(reflected.storage.length).toBeLessThanOrEqual(MOST_STORAGE_BUFFERS);
  });

  it('needs no optional feature', () => {
    expect(kernel.code).not.toMatch(/^\s*(enable|requires)\b/m);
  });
});

it('no kernel shares memory within a workgroup', () => {
  // One that does needs its barriers: run it through wgsl_reflect's `detectRaces` here before it joins.
  const sharing = kernels.filter(([, { code }]) => /var<workgroup>|[wW]orkgroupBarrier/.test(code));
  expect(sharing.map(([key]) => key)).toEqual([]);
});
