/**
 * Commands to the engine: what runs goes to the end of its task, a device is timed, a step is measured beside its
 * dense twin, and one piece of work waits for the other.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openImageSet } from '../../src/data/registry.ts';
import { DEFAULTS, type Config } from '../../src/lab/config/config.ts';
import { Engine } from '../../src/lab/engine/engine.ts';
import { denseTwin } from '../../src/lab/config/dense-twin.ts';
import type { Command, Event } from '../../src/lab/protocol.ts';
import { gpu, noErrors } from './engine.ts';

/** Two tasks of two epochs of two steps. */
const CONFIG: Config = {
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 8,
  testPerClass: 4,
  classesPerTask: 2,
  tasks: 2,
  model: 'pocket',
  width: 4,
  strategy: 'er',
  bufferSize: 6,
  epochs: 2,
  batch: 10,
  replayBatch: 8,
  rate: 0.05,
  seed: 3,
};

let events: Event[] = [];
let listener: (event: Event) => void = () => undefined;
let engine: Engine;

beforeEach(() => {
  events = [];
  listener = () => undefined;
  engine = new Engine({
    open: gpu,
    openSet: (_, { data }) => {
      return (limit) =>
        openImageSet(data, {
          prepared: () => Promise.reject(new Error('tests use the procedural set')),
          limit,
        });
    },
    send: ({ event }) => {
      events.push(event);
      listener(event);
    },
  });
});

afterEach(async () => {
  engine.take({ type: 'stop' });
  await engine.idle();
  const { memory } = await gpu();
  expect(memory.bytesByKind()).toEqual({});
  await noErrors();
});

const start = (changes: Partial<Config> = {}, paused = false): Command => ({
  type: 'start',
  run: 1,
  base: '',
  config: { ...CONFIG, ...changes },
  paused,
  watched: true,
});

const of = <T extends Event['type']>(type: T) =>
  events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
const states = () => of('state').map(({ state }) => state);
const afters = () => of('accuracy').map(({ after }) => after);
const happens = (wanted: (event: Event) => boolean) =>
  new Promise<void>((resolve) => {
    listener = (event) => {
      if (wanted(event)) resolve();
    };
  });
const paused = () => happens((event) => event.type === 'state' && event.state === 'paused');

