/**
 * Whole runs on a net of a few thousand weights: the same seed gives the same report, a run can be held,
 * stepped and stopped, every strategy gets to its end, and what ends a run gives the memory back.
 */
import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { DataError } from '../../src/data/data-error.ts';
import { openImageSet } from '../../src/data/registry.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { ConfigError, DEFAULTS, STRATEGIES, type Config } from '../../src/lab/config/config.ts';
import type { Event, RunState } from '../../src/lab/protocol.ts';
import { ReportSchema, type Report } from '../../src/lab/report/report.ts';
import { Session, type SessionOptions } from '../../src/lab/engine/run/session.ts';
import { scope } from '../setup/scope.ts';
import { gpu, noErrors, openAnother } from './engine.ts';

/** Two tasks of two epochs of two steps, the second of them ragged. */
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
const STEPS = 8;

function session(
  device: Gpu,
  changes: Partial<Config> = {},
  options: Pick<SessionOptions, 'paused' | 'profile'> = {},
) {
  const config = { ...CONFIG, ...changes };
  const events: Event[] = [];
  let listener: (event: Event) => void = () => undefined;
  const run = new Session({
    gpu: device,
    config,
    ...options,
    emit: (event) => {
      events.push(event);
      listener(event);
    },
    openSet: (limit) =>
      openImageSet(config.data, {
        prepared: () =>
          Promise.reject(
            new DataError({
              code: 'unavailable',
              file: 'data',
              expected: 'prepared images',
              found: 'none',
            }),
          ),
        limit,
      }),
  });
  return {
    run,
    events,
    /** Losses that have come in so far. */
    losses: () => events.flatMap((event) => (event.type === 'loss' ? event.loss : [])),
    /** Resolves when the run next enters `state`. */
    enters: (state: RunState) =>
      new Promise<void>((resolve) => {
        listener = (event) => {
          if (event.type === 'state' && event.state === state) resolve();
        };
      }),
    onEvent: (listen: (event: Event) => void) => {
      listener = listen;
    },
  };
}

async function reportOf(changes: Partial<Config> = {}): Promise<Report> {
  const report = await session(await gpu(), changes).run.run();
  if (!report) throw new Error('the run was stopped');
  return report;
}

const withoutTiming = ({ timing: _, ...rest }: Report) => rest;

afterEach(async () => {
  const { memory } = await gpu();
  expect(memory.bytesByKind()).toEqual({});
  await noErrors();
});

