/** The symbols of a small recording, written out by hand, against values worked out by hand; at several moments. */
import { describe, expect, it } from 'vitest';
import { DEFAULTS, type Config } from '../../../src/lab/config/config.ts';
import { TRAINING_MEMORY } from '../../../src/lab/report/ledger.ts';
import type { LayerMask, Ledger } from '../../../src/lab/protocol.ts';
import { newRecording, record, type Recording } from '../../../src/lab/recording/recording.ts';
import { EXPLANATIONS } from '../../../src/ui/explain/registry.ts';

const units = (...indices: number[]) => Uint32Array.from(indices);
const first = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

const grid = {
  kind: 'block',
  taps: 9,
  rows: 1,
  columns: 1,
  strides: [1, 1, 1],
  extent: [8, 8],
} as const;
const layer = (name: string, all: number, live: number): LayerMask => ({
  name,
  units: all,
  live: first(live),
  grid,
});

const line = (macs: number, denseMacs: number, outsideMacs = 0) => ({
  dispatches: 1,
  macs,
  denseMacs,
  outsideMacs,
  bytesRead: 0,
  bytesWritten: 0,
});
const LEDGER: Ledger = {
  kinds: {
    forward: line(400, 1000, 40),
    'input-gradient': line(300, 900, 30),
    'weight-gradient': line(200, 1000, 20),
    update: line(0, 0),
    select: line(0, 0),
    other: line(0, 0),
  },
  all: line(900, 2900, 90),
  published: { macs: 650, denseMacs: 1950 },
};

/** Three tasks of 10 steps; forty steps of loss would be too many to write down. */
function run(config: Partial<Config> = {}): Recording {
  const recording = newRecording({ ...DEFAULTS, tasks: 3, ...config }, null);
  const rows = [
    [0.8, 0.1, 0],
    [0.5, 0.9, 0],
    [0.12, 0.6, 0.7],
  ];
  const change = (at: number, task: number, dropped: Uint32Array<ArrayBuffer>, after: number) => {
    record(recording, {
      type: 'mask',
      at,
      change: {
        task,
        step: at - 10 * task,
        density: 0.3,
        layers: [
          { name: 'a', units: 40, before: 10, after: 10, dropped, grown: dropped },
          { name: 'b', units: 80, before: 20, after, dropped: units(), grown: units() },
        ],
      },
    });
  };
  record(recording, {
    type: 'plan',
    tasks: [0, 1, 2].map((t) => ({
      name: `Task ${t + 1}`,
      classes: [`class ${2 * t}`, `class ${2 * t + 1}`],
      heads: [2 * t, 2 * t + 1],
    })),
    taskEnds: [10, 20, 30],
    steps: 30,
    parameters: 61_338,
    macsPerStep: 2_170_000,
  });
  record(recording, { type: 'loss', from: 0, loss: [2, 1.5, 1.25], accuracy: [0.5, 0.25, 0.75] });
  record(recording, { type: 'masks', layers: [layer('a', 40, 10), layer('b', 80, 20)] });
  record(recording, {
    type: 'ledger',
    at: 0,
    step: LEDGER,
    bytes: {
      weights: 1024,
      gradients: 1024,
      optimizer: 0,
      indices: 512,
      activations: 4096,
      workspace: 512,
      images: 9999,
      replay: 2048,
    },
  });
  change(4, 0, units(1, 2, 3), 20);
  change(10, 1, units(), 24);
  record(recording, {
    type: 'units',
    at: 5,
    layers: [
      {
        name: 'a',
        weight: Float32Array.of(0.5, 0.25, 0),
        gradient: Float32Array.of(0.125, 0.375, 0),
      },
    ],
  });
  const pictures = { images: units(), heads: new Uint16Array(), pixels: new Uint8Array() };
  const tasks = Uint16Array.from({ length: 187 }, (_, slot) => (slot < 100 ? 0 : 1));
  record(recording, { type: 'buffer', at: 12, capacity: 200, tasks, content: pictures });
  record(recording, {
    type: 'removal',
    at: 14,
    removal: { task: 1, epoch: 2, score: 'margin', removed: units(1, 5, 6), kept: 97 },
  });
  record(recording, {
    type: 'removal',
    at: 16,
    removal: { task: 1, epoch: 4, score: 'misclassified', removed: units(2, 3, 4, 9), kept: 93 },
  });
  rows.forEach((row, after) => {
    record(recording, {
      type: 'accuracy',
      at: 10 * (after + 1),
      after,
      classIncremental: row,
      taskIncremental: row.map((accuracy) => (accuracy + 1) / 2),
    });
  });
  return recording;
}

