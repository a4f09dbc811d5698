/** Schedules of all dynamics against the plain epoch-by-epoch ones, the papers' own numbers, and what is refused. */
import { describe, expect, test } from 'vitest';
import type { Dynamic, DynamicOptions } from '../../../src/sparse/dynamics/dynamic.ts';
import { maskRefusal } from '../../../src/sparse/refusal.ts';
import type { MaskConfig } from '../../../src/sparse/layouts/scheme.ts';
import { DYNAMICS, type DynamicName } from '../../../src/sparse/dynamics/registry.ts';
import { scheduleOf } from '../../../src/sparse/dynamics/schedule.ts';
import { plainSchedule, type PlainRun } from '../../reference/plain/mask-dynamics.ts';

const NAMES = Object.keys(DYNAMICS) as DynamicName[];
const STEPS_PER_EPOCH = 7;

const RUNS: Readonly<Record<string, PlainRun>> = {
  'SparCL’s 50 epochs': { epochs: 50, every: 5, freeze: 45, p: 0.25, m: 0.01 },
  'MEST’s 160 epochs': { epochs: 160, every: 5, freeze: 120, p: 0.1, m: 0.02 },
  'every epoch of ten': { epochs: 10, every: 1, freeze: 8, p: 0.1, m: 0.05 },
};

const optionsOf = ({ epochs, every, freeze, p, m }: PlainRun): DynamicOptions => ({
  sparsity: 1 - p,
  maskInterval: every / epochs,
  maskChange: m,
  maskEnd: freeze / epochs,
});

const round = (density: number | null) => (density === null ? null : +density.toFixed(8));

/** Epoch, drop and growth of each change. */
function changesOf(name: DynamicName, run: PlainRun, index: number) {
  const steps = run.epochs * STEPS_PER_EPOCH;
  return scheduleOf(DYNAMICS[name], optionsOf(run), { index, tasks: 5 }, steps).map(
    ({ step, dropTo, growTo }) => [step / STEPS_PER_EPOCH, round(dropTo), round(growTo)],
  );
}

describe.each(Object.entries(RUNS))('%s', (_, run) => {
  test.each(NAMES)('%s changes the mask when and as far as it should', (name) => {
    for (const task of [0, 1, 3]) {
      const expected = plainSchedule(name, run, task).map(({ epoch, dropTo, growTo }) => [
        epoch,
        round(dropTo),
        round(growTo),
      ]);
      expect(changesOf(name, run, task), `task ${task}`).toEqual(expected);
    }
  });

  test.each(NAMES)('%s never needs more room than it says, and rests at its sparsity', (name) => {
    const options = optionsOf(run);
    const dynamic: Dynamic = DYNAMICS[name];
    let density = dynamic.start(options);
    let most = density;
    for (const index of [0, 1, 2]) {
      for (const { dropTo, growTo } of dynamic.changes(options, { index, tasks: 3 })) {
        if (dropTo !== null) {
          expect(dropTo).toBeLessThan(density + 1e-12);
          density = dropTo;
        }
        if (growTo !== null) {
          expect(growTo).toBeGreaterThanOrEqual(density);
          density = growTo;
        }
        most = Math.max(most, density);
      }
      expect(density, `after task ${index}`).toBeCloseTo(run.p, 12);
    }
    expect(dynamic.room(options)).toBe(most);
  });
});

/** Two values of each field by which a schedule that reads it must differ. */
const PROBES = { maskInterval: [0.1, 0.2], maskChange: [0.01, 0.02], maskEnd: [0.5, 0.9] } as const;

test.each(NAMES)('%s reads what its schedule depends on', (name) => {
  const dynamic: Dynamic = DYNAMICS[name];
  const usual = { sparsity: 0.5, maskInterval: 0.1, maskChange: 0.01, maskEnd: 0.9 };
  const told = Object.entries(PROBES).filter(([field, values]) => {
    const [one, other] = values.map((value) => {
      const options = { ...usual, [field]: value };
      const changes = [0, 1].map((index) => dynamic.changes(options, { index, tasks: 2 }));
      return JSON.stringify([dynamic.start(options), dynamic.room(options), changes]);
    });
    return one !== other;
  });
  expect(dynamic.reads).toEqual(told.map(([field]) => field));
});

test('SparCL in numbers, and its release', () => {
  const run = RUNS['SparCL’s 50 epochs']!;
  const within = [5, 10, 15, 20, 25, 30, 35, 40].map((epoch) => [epoch, 0.24, 0.25]);
  expect(changesOf('sparcl', run, 0)).toEqual(within);
  expect(changesOf('sparcl', run, 1)).toEqual([[0, null, 0.26], ...within]);
  expect(changesOf('sparcl-release', run, 0)).toEqual([[0, null, 0.26], ...within]);
});

