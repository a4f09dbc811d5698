/**
 * The timeline of a run, item by item, against lists written by hand from what the config says; steps against formulas;
 * and that a run can be taken up at any place of it.
 */
import { describe, expect, test } from 'vitest';
import { DEFAULTS, parseConfig, type Config } from '../../../src/lab/config/config.ts';
import { dataShapeOf } from '../../../src/lab/config/data-shapes.ts';
import { configOf } from '../../../src/lab/presets/registry.ts';
import { PASS_KINDS, type PassesByKind } from '../../../src/lab/timeline/passes.ts';
import { runTotals } from '../../../src/lab/timeline/run-totals.ts';
import { timeline } from '../../../src/lab/timeline/timeline.ts';
import type { TimelineItem } from '../../../src/lab/timeline/timeline-item.ts';

/** Two tasks of two classes, one epoch each, batches of four. */
const SMALL: Config = {
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 5,
  tasks: 2,
  epochs: 1,
  batch: 4,
  replayBatch: 3,
  bufferSize: 6,
  rate: 0.1,
  strategy: 'finetune',
};

const configFor = (changes: Partial<Config>): Config => parseConfig({ ...SMALL, ...changes });
const itemsOf = (config: Config): TimelineItem[] => [...timeline(config, dataShapeOf(config))];

const digits = (value: number): string => String(Number(value.toFixed(4)));

/** "training 1×7" is one pass over seven rows. */
const made = (passes: PassesByKind): string =>
  PASS_KINDS.flatMap((kind) => {
    const of = passes[kind];
    return of && of.passes > 0 ? [`${kind} ${of.passes}×${of.rows}`] : [];
  }).join(', ') || 'nothing';

/** An item in one line, with the steps that are done. */
function lineOf(item: TimelineItem): string {
  const { at, task } = item;
  switch (item.kind) {
    case 'evaluation':
      return `${at} evaluation ${task}`;
    case 'load':
      return `${at} load ${task}`;
    case 'saliency':
      return `${at} saliency ${task} at ${digits(item.density)}: ${made(item.passes)}`;
    case 'task-begin':
      return `${at} begin ${task}: ${item.images} images, ${item.own}+${item.joined} in ${item.steps} steps`;
    case 'removal':
      return `${at} removal ${task}.${item.epoch}: ${item.kept}`;
    case 'epoch':
      return `${at} epoch ${task}.${item.epoch}: ${item.kept}+${item.joined}`;
    case 'strategy-point':
      return `${at} point ${task}: ${digits(item.point)}`;
    case 'mask-change': {
      const { step, index, dropTo, growTo } = item.change;
      const target = (density: number | null) => (density === null ? '–' : digits(density));
      return (
        `${at} mask ${task}.${step} #${index}, on step ${item.batchOf.step}: ${digits(item.density)}, ` +
        `drop ${target(dropTo)}, grow ${target(growTo)}: ${made(item.passes)}`
      );
    }
    case 'step':
      return (
        `${at} step ${task}.${item.epoch}.${item.batch}, ${item.step}/${item.steps}: ${item.images} images, ` +
        `rate ${digits(item.rate)}, at ${digits(item.density)}: ${made(item.passes)}`
      );
    case 'task-end':
      return `${at} end ${task} at ${digits(item.density)}: ${made(item.passes)}`;
  }
}

const linesOf = (changes: Partial<Config>): string[] => itemsOf(configFor(changes)).map(lineOf);
/** Of some kinds alone, as they begin their lines. */
const linesAbout = (changes: Partial<Config>, ...kinds: readonly string[]): string[] =>
  linesOf(changes).filter((line) => kinds.includes(line.split(' ')[1]!));

const BLOCKS = { layout: 'block', block: '4x4' } as const;

