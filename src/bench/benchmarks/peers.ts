/**
 * Ours beside the other live trainers of a browser: the same networks from the same weights on the same
 * batches, losses compared first, then whole steps timed in rounds.
 */
import { BATCH_COUNT, batchesOf, type Batch } from '../batches.ts';
import { benchmark, type BenchContext } from '../benchmark.ts';
import { Account, metered } from '../meter.ts';
import { checkParity, type ParityResult } from '../parity.ts';
import { error, milliseconds, StepCounter } from '../rows.ts';
import { timeInRounds } from '../rounds.ts';
import { medianRatio, summarize } from '../statistics.ts';
import { STACKS } from '../stacks/registry.ts';
import { Unsupported, type LoadedStack, type Stack, type Training } from '../stacks/stack.ts';
import { workloadOf, WORKLOADS, type Workload } from '../workloads.ts';
import { PeersRowSchema, peersTable, type PeersRow as Row } from './peers-rows.ts';

/** A stack whose step takes longer is compared over fewer steps and timed over fewer rounds. */
const SLOW_MS = 30_000;
const SLOW_STEPS = 3;

/** A stack that has passed the gate and is ready to be timed. */
interface Ready {
  readonly training: Training;
  readonly loaded: LoadedStack;
  readonly counter: StepCounter;
  readonly row: Omit<Row, 'status'>;
  /** Steps made so far. */
  steps: number;
  readonly rounds: number;
}

export const peers = benchmark<Row>({
  name: 'peers',
  line: 'whole training steps of this engine, jax-js and TensorFlow.js, side by side',
  row: PeersRowSchema,
  async run(context) {
    const { options } = context;
    const workloads = options.workloads.length > 0 ? options.workloads.map(workloadOf) : WORKLOADS;
    const stacks = chosenStacks(options.stacks);
    const rows: Row[] = [];
    for (const workload of workloads) rows.push(...(await compare(workload, stacks, context)));
    return rows;
  },
  table: peersTable,
});

/** Ours is always among them: ratios are to it. */
function chosenStacks(names: readonly string[]): readonly Stack[] {
  const unknown = names.find((name) => !STACKS.some((stack) => stack.name === name));
  if (unknown !== undefined) {
    const known = STACKS.map(({ name }) => name).join(', ');
    throw new RangeError(`${unknown}: there is no such stack; there are ${known}`);
  }
  if (names.length === 0) return STACKS;
  return STACKS.filter(({ name }, i) => i === 0 || names.includes(name));
}

async function compare(
  workload: Workload,
  stacks: readonly Stack[],
  context: BenchContext,
): Promise<Row[]> {
  const { say } = context;
  const batches = batchesOf(workload);
  const rows = new Map<Stack, Row>();
  const ready = new Map<Stack, Ready>();
  for (const stack of stacks) {
    say(`${workload.name}: ${stack.name}, from the initial weights`);
    const outcome = await prepare(stack, workload, batches, context);
    if ('training' in outcome) ready.set(stack, outcome);
    else rows.set(stack, outcome);
  }
  const timed = await timeInRounds(
    [...ready].map(([{ name }, state]) => ({
      name,
      rounds: state.rounds,
      step: () => countedStep(state),
    })),
    (round, of) => {
      say(`${workload.name}: round ${round + 1} of ${of}`);
    },
  );
  const ours = timed.get(stacks[0]!.name)?.times ?? [];
  for (const [stack, { row, counter, training, loaded }] of ready) {
    const { times, failure } = timed.get(stack.name)!;
    const step = summarize(times.filter((time) => time !== null));
    const ratio = medianRatio(times, ours);
    rows.set(stack, {
      ...row,
      status: failure === undefined ? 'timed' : 'failed',
      ...(failure !== undefined && { reason: failure }),
      rounds: [...times],
      ...(step && { step }),
      ...(ratio !== null && { ratio }),
      ...(stack.webgpu && step && { usage: counter.usage() }),
    });
    finish(training, loaded);
  }
  return stacks.map((stack) => rows.get(stack)!);
}

/** Loads a stack, makes the steps of the gate, which are its warm-up too, and says how far it came. */
async function prepare(
  stack: Stack,
  workload: Workload,
  batches: readonly Batch[],
  context: BenchContext,
): Promise<Ready | Row> {
  const { say, options } = context;
  const row = { workload: workload.name, stack: stack.name };
  const account = new Account();
  let loaded: LoadedStack | undefined;
  let training: Training | undefined;
  try {
    const opened = (loaded = await metered(account, () => stack.load(context)));
    const losses: number[] = [];
    const start = performance.now();
    const started = (training = await metered(account, () => opened.start(workload, batches)));
    const next = async () => {
      const from = performance.now();
      losses.push(await metered(account, () => started.step(losses.length)));
      return performance.now() - from;
    };
    await next();
    const firstMs = performance.now() - start;
    say(`${workload.name}: ${stack.name}, first step after ${milliseconds(firstMs)}`);
    let slow = false;
    for (let of = workload.parity.steps; losses.length < of;) {
      const ms = await next();
      if (losses.length === 2) say(`${workload.name}: ${stack.name}, ${milliseconds(ms)} a step`);
      slow = ms > SLOW_MS;
      if (slow) of = SLOW_STEPS;
    }
    const parity = checkParity(losses, workload.parity);
    if (!parity.passed) {
      finish(training, loaded);
      return { ...row, status: 'not comparable', reason: parityReason(parity), parity, firstMs };
    }
    return {
      training,
      loaded,
      counter: new StepCounter(account),
      row: { ...row, parity, firstMs },
      steps: losses.length,
      rounds: slow ? Math.min(SLOW_STEPS, options.rounds) : options.rounds,
    };
  } catch (reason) {
    finish(training, loaded);
    const status = reason instanceof Unsupported ? 'unavailable' : 'failed';
    return { ...row, status, reason: reason instanceof Error ? reason.message : String(reason) };
  }
}

const countedStep = (state: Ready): Promise<number> => {
  const { account } = state.counter;
  const index = state.steps++ % BATCH_COUNT;
  return metered(account, () => state.counter.count(() => state.training.step(index)));
};

/** A stack that failed may fail again when it is put away; its row says why already. */
function finish(training: Training | undefined, loaded: LoadedStack | undefined): void {
  try {
    training?.end();
    loaded?.close();
  } catch {
    return;
  }
}

const parityReason = ({ steps, worst, tolerance }: ParityResult): string =>
  `A loss of its first ${steps} steps is off by ${error(worst)}; ${error(tolerance)} is allowed.`;