describe('a report', () => {
  test('follows from the seed, all but its timing', async () => {
    const first = await reportOf();
    const again = await reportOf();
    expect(withoutTiming(again)).toEqual(withoutTiming(first));
    const other = await reportOf({ seed: 4 });
    expect(other.loss).not.toEqual(first.loss);
    expect(other.steps).toBe(first.steps);
  });

  test('says what the run was', async () => {
    const report = v.parse(ReportSchema, await reportOf());
    const { classIncremental, taskIncremental } = report;
    expect(report).toMatchObject({ steps: STEPS, buffersCreatedPerStep: 0, config: CONFIG });
    expect(report.loss).toHaveLength(STEPS);
    expect(report.loss.every((loss) => loss > 0 && loss < 10)).toBe(true);
    // An epoch has a step of 10 images and one of 6; its loss is the mean of its steps'.
    const epochs = [0, 2, 4, 6].map((at) => (report.loss[at]! + report.loss[at + 1]!) / 2);
    expect(report.lossByEpoch).toEqual([epochs.slice(0, 2), epochs.slice(2)]);
    expect(report.accuracyByEpoch.flat().map((share) => (share * 16) % 1)).toEqual([0, 0, 0, 0]);
    for (const { untrained, matrix } of [classIncremental, taskIncremental]) {
      expect([untrained, ...matrix].map((row) => row.length)).toEqual([2, 2, 2]);
      // Of eight test images a task.
      for (const accuracy of [untrained, ...matrix].flat()) expect((accuracy * 8) % 1).toBe(0);
    }
    taskIncremental.matrix.flat().forEach((accuracy, i) => {
      expect(accuracy).toBeGreaterThanOrEqual(classIncremental.matrix.flat()[i]!);
    });
    expect(report.model.parameters).toBe(4 * 27 + 8 * 36 + 16 * 72 + 16 * 144 + 2 * 44 + 10 * 17);
    expect(report.peakGpuBytes).toBeGreaterThanOrEqual(
      Object.values(report.gpuBytesByKind).reduce((a, b) => a + b, 0),
    );
    expect(report.gpuBytesByKind).toMatchObject({
      images: 16 * 3072,
      evaluation: 16 * 3072,
      replay: 6 * 3072 + 6 * 10 * 4,
    });
    expect(report.timing.submitsPerStep).toBe(1);
  });

  test.each(scope === 'smoke' ? (['derpp'] as const) : STRATEGIES)('of %s', async (strategy) => {
    const report = v.parse(ReportSchema, await reportOf({ strategy, epochs: 1, maskedHead: true }));
    // iCaRL repeats its 6 exemplars beside a task's 20 images; GDumb trains on the 6 of its buffer, alone.
    const own = { icarl: 2 + 3, gdumb: 1 + 1 };
    const steps = strategy in own ? own[strategy as keyof typeof own] : STEPS / 2;
    expect(report.loss).toHaveLength(steps);
    expect(report.loss.every(Number.isFinite)).toBe(true);
    expect(report.classIncremental.matrix).toHaveLength(strategy === 'joint' ? 1 : 2);
  });

  test('of a sparse network says what exists of it, and what it saves', async () => {
    const sparse = { strategy: 'derpp', layout: 'block', block: '4x4', sparsity: 0.75 } as const;
    const report = v.parse(ReportSchema, await reportOf(sparse));
    const { model, ledger, trainingBytes, gpuBytesByKind } = report;
    // Blocks of the second to the fourth convolution, and the quarter of them that lives.
    const blocks = [18, 72, 144];
    const live = [5, 18, 36];
    expect(model.layers).toEqual([
      { name: 'conv1', layout: 'dense', weights: 4 * 27, live: 4 * 27 },
      ...blocks.map((count, i) => ({
        name: `conv${i + 2}`,
        layout: 'block 4×4',
        weights: count * 16,
        live: live[i]! * 16,
      })),
      { name: 'classifier', layout: 'dense', weights: 160, live: 160 },
    ]);
    const dead = blocks.reduce((sum, count, i) => sum + (count - live[i]!) * 16, 0);
    expect(model.liveParameters).toBe(model.parameters - dead);
    expect(model.density).toBe(model.liveParameters / model.parameters);
    // Rows of three groups: 10 and twice 8, padded. Planes of 16, 8, 8 and 4 pixels a side.
    const rows = 12 + 8 + 8;
    const dense = [4 * 27 * 256, ...blocks.map((count, i) => count * 16 * [64, 64, 16][i]!), 160];
    const executed = dense.map(
      (macs, i) => macs * (i % 4 === 0 ? 1 : live[i - 1]! / blocks[i - 1]!),
    );
    const times = (macs: readonly number[]) => rows * macs.reduce((a, b) => a + b, 0);
    expect(ledger.step.kinds.forward.denseMacs).toBe(times(dense));
    expect(ledger.step.kinds.forward.macs).toBeCloseTo(times(executed), 3);
    expect(ledger.run.all.macs).toBeCloseTo(STEPS * ledger.step.all.macs, 0);
    expect(ledger.step.all.dispatches).toBe(report.dispatchesPerStep);
    expect(ledger.step.all.macs).toBe(model.macsPerStep);
    const apart = ['images', 'replay', 'evaluation', 'control'];
    const training = Object.entries(gpuBytesByKind).filter(([kind]) => !apart.includes(kind));
    expect(trainingBytes).toBe(training.reduce((sum, [, bytes]) => sum + bytes, 0));

    // Halves and groups in sequence: the same losses but for rounding, in less memory.
    const lean = { activations: 'f16', recompute: true, sequenced: true } as const;
    const spared = await reportOf({ ...sparse, ...lean });
    spared.loss.forEach((loss, step) => {
      expect(Math.abs(loss / report.loss[step]! - 1), `step ${step}`).toBeLessThan(0.01);
    });
    expect(spared.trainingBytes).toBeLessThan(0.4 * trainingBytes);
  });

  test.each([
    { layout: 'dense', sparsity: 0.5 },
    { layout: 'pattern', sparsity: 0.2 },
  ] as const)('of %o there is none', async (changes) => {
    await expect(reportOf(changes)).rejects.toThrow(ConfigError);
  });

  test('of Adam, a cosine rate and whole batches', async () => {
    const changes = { optimizer: 'adam', rateSchedule: 'cosine', dropLast: true } as const;
    const report = v.parse(ReportSchema, await reportOf({ ...changes, rate: 0.001 }));
    expect(report.loss).toHaveLength(STEPS / 2);
  });
});

