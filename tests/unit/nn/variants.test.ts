/** The table of kernel variants: classes, what fits them, and what becomes of names that do not. */
import { describe, expect, test } from 'vitest';
import {
  available,
  chosenFrom,
  DEFAULT_VARIANT,
  gradientVariant,
  shapeClass,
  tileVariant,
  usualVariant,
  usableTable,
  variantsFor,
  type KernelUse,
} from '../../../src/nn/compile/variants.ts';

const USE: KernelUse = {
  pass: 'forward',
  kernel: 3,
  stride: 1,
  inChannels: 64,
  outChannels: 64,
  width: 8,
  height: 8,
  batch4: 8,
  block: null,
  half: false,
};

const device = (features: readonly string[], subgroupLanes = 0) => ({
  adapter: { vendor: 'a', architecture: 'b', description: 'c', software: false, features },
  subgroupLanes,
});

describe('shapeClass', () => {
  test('names what decides about a kernel', () => {
    expect(shapeClass(USE)).toBe('forward 3×3/1 64→64 at 64 px × 32, dense');
    const block = { outs: 16, ins: 8 };
    expect(shapeClass({ ...USE, pass: 'weight-gradient', stride: 2, block, half: true })).toBe(
      'weight-gradient 3×3/2 64→64 at 64 px × 32, 16×8, f16',
    );
  });

  test('takes sizes up to the next power of two, and the batch as it is', () => {
    expect(shapeClass({ ...USE, inChannels: 33, outChannels: 63, width: 7 })).toBe(shapeClass(USE));
    expect(shapeClass({ ...USE, outChannels: 65 })).not.toBe(shapeClass(USE));
    expect(shapeClass({ ...USE, batch4: 7 })).not.toBe(shapeClass(USE));
  });
});

describe('usualVariant', () => {
  const lanes = device(['subgroups'], 32);
  const gradient = { ...USE, pass: 'weight-gradient' } as const;
  const block = { outs: 16, ins: 16 };

  test('is the default on software adapters, whatever the use', () => {
    const software = { ...lanes, adapter: { ...lanes.adapter, software: true } };
    for (const use of [USE, gradient, { ...USE, block }]) {
      expect(usualVariant(software, use)).toBe(DEFAULT_VARIANT);
    }
  });

  test.each([
    ['a wide dense layer', USE, 'shared 32×32'],
    ['a narrow one', { ...USE, outChannels: 32 }, DEFAULT_VARIANT],
    ['blocks', { ...USE, block }, 'register 8×2×1'],
    ['a vector of one pixel', { ...USE, width: 1, height: 1 }, 'register 8×1×2'],
    ['a row too short for two pixels, in blocks', { ...USE, block, width: 1 }, DEFAULT_VARIANT],
    ['a gradient of weights', gradient, 'subgroup 8'],
    ['one of a batch of four vectors', { ...gradient, batch4: 4 }, 'subgroup 4'],
  ] as const)('suits GPUs: %s', (_, use, expected) => {
    expect(usualVariant(lanes, use)).toBe(expected);
  });

  test('splits the gradient of weights further where there are no subgroups', () => {
    expect(usualVariant(device([]), gradient)).toBe('register 32768');
  });
});

describe('variantsFor', () => {
  test('begins with the default, for every use', () => {
    const passes = ['forward', 'input-gradient', 'weight-gradient'] as const;
    for (const pass of passes) {
      for (const size of [1, 3, 8]) {
        const use = { ...USE, pass, width: size, height: size, inChannels: size };
        expect(variantsFor(use)[0]).toBe(DEFAULT_VARIANT);
      }
    }
  });

  test('keeps a workgroup within one row of blocks, and its chunks within a block', () => {
    const tiles = (outs: number, ins: number) =>
      variantsFor({ ...USE, block: { outs, ins } }).filter((name) => name.startsWith('shared'));
    expect(tiles(16, 16)).toEqual(['shared 16×64']);
    expect(tiles(32, 8)).toEqual(['shared 16×64', 'shared 32×32']);
    expect(tiles(8, 32)).toEqual([]);
    expect(tiles(32, 4)).toEqual([]);
  });

  test('leaves no vec4 of the batch without a lane that shares it', () => {
    const names = (batch4: number) => variantsFor({ ...USE, pass: 'weight-gradient', batch4 });
    expect(names(8)).toEqual(expect.arrayContaining(['subgroup 4', 'subgroup 8']));
    expect(names(12)).toContain('subgroup 4');
    expect(names(12)).not.toContain('subgroup 8');
    expect(variantsFor({ ...USE, batch4: 6 })).toContain('register 8×1×2');
    expect(variantsFor({ ...USE, batch4: 6 })).not.toContain('register 8×1×4');
  });

  test('binds halves as halves where there are halves', () => {
    expect(variantsFor(USE).filter((name) => name.endsWith('f16'))).toEqual([]);
    expect(variantsFor({ ...USE, half: true })).toContain(`${DEFAULT_VARIANT}, f16`);
  });
});

describe('available', () => {
  test.each([
    ['register', [], 0, true],
    ['shared 32×32', [], 0, true],
    ['subgroup 4', [], 0, false],
    ['subgroup 4', ['subgroups'], 4, true],
    ['subgroup 8', ['subgroups'], 4, false],
    ['register, f16', [], 0, false],
    ['register, f16', ['shader-f16'], 0, true],
    ['nothing of the kind', ['subgroups', 'shader-f16'], 64, false],
  ] as const)('%s with %j and subgroups of %i lanes: %s', (name, features, lanes, expected) => {
    expect(available(device(features, lanes), { pass: 'weight-gradient' }, name)).toBe(expected);
  });
});

describe('a table', () => {
  const table = { [shapeClass(USE)]: 'shared 32×32' };

  test('names the variant of its classes alone', () => {
    expect(chosenFrom(table)(USE)).toBe('shared 32×32');
    expect(chosenFrom(table)({ ...USE, stride: 2 })).toBeUndefined();
  });

  test('leaves to the default what does not fit, or does not exist', () => {
    const usual = tileVariant(undefined, USE);
    expect(usual).toMatchObject({ memory: 'registers', channels: null });
    expect(tileVariant('shared 32×32', USE)).toMatchObject({ memory: 'workgroup', groups: 4 });
    expect(tileVariant('shared 32×32', { ...USE, width: 1, height: 1, batch4: 1 })).toBe(usual);
    expect(tileVariant('subgroup 4', USE)).toBe(usual);
    const use: KernelUse = { ...USE, pass: 'weight-gradient' };
    expect(gradientVariant('shared 32×32', use)).toMatchObject({ memory: 'workgroup', lanes: 8 });
    expect(gradientVariant('shared 32×32', { ...use, outChannels: 8 })).toMatchObject({
      memory: 'registers',
      spread: 1,
    });
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'forward'],
    ['a list', ['forward 3×3']],
    ['numbers', { 'forward 3×3/1 64→64 at 64 px × 32, dense': 3 }],
    ['another pass', { 'sideways 3×3': 'register' }],
    ['a variant that was', { 'forward 3×3': 'register 9×9×9' }],
    ['a feature that is missing', { 'weight-gradient 3×3': 'subgroup 4' }],
  ])('from somewhere else may hold %s', (_, kept) => {
    expect(usableTable(device([]), kept)).toEqual({});
  });

  test('from somewhere else is used as far as the device can', () => {
    const kept = { ...table, 'weight-gradient 3×3': 'subgroup 4', junk: 1 };
    expect(usableTable(device([]), kept)).toEqual(table);
  });
});
