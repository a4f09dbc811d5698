/**
 * What must hold at every step of a whole run, whatever a config combines: as many weights live as the papers'
 * schedule says and never more than there is room for; what does not live is exactly 0 in everything that is kept
 * per entry; only chosen gradients move anything; images that are left out are not drawn again; what PackNet has
 * frozen stays the same bits. Sessions as the lab runs them, looked into around every step.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device.ts';
import { DEFAULTS, DYNAMICS, type Config } from '../../src/lab/config/config.ts';
import type { Parameter } from '../../src/nn/tensor/parameter.ts';
import type { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { plainSchedule } from '../reference/plain/mask-dynamics.ts';
import { scope } from '../setup/scope.ts';
import { gpu, noErrors, readWords } from './engine.ts';
import { observeSession, type Observed } from './observed-session.ts';

/** Two tasks of 16 images; channels of 4, 8, 16 and 16, which the blocks divide. */
const CONFIG: Config = {
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 8,
  testPerClass: 2,
  classesPerTask: 2,
  tasks: 2,
  model: 'pocket',
  width: 4,
  block: '4x4',
  sparsity: 0.75,
  strategy: 'derpp',
  bufferSize: 6,
  epochs: 4,
  batch: 5,
  replayBatch: 4,
  rate: 0.05,
  momentum: 0.9,
  weightDecay: 1e-3,
  emaDecay: 0.9,
  importanceAlpha: 0.5,
  seed: 3,
};
/** Half of a task's images go, in two windows: what its four epochs visit. */
const REMOVAL = { removal: 0.5, removalEnd: 0.5, removalInterval: 0.25 } as const;
const KEPT = [16, 12, 8, 8];
/** Steps of such a task, ragged batches of 5 included: 4, 3, 2 and 2. */
const STEPS = KEPT.reduce((steps, kept) => steps + Math.ceil(kept / 5), 0);
/** Changes may come at each eighth of a task but the last; at most one before any of its steps. */
const PLAIN = { epochs: 8, every: 1, freeze: 7, p: 0.25, m: 0.1 } as const;
const TIMES = { maskInterval: 1 / 8, maskEnd: 7 / 8, maskChange: PLAIN.m } as const;
const GRADIENTS = { gradientSparsity: 0.85, gradientRefresh: 3 } as const;

/** Strategies that keep other numbers for each entry than an optimiser does, or make their own gradients. */
const BESIDE: Readonly<Record<string, Partial<Config>>> = {
  static: { strategy: 'si' },
  snip: { strategy: 'ewc', ...GRADIENTS },
  set: { strategy: 'agem', ...GRADIENTS },
  rigl: { strategy: 'er', ...GRADIENTS, gradientScore: 'last-gradient' },
  gmp: { strategy: 'er-ace', optimizer: 'adam', rate: 0.002 },
  em: { strategy: 'si', ...GRADIENTS },
  sparcl: GRADIENTS,
  'sparcl-release': { ...GRADIENTS, gradientScore: 'last-gradient' },
};

/** Live floats of a unit, what lives or does not as a whole, and entries of the matrix that fall to it. */
const UNIT = {
  block: { floats: 16, entries: 16 },
  unstructured: { floats: 1, entries: 1 },
  pattern: { floats: 4, entries: 9 },
} as const;

interface Case {
  readonly layout: keyof typeof UNIT;
  readonly dynamic: Config['dynamic'];
  readonly more: Partial<Config>;
}

const CASES: readonly Case[] = [
  ...(scope === 'smoke' ? (['sparcl', 'ems'] as const) : DYNAMICS).map((dynamic) => ({
    ...({ layout: 'block', dynamic } as const),
    more: BESIDE[dynamic] ?? {},
  })),
  { layout: 'unstructured', dynamic: 'sparcl', more: GRADIENTS },
  // Its mask begins with the first batch, when averages and anchors have been made already.
  { layout: 'unstructured', dynamic: 'snip', more: { strategy: 'si' } },
  { layout: 'unstructured', dynamic: 'rigl', more: { strategy: 'ewc' } },
  { layout: 'unstructured', dynamic: 'ems', more: { strategy: 'si', ...GRADIENTS } },
  // More gradients are chosen than weights live, room for those that come in a task included.
  { layout: 'pattern', dynamic: 'sparcl', more: { ...GRADIENTS, gradientSparsity: 0.7 } },
  { layout: 'pattern', dynamic: 'ems', more: { strategy: 'ewc' } },
];

afterEach(async () => {
  expect((await gpu()).memory.bytesByKind()).toEqual({});
  await noErrors();
});

const hasBit = (bits: Uint32Array, at: number) => ((bits[at >> 5]! >>> (at & 31)) & 1) === 1;
const parametersOf = ({ network }: Observed): Parameter[] =>
  network.layers.flatMap(({ parameters }) => parameters);