test('events tell the run from its preparation to its report', async () => {
  const { run, events, losses } = session(await gpu(), { data: 'cifar10' });
  const report = await run.run();
  const states = events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
  const task = ['preparing', 'training', 'evaluating'];
  expect(states).toEqual(['preparing', 'evaluating', ...task, ...task, 'finished']);
  expect(losses()).toEqual(report?.loss);
  const after = events.flatMap((event) => (event.type === 'accuracy' ? [event.after] : []));
  expect(after).toEqual([-1, 0, 1]);
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  expect(notices[0]).toContain('Shapes takes its place');
  expect(events.find(({ type }) => type === 'plan')).toMatchObject({ steps: STEPS });
  expect(events.at(-1)).toEqual({ type: 'report', report });
});

test('a profile of a step comes with the report, and changes nothing in it', async () => {
  const device = await gpu();
  const { run, events } = session(device, {}, { profile: true });
  const report = await run.run();
  expect(withoutTiming(report!)).toEqual(withoutTiming(await reportOf()));
  const profiles = events.flatMap((event) => (event.type === 'profile' ? [event.entries] : []));
  const timed = device.adapter.features.includes('timestamp-query');
  expect(profiles.map((entries) => entries?.length)).toEqual([
    timed ? report?.dispatchesPerStep : undefined,
  ]);
  const macs = profiles[0]?.reduce((sum, entry) => sum + entry.macs, 0);
  if (timed) expect(macs).toBe(report?.model.macsPerStep);
});

describe('a run that is held', () => {
  test('makes one training step a step, then goes on to the same end', async () => {
    const { run, losses, enters } = session(await gpu(), {}, { paused: true });
    const paused = enters('paused');
    const ending = run.run();
    await paused;
    expect(losses()).toHaveLength(0);
    for (let step = 1; step <= 3; step++) {
      const again = enters('paused');
      run.step();
      await again;
      expect(losses()).toHaveLength(step);
    }
    const training = enters('training');
    run.resume();
    await training;
    const held = enters('paused');
    run.pause();
    await held;
    const before = losses().length;
    // Nothing happens by itself.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(losses()).toHaveLength(before);
    run.resume();
    const report = await ending;
    expect(withoutTiming(report!)).toEqual(withoutTiming(await reportOf()));
  });

  test.each(['stop', 'resume'] as const)(
    'hears a %s that comes while it reads what is left before a pause',
    { timeout: 10_000 },
    async (command) => {
      const { run, onEvent } = session(await gpu());
      let asked = false;
      onEvent((event) => {
        if (asked) return;
        if (event.type === 'state' && event.state === 'training') run.pause();
        if (event.type === 'loss') {
          asked = true;
          run[command]();
        }
      });
      const report = await run.run();
      expect(report === null).toBe(command === 'stop');
    },
  );

  test('keeps no step for later when it is resumed', async () => {
    const { run, losses, enters } = session(await gpu(), {}, { paused: true });
    const paused = enters('paused');
    const ending = run.run();
    await paused;
    const training = enters('training');
    run.step();
    run.resume();
    await training;
    const held = enters('paused');
    run.pause();
    await held;
    expect(losses()).toHaveLength(1);
    run.stop();
    expect(await ending).toBeNull();
  });

  test('ends with nothing when it is stopped, paused or not', async () => {
    const held = session(await gpu(), {}, { paused: true });
    const paused = held.enters('paused');
    const ending = held.run.run();
    await paused;
    held.run.stop();
    expect(await ending).toBeNull();
    expect(held.events.at(-1)).toEqual({ type: 'state', state: 'stopped' });

    const running = session(await gpu());
    const training = running.enters('training');
    const stopping = running.run.run();
    await training;
    running.run.stop();
    expect(await stopping).toBeNull();
    expect(running.losses().length).toBeLessThan(STEPS);
    expect(running.events.some(({ type }) => type === 'report')).toBe(false);
  });
});

describe('a run that fails', () => {
  test('for its config, says so', async () => {
    const { run, events } = session(await gpu(), { bufferSize: 0 });
    await expect(run.run()).rejects.toThrow(ConfigError);
    expect(events.at(-1)).toEqual({ type: 'state', state: 'failed' });
  });

  test.each(['preparing', 'training', 'evaluating'] as const)(
    'with its device lost while %s',
    async (state) => {
      const device = await openAnother();
      const { run, events, onEvent } = session(device);
      onEvent((event) => {
        if (event.type === 'state' && event.state === state) device.device.destroy();
      });
      await expect(run.run()).rejects.toMatchObject({ name: 'RunFailure', kind: 'device-lost' });
      expect(events.at(-1)).toEqual({ type: 'state', state: 'failed' });
      expect(device.memory.bytesByKind()).toEqual({});
    },
  );
});