describe('the items of a run', () => {
  test('with replay, ragged batches, and a mask that changes twice a task', () => {
    // Changes at 1/3 and 2/3 of three steps; by cosines .05 of the weights, times .75 and .25.
    const changes = { maskInterval: 1 / 3, maskChange: 0.05, maskEnd: 1 };
    expect(
      linesOf({ strategy: 'er', ...BLOCKS, sparsity: 0.75, dynamic: 'rigl', ...changes }),
    ).toEqual([
      '0 evaluation -1',
      '0 load 0',
      '0 begin 0: 10 images, 10+0 in 3 steps',
      '0 epoch 0.0: 10+0',
      // The buffer is empty, then has four images of which three are drawn.
      '0 step 0.0.0, 0/3: 4 images, rate 0.1, at 0.25: training 1×4',
      '1 mask 0.1 #0, on step 1: 0.25, drop 0.2125, grow 0.25: dense-gradient 1×7',
      '1 step 0.0.1, 1/3: 4 images, rate 0.1, at 0.25: training 1×7',
      '2 mask 0.2 #1, on step 2: 0.25, drop 0.2375, grow 0.25: dense-gradient 1×5',
      '2 step 0.0.2, 2/3: 2 images, rate 0.1, at 0.25: training 1×5',
      '3 end 0 at 0.25: nothing',
      '3 evaluation 0',
      '3 load 1',
      '3 begin 1: 10 images, 10+0 in 3 steps',
      '3 epoch 1.0: 10+0',
      '3 step 1.0.0, 0/3: 4 images, rate 0.1, at 0.25: training 1×7',
      '4 mask 1.1 #0, on step 1: 0.25, drop 0.2125, grow 0.25: dense-gradient 1×7',
      '4 step 1.0.1, 1/3: 4 images, rate 0.1, at 0.25: training 1×7',
      '5 mask 1.2 #1, on step 2: 0.25, drop 0.2375, grow 0.25: dense-gradient 1×5',
      '5 step 1.0.2, 2/3: 2 images, rate 0.1, at 0.25: training 1×5',
      '6 end 1 at 0.25: nothing',
      '6 evaluation 1',
    ]);
  });

  test('with windows of removal, chosen gradients, and a change after the last step', () => {
    // A quarter of 8 images goes after each of the first two of four epochs: 8, 6, 4, 4 images in 2, 2, 1, 1 steps.
    const removal = { removal: 0.5, removalEnd: 0.5, removalInterval: 0.25 };
    // .8 · (1 − .5³) of the weights are gone by the middle of the first task, .8 at its end.
    const pruned = { dynamic: 'gmp', maskInterval: 0.5, maskEnd: 1, sparsity: 0.8 } as const;
    const chosen = { gradientSparsity: 0.9, gradientRefresh: 2 };
    const all = { imagesPerClass: 4, epochs: 4, ...BLOCKS, ...removal, ...pruned, ...chosen };
    expect(linesOf(all)).toEqual([
      '0 evaluation -1',
      '0 load 0',
      '0 begin 0: 8 images, 8+0 in 6 steps',
      '0 epoch 0.0: 8+0',
      '0 step 0.0.0, 0/6: 4 images, rate 0.1, at 1: training 1×4, choice 1×4, score 1×4',
      '1 step 0.0.1, 1/6: 4 images, rate 0.1, at 1: training 1×4',
      '2 removal 0.1: 6',
      '2 epoch 0.1: 6+0',
      '2 step 0.1.0, 2/6: 4 images, rate 0.1, at 1: training 1×4, choice 1×4, score 1×4',
      '3 mask 0.3 #0, on step 3: 1, drop 0.3, grow –: nothing',
      // Chosen anew after the change, and two steps later.
      '3 step 0.1.1, 3/6: 2 images, rate 0.1, at 0.3: training 1×2, choice 1×2, score 1×2',
      '4 removal 0.2: 4',
      '4 epoch 0.2: 4+0',
      '4 step 0.2.0, 4/6: 4 images, rate 0.1, at 0.3: training 1×4',
      '5 epoch 0.3: 4+0',
      '5 step 0.3.0, 5/6: 4 images, rate 0.1, at 0.3: training 1×4, choice 1×4, score 1×4',
      '6 mask 0.6 #1, on step 5: 0.3, drop 0.2, grow –: nothing',
      '6 end 0 at 0.2: nothing',
      '6 evaluation 0',
      '6 load 1',
      '6 begin 1: 8 images, 8+0 in 6 steps',
      '6 epoch 1.0: 8+0',
      '6 step 1.0.0, 0/6: 4 images, rate 0.1, at 0.2: training 1×4, choice 1×4, score 1×4',
      '7 step 1.0.1, 1/6: 4 images, rate 0.1, at 0.2: training 1×4',
      '8 removal 1.1: 6',
      '8 epoch 1.1: 6+0',
      '8 step 1.1.0, 2/6: 4 images, rate 0.1, at 0.2: training 1×4, choice 1×4, score 1×4',
      '9 step 1.1.1, 3/6: 2 images, rate 0.1, at 0.2: training 1×2',
      '10 removal 1.2: 4',
      '10 epoch 1.2: 4+0',
      '10 step 1.2.0, 4/6: 4 images, rate 0.1, at 0.2: training 1×4, choice 1×4, score 1×4',
      '11 epoch 1.3: 4+0',
      '11 step 1.3.0, 5/6: 4 images, rate 0.1, at 0.2: training 1×4',
      '12 end 1 at 0.2: nothing',
      '12 evaluation 1',
    ]);
  });

  test('of joint training, whole batches alone, with a cosine', () => {
    const whole = { dropLast: true, batch: 8, epochs: 2, rateSchedule: 'cosine' } as const;
    expect(linesOf({ strategy: 'joint', ...whole })).toEqual([
      '0 evaluation -1',
      '0 load 0',
      // 20 images: two batches of 8 an epoch. (1 + cos(π/4)) / 20 = .0854, (1 − cos(π/4)) / 20 = .0146.
      '0 begin 0: 20 images, 20+0 in 4 steps',
      '0 epoch 0.0: 20+0',
      '0 step 0.0.0, 0/4: 8 images, rate 0.1, at 1: training 1×8',
      '1 step 0.0.1, 1/4: 8 images, rate 0.0854, at 1: training 1×8',
      '2 epoch 0.1: 20+0',
      '2 step 0.1.0, 2/4: 8 images, rate 0.05, at 1: training 1×8',
      '3 step 0.1.1, 3/4: 8 images, rate 0.0146, at 1: training 1×8',
      '4 end 0 at 1: nothing',
      '4 evaluation 0',
    ]);
  });
});

