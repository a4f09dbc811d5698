/**
 * Masks of whole networks through tasks of training: every change of every dynamic against the plain reference,
 * which knows the papers' rules and the weights, and nothing of slots and lists. What stays keeps its numbers
 * and its slot, what goes and what comes is 0 in every arena, and between changes dead entries stay exactly 0.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { scheduleOf } from '../../src/sparse/dynamics/schedule.ts';
import { initialValues } from '../../src/nn/tensor/init.ts';
import { DYNAMICS, type DynamicName } from '../../src/sparse/dynamics/registry.ts';
import { bestUnits, plainSchedule } from '../reference/plain/mask-dynamics.ts';
import { scope } from '../setup/scope.ts';
import { gpu, noErrors } from './engine.ts';
import { checkChange, checkStartPatterns, deadIsZero } from './mask-changes.ts';
import { prepare, SEED, type Case } from './masked-network.ts';
import { countAt, entriesOf, filterOf, layerDensity, layersOf, scoresOf } from './plain-units.ts';

const STEPS = 20;
const TASKS = 2;
/** Of the arena that stands for whatever else is kept per entry. */
const KEPT = 3;

const CASES: readonly Case[] = [
  ...(Object.keys(DYNAMICS) as DynamicName[]).map(
    (dynamic) => ({ layout: 'block', dynamic }) as const,
  ),
  { layout: 'block', dynamic: 'sparcl', budget: 'erk' },
  { layout: 'block', dynamic: 'gmp', budget: 'erk' },
  { layout: 'unstructured', dynamic: 'sparcl' },
  { layout: 'unstructured', dynamic: 'rigl' },
  { layout: 'unstructured', dynamic: 'ems', budget: 'erk' },
  { layout: 'pattern', dynamic: 'ems' },
  { layout: 'pattern', dynamic: 'sparcl-release' },
  { layout: 'pattern', dynamic: 'rigl' },
  { layout: 'pattern', dynamic: 'snip' },
  { layout: 'pattern', dynamic: 'gmp' },
  { layout: 'pattern', dynamic: 'set', budget: 'erk' },
  { layout: 'channel', dynamic: 'set' },
  { layout: 'channel', dynamic: 'em' },
];

/** One of each layout, of each drop, growth and start: what an adapter's own kernels may get wrong. */
const FEW: readonly Case[] = [
  { layout: 'block', dynamic: 'rigl' },
  { layout: 'block', dynamic: 'sparcl', budget: 'erk' },
  { layout: 'unstructured', dynamic: 'ems', budget: 'erk' },
  { layout: 'pattern', dynamic: 'snip' },
  { layout: 'pattern', dynamic: 'set', budget: 'erk' },
  { layout: 'channel', dynamic: 'em' },
];

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

describe('masks through two tasks', () => {
  test.each(
    (scope === 'smoke' ? FEW : CASES).map(
      (of) => [`${of.layout} ${of.dynamic} ${of.budget ?? 'uniform'}`, of] as const,
    ),
  )('%s', async (_, of) => {
    const run = await prepare(of);
    const { keeper, store, device, options, source, saliency } = run;
    const { p, m } = { p: 1 - options.sparsity, m: options.maskChange };
    const live = new Map(
      (await keeper.masks()).map(({ name, live: units }) => [name, new Set(units)]),
    );
    const start = of.dynamic === 'gmp' ? 1 : p;
    for (const layer of layersOf(of.layout)) {
      const units = entriesOf(of.layout, layer);
      const count = countAt(of.layout, units.length, layerDensity(of, layer, start));
      expect(live.get(layer)!.size).toBe(count);
      if (run.dynamic.initial === 'random') continue;
      const initial = new Map(run.covered.map((each) => [each.name, initialValues(each, SEED)]));
      const slope = of.dynamic === 'snip' ? saliency : null;
      const scores = scoresOf(
        of.layout,
        units,
        (w, e) => Math.abs(Math.fround(initial.get(w)![e]! * (slope ? slope.get(w)![e]! : 1))),
        null,
      );
      const best = bestUnits(
        units.map((__, unit) => unit),
        count,
        (unit) => scores[unit]!,
        filterOf(of.layout, layer).filterOf,
      );
      expect([...live.get(layer)!]).toEqual(best);
      if (of.layout === 'pattern') await checkStartPatterns(run, layer, initial, slope);
    }
    const extra = store.addArena('optimizer', 'extra');
    device.device.queue.writeBuffer(extra, 0, new Float32Array(store.floats).fill(KEPT));

    let made = 0;
    for (let task = 0; task < TASKS; task++) {
      const schedule = plainSchedule(
        of.dynamic,
        { epochs: 10, every: 1, freeze: 9, ...{ p, m } },
        task,
      );
      const place = { index: task, tasks: TASKS };
      const changes = scheduleOf(run.dynamic, options, place, STEPS);
      let next = 0;
      for (let step = 0; step <= STEPS; step++) {
        const due = changes.find((each) => each.step >= step);
        const expected = schedule[next];
        expect(due?.step ?? null).toBe(expected ? (expected.epoch * STEPS) / 10 : null);
        if (due?.step === step && expected) {
          const change = { task, index: next, dropTo: expected.dropTo, growTo: expected.growTo };
          await checkChange(run, of, live, change, () => keeper.change(due, source));
          made++;
          next++;
        }
        if (step === STEPS) break;
        await run.step();
        if (step % 4 === 3) await deadIsZero(run);
      }
      expect(next).toBe(schedule.length);
    }
    const still = ['static', 'snip'].includes(of.dynamic);
    if (still) expect(made).toBe(0);
    else expect(made).toBeGreaterThanOrEqual(of.dynamic === 'gmp' ? 9 : 16);
    const masks = (await keeper.masks()).map(({ name, live: units }) => [name, [...units]]);
    const known = [...live].map(([name, units]) => [name, [...units].sort((a, b) => a - b)]);
    expect(masks).toEqual(known);
  });
});