const sparseOf = (run: Observed) => parametersOf(run).filter(({ lists }) => lists !== null);
const entriesOf = ({ shape }: Parameter) => shape.reduce((product, extent) => product * extent, 1);

/** Floats of a parameter's storage, as places in the arena. */
const placesOf = (store: ParameterStore, { name, storage }: Parameter): number[] =>
  Array.from({ length: storage }, (_, i) => store.at(name) + i);

/** Everything that is kept for each entry, by bits. */
const wordsOf = async (device: Gpu, { arenas }: Observed) =>
  new Map(
    await Promise.all(
      arenas.map(async (arena) => [arena, await readWords(device, arena)] as const),
    ),
  );

/** Share of the weights that lives before step `step` of a task is made, the changes before it included. */
function shareAt(dynamic: string, task: number, step: number): number {
  let share: number = dynamic === 'gmp' ? 1 : PLAIN.p;
  for (let each = 0; each <= task; each++) {
    for (const { epoch, dropTo, growTo } of plainSchedule(dynamic, PLAIN, each)) {
      const before = Math.ceil((epoch * STEPS) / PLAIN.epochs);
      if (each < task || before <= step) share = growTo ?? dropTo ?? share;
    }
  }
  return share;
}

/** Share that there must be room for: the soft memory bound of those who grow first. */
function roomOf(dynamic: string): number {
  if (dynamic === 'gmp') return 1;
  return ['ems', 'sparcl', 'sparcl-release'].includes(dynamic) ? PLAIN.p + PLAIN.m : PLAIN.p;
}

describe.each(CASES)('$dynamic of layout $layout', ({ layout, dynamic, more }) => {
  const config: Config = { ...CONFIG, ...TIMES, ...REMOVAL, layout, dynamic, ...more };
  const { floats, entries } = UNIT[layout];
  /** Units of `of` that live at a share of the weights; at least one. */
  const unitsAt = (of: number, share: number) =>
    Math.min(of, Math.max(1, Math.round((of * share * entries) / floats)));

  test('keeps to its schedule and its room, at 0 what does not live, and images out', async () => {
    const device = await gpu();
    const removed = [new Set<number>(), new Set<number>()];
    const drawn: number[][][] = [[], []];
    let held = { arenas: new Map<GPUBuffer, Uint32Array>(), live: new Uint32Array() };

    /** The masks, the room and the zeros, before step `step` or after the last one. */
    const look = async (run: Observed, task: number, step: number) => {
      const { store } = run;
      const live = await readWords(device, store.live!);
      const lists = await readWords(device, store.lists!);
      const arenas = await wordsOf(device, run);
      for (const parameter of sparseOf(run)) {
        const { name, storage } = parameter;
        const where = `${name} in task ${task} at step ${step}`;
        const units = entriesOf(parameter) / entries;
        const places = placesOf(store, parameter);
        const living = places.filter((at) => hasBit(live, at)).length / floats;
        const room = unitsAt(units, roomOf(dynamic));
        expect(living, where).toBe(unitsAt(units, shareAt(dynamic, task, step)));
        expect(living, `${where}: room`).toBeLessThanOrEqual(room);
        if (layout !== 'unstructured') {
          expect(storage, `${name}: stored`).toBe(Math.ceil((room * floats) / 32) * 32);
        }
        // What kernels go by, the lists, and what the update goes by, the mask, are the same.
        const listed = lists.subarray(store.listsAt(name));
        const words = live.subarray(store.at(name) / 32, (store.at(name) + storage) / 32);
        expect(parameter.lists!.live(listed.subarray(0, parameter.lists!.words)), where).toEqual(
          words,
        );
        for (const [arena, values] of arenas) {
          // Single entries have their gradients computed, dead or not, for those who grow by them.
          if (layout === 'unstructured' && arena === store.gradients) continue;
          const full = places.filter((at) => !hasBit(live, at) && values[at] !== 0);
          expect(full, `${where}: dead entries of ${arena.label}`).toEqual([]);
        }
      }
      return { arenas, live };
    };

    const report = await observeSession(config, {
      event: (event) => {
        if (event.type !== 'removal') return;
        const { task, removed: images, kept } = event.removal;
        for (const image of images) removed[task]!.add(image);
        expect(kept).toBe(16 - removed[task]!.size);
      },
      beforeStep: async (run, { index }) => {
        held = await look(run, index, drawn[index]!.length);
      },
      afterStep: async (run, { index }) => {
        const { store, trainer } = run;
        const step = drawn[index]!.length;
        const { arenas, live } = await look(run, index, step);
        expect(live).toEqual(held.live);
        const slots = trainer.gradientSlots;
        expect(slots !== null).toBe(config.gradientSparsity > 0);
        const moves = slots && (await readWords(device, slots.moves));
        const before = held.arenas.get(store.parameters)!;
        const after = arenas.get(store.parameters)!;
        for (const parameter of sparseOf(run)) {
          const { name } = parameter;
          const where = `${name} in task ${index} at step ${step}`;
          const places = placesOf(store, parameter);
          const moved = places.filter((at) => before[at] !== after[at]);
          expect(moved.length, `${where}: weights that moved`).toBeGreaterThan(0);
          if (!moves) continue;
          const chosen = places.filter((at) => hasBit(moves, at));
          const most = unitsAt(entriesOf(parameter) / entries, 1 - config.gradientSparsity);
          const living = places.filter((at) => hasBit(live, at)).length;
          expect(chosen.length, `${where}: gradients`).toBe(Math.min(most * floats, living));
          expect(
            chosen.filter((at) => !hasBit(live, at)),
            `${where}: of dead weights`,
          ).toEqual([]);
          expect(
            moved.filter((at) => !hasBit(moves, at)),
            `${where}: not chosen`,
          ).toEqual([]);
        }
        const images = (await run.rows()).filter(({ from }) => from === 'stream');
        for (const image of images) expect(removed[index]!.has(image.index)).toBe(false);
        drawn[index]!.push(images.map((image) => image.index));
      },
      taskEnds: async (run, { index }) => {
        await look(run, index, STEPS);
      },
    });

    expect(report.steps).toBe(2 * STEPS);
    for (const [task, steps] of drawn.entries()) {
      expect(steps).toHaveLength(STEPS);
      expect(removed[task]!.size).toBe(8);
      let at = 0;
      for (const kept of KEPT) {
        const epoch = steps.slice(at, (at += Math.ceil(kept / 5))).flat();
        expect([epoch.length, new Set(epoch).size]).toEqual([kept, kept]);
      }
    }
  });
});

