/**
 * How runs of a plan are cut into submits: one a run where that is quick, several where it is slow, never
 * more than two in flight, and the same numbers either way. The clock is faked: each submit takes what the
 * test says.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeEntry } from '../../src/gpu/plan.ts';
import { Submitter } from '../../src/gpu/submitter.ts';
import { GraphBuilder } from '../../src/nn/graph.ts';
import { tensor } from '../../src/nn/tensor.ts';
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

/** Watches the queue from here to the end of a test; by the faked clock a submit takes `pace` ms. */
async function watch(pace: number) {
  const { queue } = (await gpu()).device;
  const submit = queue.submit.bind(queue);
  const done = queue.onSubmittedWorkDone.bind(queue);
  /** `inFlight` are submits whose end nobody has been told of; `most` is the most of them so far. */
  const seen = { submits: 0, inFlight: 0, most: 0 };
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.spyOn(queue, 'submit').mockImplementation((buffers) => {
    now += pace;
    seen.submits++;
    seen.most = Math.max(seen.most, ++seen.inFlight);
    submit(buffers);
    return undefined;
  });
  vi.spyOn(queue, 'onSubmittedWorkDone').mockImplementation(async () => {
    await done();
    seen.inFlight = Math.max(0, seen.inFlight - 1);
    return undefined;
  });
  return seen;
}

afterEach(async () => {
  vi.restoreAllMocks();
  await noErrors();
  (await gpu()).memory.releaseAll();
});

describe('the submits of a run', () => {
  test.each([
    { about: 'quick: one', pace: 20, submits: 1 },
    { about: 'slow: as many pieces together as stay under 150 ms', pace: 60, submits: 3 },
    { about: 'slower: one a piece', pace: 120, submits: PIECES },
  ])('$about', async ({ pace, submits }) => {
    const device = await gpu();
    const { plan, write, read } = await chain();
    write(1);
    const seen = await watch(pace);
    const submitter = new Submitter(device, plan);
    const perRun: number[] = [];
    for (let run = 0; run < 4; run++) {
      const before = seen.submits;
      await submitter.run();
      perRun.push(seen.submits - before);
      // What is read below must come from the last run alone.
      if (run === 2) write(2);
    }
    await submitter.idle();
    // The first two are timed piece by piece.
    expect(perRun).toEqual([PIECES, PIECES, submits, submits]);
    expect(submitter).toMatchObject({
      submits: seen.submits,
      submitsPerRun: submits,
      stepMs: PIECES * pace,
      runs: 4,
    });
    expect(seen.most).toBeLessThanOrEqual(2);
    expect(seen.inFlight).toBe(0);
    const values = await read();

    const encoder = device.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const entry of plan.entries) encodeEntry(pass, entry);
    pass.end();
    device.device.queue.submit([encoder.finish()]);
    expect(firstDifference(values, await read())).toBe(-1);
  });
});

test('one submit is in flight while a plan is timed, two afterwards', async () => {
  const { plan, write } = await chain();
  write(1);
  const seen = await watch(120);
  const submitter = new Submitter(await gpu(), plan);
  await submitter.run();
  await submitter.run();
  expect(seen.most).toBe(1);
  await submitter.run();
  expect(seen.most).toBe(2);
  await submitter.idle();
  expect(seen.inFlight).toBe(0);
});