/** The values of a sign, in their order. */
function valuesOf(name: string, sign: string, recording: Recording, at: number): string[] {
  const explanation = EXPLANATIONS.find((each) => each.name === name)!;
  return explanation
    .symbols(recording, at)
    .filter((symbol) => symbol.sign === sign)
    .map(({ value }) => value);
}
const valueOf = (...given: Parameters<typeof valuesOf>): string => {
  const found = valuesOf(...given);
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe('what is remembered', () => {
  it('forgetting is the mean drop from the best since a task was learnt', () => {
    // (0.8 − 0.12) and (0.9 − 0.6), over two; task-incremental accuracies lose half as much.
    expect(valuesOf('forgetting', 'F', run(), 30)).toEqual(['49.0 %', '24.5 %']);
    expect(valuesOf('forgetting', 'F', run(), 29)).toEqual(['30.0 %', '15.0 %']);
    expect(valuesOf('forgetting', 'F', run(), 10)).toEqual(['–', '–']);
    expect(valueOf('forgetting', 'R_{2,0}', run(), 30)).toBe('0.12');
    expect(valueOf('forgetting', 'R_{1,0}', run(), 20)).toBe('0.50');
    expect(valueOf('forgetting', 'n', run(), 25)).toBe('2');
  });

  it('backward transfer compares with the accuracy right after learning', () => {
    // ((0.12 − 0.8) + (0.6 − 0.9)) / 2
    expect(valuesOf('backward-transfer', 'BWT', run(), 30)).toEqual(['-49.0 %', '-24.5 %']);
    expect(valuesOf('backward-transfer', 'BWT', run(), 19)).toEqual(['–', '–']);
    const better = run();
    better.accuracy.push({
      at: 40,
      after: 3,
      classIncremental: [0.9, 0.9, 0.7],
      taskIncremental: [1, 1, 1],
    });
    // (0.1 + 0 + 0) / 3
    expect(valuesOf('backward-transfer', 'BWT', better, 40)[0]).toBe('3.3 %');
    expect(valuesOf('forgetting', 'F', better, 40)[0]).toBe('0.0 %');
  });

  it('two ways to ask, each with its chance', () => {
    // (0.5 + 0.9) / 2 of 1 in 6; (0.75 + 0.95) / 2 of 1 in 2.
    expect(valuesOf('scenarios', 'k ∈ "all"', run(), 20)).toEqual(['70.0 %', '16.7 %']);
    expect(valuesOf('scenarios', 'k ∈ "task"', run(), 20)).toEqual(['85.0 %', '50.0 %']);
  });

  it('averaged weights weigh the first steps alike', () => {
    const averaged = run({ emaDecay: 0.95 });
    expect(valueOf('ema', 'α_t', averaged, 3)).toBe('0.75');
    expect(valueOf('ema', 'α_t', averaged, 30)).toBe('0.95');
    expect(valueOf('ema', 'α_t', averaged, 0)).toBe('–');
    // GDumb begins anew with every task.
    expect(valueOf('ema', 't', run({ emaDecay: 0.95, strategy: 'gdumb' }), 23)).toBe('3');
    expect(valueOf('ema', 't', run({ emaDecay: 0.95, strategy: 'gdumb' }), 20)).toBe('10');
  });
});

describe('strategies', () => {
  it('losses and buffers are those of the moment', () => {
    const config = { strategy: 'derpp', alpha: 0.1, beta: 0.5 } as const;
    expect(valueOf('derpp', 'L', run(config), 2)).toBe('1.5');
    expect(valueOf('derpp', 'L', run(config), 0)).toBe('–');
    expect(valueOf('derpp', 'α', run(config), 2)).toBe('0.1');
    expect(valueOf('derpp', 'β', run(config), 2)).toBe('0.5');
    expect(valueOf('er', '|M|', run(), 12)).toBe('187 of 200');
    expect(valueOf('er', '|M|', run(), 11)).toBe('– of 200');
    expect(valueOf('reservoir', '"kept"', run(), 12)).toBe('100, 87');
  });

  it('PackNet halves what is free, task after task', () => {
    const recording = run({ strategy: 'packnet' });
    expect(valueOf('packnet', 'own', recording, 3)).toBe('100 %');
    expect(valueOf('packnet', 'own', recording, 7)).toBe('50 %');
    expect(valueOf('packnet', 'free', recording, 7)).toBe('50 %');
    expect(valueOf('packnet', 'own', recording, 22)).toBe('25 %');
    expect(valueOf('packnet', 'own', recording, 28)).toBe('12.5 %');
  });

  it('an even guess among six costs their logarithm', () => {
    expect(valueOf('cross-entropy', 'log K', run(), 1)).toBe('1.79');
    expect(valueOf('cross-entropy', '"right"', run(), 3)).toBe('75 %');
  });

  it('counts classes seen, and turns images', () => {
    expect(valueOf('icarl', 'c', run({ strategy: 'icarl' }), 12)).toBe('4');
    expect(valueOf('rotated-stream', 'φ_t', run({ stream: 'rotated' }), 12)).toBe('60');
    expect(valueOf('split-stream', 'C_t', run(), 12)).toBe('class 2, class 3');
  });
});

describe('masks', () => {
  const sparse = { layout: 'block', sparsity: 0.75, maskChange: 0.02, maskEnd: 0.8 } as const;

  it('counts live units after the last change', () => {
    expect(valueOf('set', 'k', run(sparse), 3)).toBe('30 of 120');
    expect(valueOf('set', 'k', run(sparse), 12)).toBe('34 of 120');
    expect(valueOf('set', 'N', run(sparse), 12)).toBe('120');
    expect(valueOf('set', '±', run(sparse), 9)).toBe('−3, +3 at step 4');
    expect(valueOf('set', '±', run(sparse), 3)).toBe('– (none yet)');
    expect(valuesOf('erk', 'd_ℓ', run(sparse), 12)).toEqual(['25 %', '30 %']);
    expect(valueOf('em', '|w|', run(sparse), 6)).toBe('0.375');
    expect(valueOf('em', '|g|', run(sparse), 6)).toBe('0.25');
    expect(valueOf('em', '|w|', run(sparse), 4)).toBe('–');
  });

  it('follows the schedules of RigL, GMP and MEST', () => {
    // 0.01 · (1 + cos(π · 0.4 / 0.8)) = 0.01; nothing from 0.8 on.
    expect(valueOf('rigl', 'moved(t)', run(sparse), 4)).toBe('1 %');
    expect(valueOf('rigl', 'moved(t)', run(sparse), 10)).toBe('2 %');
    expect(valueOf('rigl', 'moved(t)', run(sparse), 9)).toBe('0 %');
    // 0.75 · (1 − 0.5³)
    expect(valueOf('gmp', 's(t)', run(sparse), 4)).toBe('65.6 %');
    expect(valueOf('gmp', 's(t)', run(sparse), 12)).toBe('75 %');
    // Three quarters of 0.8 are 0.6.
    expect(valueOf('em', 'm(t)', run(sparse), 5)).toBe('2 %');
    expect(valueOf('em', 'm(t)', run(sparse), 6)).toBe('1 %');
    expect(valueOf('em', 'm(t)', run(sparse), 8)).toBe('0 %');
  });

  it('says how many gradients are kept of those of live units', () => {
    // round(0.2 · 40) = 8 of 10, round(0.2 · 80) = 16 of 20, then of 24.
    const masked = { ...sparse, gradientSparsity: 0.8 };
    expect(valueOf('dgm', 'M_G', run(masked), 0)).toBe('24 of 30');
    expect(valueOf('dgm', 'M_G', run(masked), 10)).toBe('24 of 34');
    // At .75 all 30 live ones are kept, and of 34 as many.
    expect(valueOf('dgm-release', 'M_G', run({ ...masked, gradientSparsity: 0.75 }), 10)).toBe(
      '30 of 34',
    );
  });
});

describe('data and ledger', () => {
  it('counts removals of the present task', () => {
    const removing = run({ removal: 0.3 });
    expect(valueOf('ddr', 'n_w', removing, 13)).toBe('all');
    expect(valueOf('ddr', 'n_w', removing, 15)).toBe('97');
    expect(valueOf('ddr', 'n', removing, 16)).toBe('100');
    expect(valueOf('ddr', '"by"', removing, 15)).toBe('margin');
    // Windows of a tenth of ten epochs, until 0.4: one an epoch.
    expect(valueOf('ddr', 'W', removing, 16)).toBe('4');
    expect(valueOf('ddr', 'w', removing, 15)).toBe('2');
    expect(valueOf('ddr', 'w', removing, 16)).toBe('4');
    // In five epochs two end before each.
    expect(valueOf('ddr', 'w', run({ removal: 0.3, epochs: 5 }), 15)).toBe('4');
    expect(valueOf('ddr', 'W', run({ removal: 0.3, removalInterval: 1 }), 16)).toBe('1');
    expect(valueOf('ddr', 'n_w', removing, 20)).toBe('all');
  });

  it('counts two operations a multiply-accumulate', () => {
    expect(valueOf('flops-counted', 'C', run(), 5)).toBe('1.8K');
    expect(valueOf('flops-counted', 'M_"in"', run(), 5)).toBe('300');
    expect(valueOf('flops-counted', '"outside"', run(), 5)).toBe('90');
    expect(valueOf('flops-counted', '"dense"', run(), 5)).toBe('31 %');
    // 400 + ½ · (300 + 200) = 650, with half of the rows current.
    expect(valueOf('flops-published', 'C^′', run(), 5)).toBe('1.3K');
    expect(valueOf('flops-published', 'c', run(), 5)).toBe('50 %');
    expect(valueOf('flops-published', 'c', run({ strategy: 'derpp' }), 5)).toBe('33.3 %');
  });

  it('adds up the bytes that the ledger calls training', () => {
    expect(valueOf('bytes', 'bytes', run(), 5)).toBe('7.0 KiB');
    expect(valueOf('bytes', '"apart"', run(), 5)).toBe('2.0 KiB');
    expect(valueOf('bytes', 'O', run(), 5)).toBe('0 B');
    // Each kind by itself: no kind is left out, none is added.
    const alone = (kind: string) => {
      const recording = newRecording(DEFAULTS, null);
      record(recording, { type: 'ledger', at: 0, step: LEDGER, bytes: { [kind]: 64 } });
      return valueOf('bytes', 'bytes', recording, 0);
    };
    for (const kind of TRAINING_MEMORY) expect(alone(kind), kind).toBe('64 B');
    for (const kind of ['images', 'replay', 'evaluation', 'control'])
      expect(alone(kind)).toBe('0 B');
  });
});