test('MEST in the numbers of its scripts, sparsity .90', () => {
  const run = RUNS['MEST’s 160 epochs']!;
  const sparsities = (name: 'em' | 'ems', m: number) =>
    new Map(
      changesOf(name, { ...run, m }, 0).map(([epoch, drop, grow]) => [
        epoch,
        [drop, grow].map((density) => (typeof density === 'number' ? round(1 - density) : density)),
      ]),
    );
  const em = sparsities('em', 0.02);
  expect([em.get(0), em.get(85), em.get(90), em.get(115), em.get(120)]).toEqual([
    ...[[0.92, 0.9], [0.92, 0.9], [0.91, 0.9], [0.91, 0.9], undefined],
  ]);
  const soft = sparsities('ems', 0.05);
  expect([soft.get(0), soft.get(85), soft.get(90), soft.get(115), soft.get(120)]).toEqual([
    ...[
      [null, 0.85],
      [0.9, 0.85],
      [0.9, 0.875],
      [0.9, 0.875],
      [0.9, null],
    ],
  ]);
  expect([...soft.keys()].at(-1)).toBe(120);
});

describe('steps that changes come before', () => {
  const options = { sparsity: 0.5, maskInterval: 0.1, maskChange: 0.1, maskEnd: 0.9 };
  const stepsOf = (steps: number, changed: Partial<DynamicOptions> = {}, index = 1) =>
    scheduleOf(DYNAMICS.sparcl, { ...options, ...changed }, { index, tasks: 2 }, steps);

  test('the first that is not earlier, whatever tenths are as floats', () => {
    expect(stepsOf(1000).map(({ step }) => step)).toEqual([
      ...[0, 100, 200, 300, 400, 500, 600, 700, 800],
    ]);
    expect(stepsOf(25, {}, 0).map(({ step }) => step)).toEqual([3, 5, 8, 10, 13, 15, 18, 20]);
  });

  test('of several before one step the last is made', () => {
    const found = stepsOf(3);
    expect(found.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    expect(found.map(({ index }) => index)).toEqual([0, 3, 6, 8]);
  });

  test('an expansion is taken back even where the mask rests before the first interval', () => {
    expect(stepsOf(10, { maskEnd: 0.1 }).map(({ step, dropTo }) => [step, dropTo])).toEqual([
      [0, null],
      [1, 0.5],
    ]);
    expect(stepsOf(10, { maskInterval: 1, maskEnd: 1 }).at(-1)).toMatchObject({
      ...{ step: 10, dropTo: 0.5, growTo: null },
    });
    expect(stepsOf(10, { maskEnd: 0 })).toEqual([]);
  });
});

describe('what does not go together', () => {
  const of = ({ name, ...changes }: Partial<MaskConfig> & { name: DynamicName }) =>
    maskRefusal({
      ...{ model: 'pocket', layout: 'block', block: '8x8', budget: 'uniform', dynamic: name },
      ...{ sparsity: 0.9, maskInterval: 0.1, maskChange: 0.02, maskEnd: 0.75 },
      ...{ gradientSparsity: 0, ...changes },
    });

  test('a dense network has no mask to move', () => {
    for (const name of NAMES) {
      const said = of({ name, layout: 'dense', sparsity: 0 });
      if (name === 'static') expect(said).toBeNull();
      else expect(said).toMatch(`dynamic: ${name} chooses which weights live`);
    }
  });

  test('filters come as they go, and have no gradients while they are gone', () => {
    const said = NAMES.map((name) => [name, of({ name, layout: 'channel' })?.slice(0, 30) ?? null]);
    expect(Object.fromEntries(said)).toEqual({
      ...{ static: null, set: null, em: null },
      ...{ snip: 'dynamic: snip asks for gradien', rigl: 'dynamic: rigl asks for gradien' },
      ...{ gmp: 'dynamic: with gmp the number o', ems: 'dynamic: with ems the number o' },
      ...{ sparcl: 'dynamic: with sparcl the numbe' },
      ...{ 'sparcl-release': 'dynamic: with sparcl-release t' },
    });
    expect(of({ name: 'static', layout: 'channel', budget: 'erk' })).toMatch('budget: erk');
  });

  test('no change drops all that lives', () => {
    const options = { sparsity: 0.95, maskInterval: 0.1, maskChange: 0.1, maskEnd: 0.75 };
    expect(of({ name: 'em', ...options })).toBe(
      'maskChange: 0.1 of all weights cannot go, where 0.05 of them live',
    );
    expect(of({ name: 'ems', ...options })).toBeNull();
  });

  test.each(['block', 'pattern', 'unstructured'] as const)('everything else does: %s', (layout) => {
    for (const name of NAMES) {
      for (const budget of ['uniform', 'erk'] as const)
        expect(of({ name, layout, budget })).toBeNull();
    }
  });
});