test('PackNet freezes bits: what a task has kept is the same at every later step', async () => {
  const device = await gpu();
  const layout = { layout: 'dense', sparsity: 0, dynamic: 'static', emaDecay: 0 } as const;
  const config: Config = { ...CONFIG, ...layout, strategy: 'packnet', tasks: 3 };
  const steps = config.epochs * Math.ceil(16 / 5);
  /** The bits that are frozen, by place, and the weights of the task that are not its own any more. */
  const frozen = new Map<number, number>();
  let free = new Set<number>();
  let step = 0;
  const covered = ({ name, shape }: Parameter) => shape.length > 1 && name !== 'classifier.weight';
  const look = async (run: Observed) => {
    const bits = await readWords(device, run.store.parameters);
    for (const [at, was] of frozen) expect(bits[at], `place ${at} at step ${step}`).toBe(was);
    return bits;
  };
  const counts: number[] = [];

  await observeSession(config, {
    beforeStep: async (run) => {
      const bits = await look(run);
      // From two thirds of a task on, what it has given back is 0, and stays so until the next one.
      if (step % steps !== Math.ceil((2 / 3) * steps)) return;
      const weights = parametersOf(run).filter(covered);
      const places = weights.flatMap((each) => placesOf(run.store, each));
      free = new Set(places.filter((at) => bits[at] === 0));
    },
    afterStep: async (run) => {
      const bits = await look(run);
      if (step % steps >= Math.ceil((2 / 3) * steps)) {
        for (const at of free) expect(bits[at], `place ${at}, given back`).toBe(0);
      }
      step++;
    },
    taskEnds: async (run, { index, firstOutput }) => {
      const bits = await look(run);
      for (const parameter of parametersOf(run)) {
        const { name, shape } = parameter;
        const places = placesOf(run.store, parameter);
        // A task keeps the rows of the head that are its classes'; norms are the first one's.
        const head = name.startsWith('classifier');
        const row = head ? entriesOf(parameter) / shape[0]! : 0;
        const marks = Float32Array.from({ length: entriesOf(parameter) }, (_, i) =>
          head ? Number(Math.floor(i / row) >= firstOutput && i < (firstOutput + 2) * row) : 1,
        );
        const packed = parameter.pack(marks);
        places.forEach((at, i) => {
          const kept = covered(parameter) ? bits[at] !== 0 : packed[i] === 1;
          if (kept && (head || covered(parameter) || index === 0)) frozen.set(at, bits[at]!);
        });
      }
      counts.push(frozen.size);
      step = (index + 1) * steps;
    },
  });

  expect(step).toBe(3 * steps);
  // Half of all weights, half of the rest, half of that; and two rows of 16 weights and a bias each time.
  const weights = 4 * 27 + 8 * 36 + 16 * 72 + 16 * 144;
  const kept = [1 / 2, 3 / 4, 7 / 8].map((share) => share * weights);
  counts.forEach((count, task) => {
    expect(count).toBeCloseTo(kept[task]! + 2 * 44 + 34 * (task + 1), -1);
  });
});
