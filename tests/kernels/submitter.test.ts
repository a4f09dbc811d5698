/**
 * How runs of a plan are cut into submits: one a run where that is quick, several where it is slow, never
 * more than two in flight, and the same numbers either way. The clock is faked: each submit takes what the
 * test says.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeEntry } from '../../src/gpu/plan.ts';
import { Submitter } from '../../src/gpu/submitter.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import { one } from './batch.ts';
import { firstDifference, gpu, noErrors, readWords } from './engine.ts';
import { areaOf, frame, networkOf } from './frame.ts';

const ROWS = 32;
/**
 * What the chain below is cut into to be timed: a piece has at most 64 MMAC and 24 dispatches, so a
 * convolution of 75 MMAC is two, and additions fill the second and four more.
 */
const PIECES = 6;
const ADDITIONS = 23 + 4 * 24;

/** A convolution, and its output added to itself again and again: an addition left out would show. */
async function chain() {
  const x = tensor('x', 128, 16, 16);
  const graph = new GraphBuilder(1, 1, 1);
  const first = convolution(graph, 'conv', x, 8);
  let y = first;
  for (let i = 0; i < ADDITIONS; i++) y = add(graph, `add${i}`, y, first);
  const framed = await frame(networkOf(y, graph.layers), one(ROWS));
  for (const layer of graph.layers) layer.forward(framed.emit);
  const { plan, buffer, write } = await framed.plan();
  return {
    plan,
    write: (seed: number) => {
      write(framed.emit.value(x), uniformTensor(seed, ROLE_STREAM.x, areaOf(x) * ROWS));
    },
    read: () => readWords(framed.device, buffer(framed.emit.value(y))),
  };
}

/** A faked clock, in milliseconds: what a submit takes, and what it takes to be told of an end. */
interface Pace {
  submit: number;
  latency?: number;
}

/** Watches the queue from here to the end of a test, which goes by the faked clock. */
async function watch(pace: Pace) {
  const { queue } = (await gpu()).device;
  const submit = queue.submit.bind(queue);
  const done = queue.onSubmittedWorkDone.bind(queue);
  let now = 0;
  /** Submits so far, those whose end somebody was told of, and the most that were under way. */
  const seen = { submits: 0, told: 0, most: 0 };
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.spyOn(queue, 'submit').mockImplementation((buffers) => {
    now += pace.submit;
    seen.submits++;
    seen.most = Math.max(seen.most, seen.submits - seen.told);
    submit(buffers);
    return undefined;
  });
  vi.spyOn(queue, 'onSubmittedWorkDone').mockImplementation(async () => {
    const asked = seen.submits;
    await done();
    now += pace.latency ?? 0;
    seen.told = Math.max(seen.told, asked);
    return undefined;
  });
  return seen;
}

/** Submits of each of the next `count` runs. */
async function submitsOf(submitter: Submitter, count: number): Promise<number[]> {
  const submits: number[] = [];
  for (let run = 0; run < count; run++) {
    const before = submitter.submits;
    await submitter.run();
    submits.push(submitter.submits - before);
  }
  return submits;
}

afterEach(async () => {
  vi.restoreAllMocks();
  await noErrors();
  (await gpu()).memory.releaseAll();
});

describe('the submits of a run', () => {
  test.each([
    { about: 'quick: one', pace: { submit: 30 }, submits: 1 },
    { about: 'slow: as many as stay under 150 ms', pace: { submit: 60 }, submits: 3 },
    { about: 'slower: one a piece', pace: { submit: 120 }, submits: PIECES },
    { about: 'quick on a slow queue: one', pace: { submit: 30, latency: 40 }, submits: 1 },
  ])('$about', async ({ pace, submits }) => {
    const device = await gpu();
    const { plan, write, read } = await chain();
    write(1);
    const seen = await watch(pace);
    const submitter = new Submitter(device, plan);
    // The first two runs are timed piece by piece.
    expect(await submitsOf(submitter, 3)).toEqual([PIECES, PIECES, submits]);
    // What is read below must come from the last run alone.
    write(2);
    expect(await submitsOf(submitter, 1)).toEqual([submits]);
    await submitter.idle();
    expect(submitter).toMatchObject({
      submits: seen.submits,
      submitsPerRun: submits,
      stepMs: PIECES * pace.submit,
      runs: 4,
    });
    expect(seen.most).toBeLessThanOrEqual(2);
    expect(seen.told).toBe(seen.submits);
    const values = await read();

    const encoder = device.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const entry of plan.entries) encodeEntry(pass, entry);
    pass.end();
    device.device.queue.submit([encoder.finish()]);
    expect(firstDifference(values, await read())).toBe(-1);
  });
});

test('pieces that are quick make room for larger ones', async () => {
  const { plan, write, read } = await chain();
  write(1);
  await watch({ submit: 10 });
  const submitter = new Submitter(await gpu(), plan);
  // Half the convolution; the other half and 47 additions, twice as many dispatches; the rest. Then all.
  expect(await submitsOf(submitter, 1)).toEqual([3]);
  const pieces = await read();
  expect(await submitsOf(submitter, 2)).toEqual([1, 1]);
  await submitter.idle();
  expect(firstDifference(pieces, await read())).toBe(-1);
  expect(submitter.stepMs).toBe(10);
});

test('pieces that take long make room for less', async () => {
  const { plan, write } = await chain();
  write(1);
  const pace = { submit: 10 };
  await watch(pace);
  const submitter = new Submitter(await gpu(), plan);
  await submitsOf(submitter, 2);
  pace.submit = 120;
  const counts: number[] = [];
  for (let run = 0; run < 6; run++) {
    submitter.remeasure();
    counts.push(...(await submitsOf(submitter, 1)));
  }
  // Half as much with each, down to the size of a first piece.
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts[0]).toBe(1);
  expect(counts.at(-1)).toBe(PIECES);
});

test('a run is timed anew when that is asked for', async () => {
  const { plan, write } = await chain();
  write(1);
  const pace = { submit: 120 };
  await watch(pace);
  const submitter = new Submitter(await gpu(), plan);
  expect(await submitsOf(submitter, 3)).toEqual([PIECES, PIECES, PIECES]);
  pace.submit = 30;
  expect(await submitsOf(submitter, 1)).toEqual([PIECES]);
  submitter.remeasure();
  expect(await submitsOf(submitter, 3)).toEqual([PIECES, 1, 1]);
});

test('a mean that allows one submit a run is believed, another is not', async () => {
  const { plan, write } = await chain();
  write(1);
  const pace = { submit: 120 };
  await watch(pace);
  const submitter = new Submitter(await gpu(), plan);
  expect(await submitsOf(submitter, 3)).toEqual([PIECES, PIECES, PIECES]);
  submitter.remeasure(201);
  expect(await submitsOf(submitter, 2)).toEqual([PIECES, PIECES]);
  submitter.remeasure(199);
  expect(await submitsOf(submitter, 2)).toEqual([1, 1]);
  expect(submitter.stepMs).toBe(199);
});

test('one submit is in flight while a plan is timed, two afterwards', async () => {
  const { plan, write } = await chain();
  write(1);
  const seen = await watch({ submit: 120 });
  const submitter = new Submitter(await gpu(), plan);
  await submitsOf(submitter, 2);
  expect(seen.most).toBe(1);
  await submitsOf(submitter, 1);
  expect(seen.most).toBe(2);
  await submitter.idle();
  expect(seen.told).toBe(seen.submits);
});