describe('finish-task', () => {
  test('runs to the end of the task, evaluation included, and waits there', async () => {
    let waits = paused();
    engine.take(start({}, true));
    await waits;
    expect(afters()).toEqual([-1]);
    waits = paused();
    engine.take({ type: 'finish-task' });
    await waits;
    expect(afters()).toEqual([-1, 0]);
    expect(of('progress').at(-1)).toMatchObject({ step: 4, steps: 8 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(states().at(-1)).toBe('paused');
    // A step from there is one step of the next task.
    waits = paused();
    engine.take({ type: 'step' });
    await waits;
    expect(of('loss').flatMap(({ loss }) => loss)).toHaveLength(5);
    // The last task ends the run.
    engine.take({ type: 'finish-task' });
    await engine.idle();
    expect(states().at(-1)).toBe('finished');
    expect(afters()).toEqual([-1, 0, 1]);
    expect(of('report')).toHaveLength(1);
  });

  test('told at once after a start, holds for the run that is being prepared', async () => {
    const waits = paused();
    engine.take(start());
    engine.take({ type: 'finish-task' });
    await waits;
    expect(afters()).toEqual([-1, 0]);
    engine.take({ type: 'resume' });
    await engine.idle();
    expect(states().at(-1)).toBe('finished');
  });

  test('is forgotten where somebody pauses before', async () => {
    let waits = paused();
    engine.take(start({}, true));
    await waits;
    const training = happens((event) => event.type === 'state' && event.state === 'training');
    engine.take({ type: 'finish-task' });
    await training;
    waits = paused();
    engine.take({ type: 'pause' });
    await waits;
    expect(afters()).toEqual([-1]);
    engine.take({ type: 'resume' });
    await engine.idle();
    expect(states().filter((state) => state === 'paused')).toHaveLength(2);
  });
});

describe('while it is watched', () => {
  test('a pause brings units, ledger and buffer as they are then', async () => {
    const sparse = { layout: 'block', block: '4x4', sparsity: 0.5, width: 8 } as const;
    let waits = paused();
    engine.take(start(sparse, true));
    await waits;
    expect(of('ledger').map(({ at }) => at)).toEqual([0]);
    for (let step = 1; step <= 3; step++) {
      waits = paused();
      engine.take({ type: 'step' });
      await waits;
      expect(of('units').at(-1)?.at).toBe(step);
      expect(of('buffer').at(-1)?.at).toBe(step);
    }
    expect(of('units').map(({ at }) => at)).toEqual([1, 2, 3]);
  });
});

describe('the plan', () => {
  const planned = async (changes: Partial<Config>) => {
    const waits = paused();
    engine.take(start(changes, true));
    await waits;
    const [plan] = of('plan');
    const heads = plan!.tasks.map((task) => task.heads);
    expect(plan!.tasks.map(({ classes }) => classes.length)).toEqual(
      heads.map(({ length }) => length),
    );
    return { heads, taskEnds: plan!.taskEnds, steps: plan!.steps };
  };

  test('names the outputs of each task and the steps at which it ends', async () => {
    expect(await planned({})).toEqual({
      ...{
        heads: [
          [0, 1],
          [2, 3],
        ],
      },
      ...{ taskEnds: [4, 8], steps: 8 },
    });
  });

  test('names the same outputs for tasks of the same classes', async () => {
    expect(await planned({ stream: 'rotated', classesPerTask: 3, epochs: 1 })).toEqual({
      heads: [
        [0, 1, 2],
        [0, 1, 2],
      ],
      // 24 images in batches of 10.
      taskEnds: [3, 6],
      steps: 6,
    });
  });

  test('of joint training has one end, and of removal earlier ones', async () => {
    expect(await planned({ strategy: 'joint' })).toMatchObject({ taskEnds: [8], steps: 8 });
    engine.take({ type: 'stop' });
    await engine.idle();
    events = [];
    // Half of the 16 images go after the first of two epochs: 2 + 1 steps.
    const removal = { removal: 0.5, removalEnd: 0.5, removalInterval: 0.5 };
    expect(await planned(removal)).toMatchObject({ taskEnds: [3, 6], steps: 6 });
  });
});

test('every event of a run says at which step it was', async () => {
  engine.take(start({ layout: 'block', block: '4x4', sparsity: 0.5, dynamic: 'set', width: 8 }));
  await engine.idle();
  expect(of('accuracy').map(({ at }) => at)).toEqual([0, 4, 8]);
  const changes = of('mask');
  expect(changes.length).toBeGreaterThan(0);
  for (const { at, change } of changes) expect(at).toBe(4 * change.task + change.step);
  for (const type of ['units', 'ledger', 'buffer', 'mask'] as const) {
    const steps = of(type).map(({ at }) => at);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  }
});

describe('speed', () => {
  test('is a number of operations after a probe, and runs as before afterwards', async () => {
    engine.take({ type: 'probe' });
    engine.take({ type: 'speed' });
    await engine.idle();
    const [{ gigaflops }] = of('speed') as [Extract<Event, { type: 'speed' }>];
    expect(gigaflops).toBeGreaterThan(0.01);
    expect(gigaflops).toBeLessThan(1e6);
    expect(of('adapter')).toHaveLength(1);
  });

  test('is not asked of a device that is at work', async () => {
    engine.take(start({ epochs: 1 }));
    engine.take({ type: 'speed' });
    await engine.idle();
    expect(states().at(-1)).toBe('finished');
    expect(of('speed')).toEqual([]);
  });
});

describe('measure', () => {
  test.each<Partial<Config>>([
    { layout: 'block', block: '4x4', sparsity: 0.75, width: 16 },
    { layout: 'block', sparsity: 0.75, dynamic: 'sparcl', gradientSparsity: 0.8, removal: 0.3 },
    { layout: 'unstructured', sparsity: 0.9, dynamic: 'snip', strategy: 'icarl' },
  ])('times a step of %o and of its dense twin', async (changes) => {
    const { features } = (await gpu()).adapter;
    engine.take({ type: 'measure', run: 2, config: { ...CONFIG, ...changes } });
    await engine.idle();
    expect(of('failure')).toEqual([]);
    const [measured] = of('measured');
    for (const { ms, kinds } of [measured!.sparse, measured!.dense]) {
      expect(ms).toBeGreaterThan(0);
      if (features.includes('timestamp-query')) {
        expect(kinds!['forward']).toBeGreaterThan(0);
        expect(kinds!['weight-gradient']).toBeGreaterThan(0);
      } else {
        expect(kinds).toBeNull();
      }
    }
  });

  test('ends a run that is under way, and gives way to one that is started', async () => {
    const training = happens((event) => event.type === 'state' && event.state === 'training');
    engine.take(start({ epochs: 50 }));
    await training;
    engine.take({ type: 'measure', run: 2, config: CONFIG });
    engine.take(start({ epochs: 1 }));
    await engine.idle();
    expect(states()).toContain('stopped');
    expect(states().at(-1)).toBe('finished');
    expect(of('measured')).toEqual([]);
  });

  test('says why there is no step of a config that cannot be', async () => {
    engine.take({ type: 'measure', run: 2, config: { ...CONFIG, layout: 'dense', sparsity: 0.5 } });
    await engine.idle();
    expect(of('failure')[0]?.failure).toMatchObject({ kind: 'config' });
  });

  test('knows the twin of a config', () => {
    const sparse = { layout: 'block', sparsity: 0.9, dynamic: 'sparcl', removal: 0.3 } as const;
    const config: Config = { ...CONFIG, ...sparse, gradientSparsity: 0.95 };
    expect(denseTwin(config)).toEqual(CONFIG);
  });
});