describe('what strategies train on and run besides', () => {
  const kinds = ['begin', 'point', 'end'];

  test('iCaRL: with exemplars, of which a class has no more than images', () => {
    // Shares of 10 places: 5 for each of two classes, which have 4 images; 2 for each of four.
    const icarl = { strategy: 'icarl', imagesPerClass: 4, bufferSize: 10 } as const;
    expect(linesAbout(icarl, ...kinds)).toEqual([
      '0 begin 0: 8 images, 8+0 in 2 steps',
      // Features of 8 images, then of 8 exemplars, in batches of four.
      '2 end 0 at 1: readout 4×16',
      '2 begin 1: 8 images, 8+8 in 4 steps',
      // Logits of the 16, features of the 8 and of 8 exemplars.
      '6 end 1 at 1: readout 8×32',
    ]);
  });

  test('GDumb: on its buffer alone', () => {
    const gdumb = { strategy: 'gdumb', imagesPerClass: 2 } as const;
    expect(linesAbout(gdumb, ...kinds)).toEqual([
      '0 begin 0: 4 images, 4+0 in 1 steps',
      '1 end 0 at 1: nothing',
      '1 begin 1: 4 images, 6+0 in 2 steps',
      '3 end 1 at 1: nothing',
    ]);
  });

  test('EWC: each image once at the end of a task', () => {
    expect(linesAbout({ strategy: 'ewc' }, 'end')).toEqual([
      '3 end 0 at 1: fisher 10×10',
      '6 end 1 at 1: fisher 10×10',
    ]);
  });

  test('PackNet: prunes before the first step that is not before two thirds', () => {
    expect(linesAbout({ strategy: 'packnet', epochs: 2 }, 'point')).toEqual([
      '4 point 0: 0.6667',
      '10 point 1: 0.6667',
    ]);
    // 7 steps: ⌈4.67⌉.
    const seven = { strategy: 'packnet', imagesPerClass: 14, tasks: 1 } as const;
    expect(linesAbout(seven, 'point')).toEqual(['5 point 0: 0.6667']);
  });

  test('importance is of the buffer too, from the second task on', () => {
    const sparcl = { dynamic: 'sparcl', maskInterval: 1, maskEnd: 1, maskChange: 0.05 } as const;
    const all = { strategy: 'derpp', ...BLOCKS, sparsity: 0.75, ...sparcl } as const;
    expect(linesAbout(all, 'mask')).toEqual([
      // The second task grows before its first step and shrinks after its last one, which had two images.
      '3 mask 1.0 #0, on step 0: 0.25, drop –, grow 0.3: nothing',
      '6 mask 1.3 #1, on step 2: 0.3, drop 0.25, grow –: score 1×2, replay-score 1×3',
    ]);
  });

  test('SNIP sees a first batch before the first task, densely', () => {
    const snip = { layout: 'unstructured', sparsity: 0.9, dynamic: 'snip' } as const;
    const [first, second, third] = linesOf(snip);
    expect([first, second, third]).toEqual([
      '0 evaluation -1',
      '0 load 0',
      '0 saliency 0 at 1: saliency 1×4',
    ]);
    expect(linesAbout(snip, 'saliency')).toHaveLength(1);
  });
});

