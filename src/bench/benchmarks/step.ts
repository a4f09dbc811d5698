/**
 * Whole training steps of our engine: dense, which passes the parity gate first, and sparse variants of the same
 * network, timed in rounds. A ratio stands beside what the multiply-accumulates alone would give.
 */
import type { Gpu } from '../../gpu/device.ts';
import { tune } from '../../nn/convolution/tune.ts';
import type { VariantTable } from '../../nn/compile/variants.ts';
import { BATCH_COUNT, batchesOf } from '../batches.ts';
import { benchmark, type BenchContext } from '../benchmark.ts';
import { Account, metered } from '../meter.ts';
import { checkParity, type ParityResult } from '../parity.ts';
import { milliseconds, StepCounter } from '../rows.ts';
import { timeInRounds } from '../rounds.ts';
import { medianRatio, summarize } from '../statistics.ts';
import { startEngine, type EngineTraining } from '../stacks/palimpsest.ts';
import { variantsOf, type Variant } from '../variants.ts';
import { workloadOf, type Workload } from '../workloads.ts';
import { StepRowSchema, stepTable, type StepRow as Row } from './step-rows.ts';

const DEFAULT_WORKLOADS = ['w2'];
const WARM_UP = 3;

/** A variant that is ready to be timed. */
interface Ready {
  readonly variant: Variant;
  readonly training: EngineTraining;
  readonly counter: StepCounter;
  readonly firstMs: number;
  readonly parity: ParityResult | null;
  steps: number;
}

export const step = benchmark<Row>({
  name: 'step',
  line: 'whole training steps of this engine, dense and sparse',
  row: StepRowSchema,
  async run(context) {
    const { workloads } = context.options;
    const names = workloads.length > 0 ? workloads : DEFAULT_WORKLOADS;
    const rows: Row[] = [];
    for (const name of names) rows.push(...(await compare(workloadOf(name), context)));
    return rows;
  },
  table: stepTable,
});

async function compare(workload: Workload, context: BenchContext): Promise<Row[]> {
  const { options, say, openDevice } = context;
  const gpu = await openDevice();
  const batches = batchesOf(workload);
  try {
    const variants = variantsOf(workload, options);
    const tables = options.tune
      ? await tunedTables(gpu, variants, workload.batch, say)
      : new Map<Variant, VariantTable>();
    const ready: Ready[] = [];
    for (const variant of variants) {
      const account = new Account();
      const counter = new StepCounter(account);
      const start = performance.now();
      const training = await metered(account, () =>
        startEngine(gpu, workload, variant.build(), batches, tables.get(variant)),
      );
      const losses = [await metered(account, () => training.step(0))];
      const firstMs = performance.now() - start;
      say(`${workload.name}: ${variant.name}, first step after ${milliseconds(firstMs)}`);
      // Only dense weights have a reference; the others warm up.
      const gated = variant.sparsity === 0;
      const steps = gated ? Math.max(WARM_UP, workload.parity.steps) : WARM_UP;
      while (losses.length < steps) {
        losses.push(await metered(account, () => training.step(losses.length)));
      }
      const parity = gated ? checkParity(losses, workload.parity) : null;
      ready.push({ variant, training, counter, firstMs, parity, steps });
    }
    return await time(workload, ready, context);
  } finally {
    gpu.memory.releaseAll();
    gpu.device.destroy();
  }
}

/** The fastest kernels of each variant's network here. */
async function tunedTables(
  gpu: Gpu,
  variants: readonly Variant[],
  rows: number,
  say: BenchContext['say'],
): Promise<Map<Variant, VariantTable>> {
  const tables = new Map<Variant, VariantTable>();
  for (const variant of variants) {
    say(`${variant.name}: tuning`);
    const batches = [{ rows, backward: true, activations: 'f32' as const }];
    const { table } = await tune({ gpu, network: variant.build(), batches });
    tables.set(variant, table);
  }
  return tables;
}

async function time(
  workload: Workload,
  ready: readonly Ready[],
  { options, say }: BenchContext,
): Promise<Row[]> {
  const comparable = ready[0]?.parity?.passed ?? false;
  const timed = await timeInRounds(
    ready.map((state) => ({
      name: state.variant.name,
      rounds: comparable ? options.rounds : 0,
      step: () => {
        const { account } = state.counter;
        const index = state.steps++ % BATCH_COUNT;
        return metered(account, () => state.counter.count(() => state.training.step(index)));
      },
    })),
    (round, of) => {
      say(`${workload.name}: round ${round + 1} of ${of}`);
    },
  );
  const dense = ready[0]!;
  const base = timed.get(dense.variant.name)!.times;
  return ready.map(({ variant, training, counter, firstMs, parity }): Row => {
    const { times, failure } = timed.get(variant.name)!;
    const summary = summarize(times.filter((each) => each !== null));
    const speedUp = medianRatio(base, times);
    return {
      workload: workload.name,
      variant: variant.name,
      sparsity: variant.sparsity,
      macs: training.macs,
      denseMacs: dense.training.macs,
      bytes: training.bytes,
      firstMs,
      ...(parity && { parity }),
      ...(failure !== undefined && { failure }),
      rounds: [...times],
      ...(summary && { step: summary, usage: counter.usage() }),
      ...(speedUp !== null && { speedUp }),
    };
  });
}