describe('steps', () => {
  const totalsOf = (config: Config) => runTotals(config, dataShapeOf(config));

  test('of a paper’s run are tasks · epochs · ⌈images / batch⌉', () => {
    const { steps, taskEnds, images, dataShare, evaluations } = totalsOf(configOf('paper-er'));
    const ofTask = 50 * Math.ceil(10_000 / 32);
    expect(steps).toBe(5 * ofTask);
    expect(taskEnds).toEqual([1, 2, 3, 4, 5].map((tasks) => tasks * ofTask));
    expect({ images, dataShare, evaluations }).toEqual({
      images: 50_000,
      dataShare: 1,
      evaluations: 6,
    });
  });

  test('of SparCL’s are fewer with every removal, and its mask changes nine times a task', () => {
    const { steps, dataShare, maskChanges } = totalsOf(configOf('paper-sparcl-derpp-075'));
    // 30 % go in four parts, after 5, 10, 15 and 20 epochs; ragged batches are left out.
    const ofEpoch = (kept: number) => Math.floor((10_000 * kept) / 32);
    const ofTask =
      5 * [1, 0.925, 0.85, 0.775].reduce((sum, kept) => sum + ofEpoch(kept), 0) + 30 * ofEpoch(0.7);
    expect(steps).toBe(5 * ofTask);
    expect(dataShare).toBeCloseTo((5 * (1 + 0.925 + 0.85 + 0.775) + 30 * 0.7) / 50, 12);
    // At .1, .2, … .8 of a task, and from the second one on at its beginning.
    expect(maskChanges).toBe(5 * 8 + 4);
  });
});

describe('a place', () => {
  const config = configFor({
    ...{ strategy: 'er', epochs: 3, ...BLOCKS, sparsity: 0.75, dynamic: 'set' },
    ...{ maskInterval: 0.2, removal: 0.5, removalEnd: 0.7, removalInterval: 0.3 },
  });
  const shape = dataShapeOf(config);
  const all = itemsOf(config);

  test('by number begins there', () => {
    for (const index of [0, 1, 7, all.length - 1]) {
      expect([...timeline(config, shape, { index })]).toEqual(all.slice(index));
    }
  });

  test('by task and step begins with whatever comes after the step before', () => {
    const steps = all.filter((item) => item.kind === 'step');
    expect(steps.length).toBeGreaterThan(8);
    for (const { task, step } of steps) {
      const items = [...timeline(config, shape, { task, step })];
      const before = all[all.length - items.length - 1]!;
      if (step === 0) expect(before).toMatchObject({ kind: 'task-begin', task });
      else expect(before).toMatchObject({ kind: 'step', task, step: step - 1 });
      expect(items).toEqual(all.slice(all.length - items.length));
    }
    // After the last step of a task comes its end, or a change of the mask before that.
    const [{ steps: ofTask }] = steps as [(typeof steps)[0]];
    const end = [...timeline(config, shape, { task: 0, step: ofTask })];
    expect(end[0]).toMatchObject({ kind: 'task-end', task: 0 });
  });

  test('that a run does not have is refused', () => {
    for (const place of [{ index: all.length }, { index: -1 }, { task: 2, step: 0 }]) {
      expect(() => [...timeline(config, shape, place)]).toThrow(RangeError);
    }
    expect(() => [...timeline(config, shape, { task: 0, step: 99 })]).toThrow('no place');
  });
});
