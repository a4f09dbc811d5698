/**
 * One exact top-k over as many gradients as ResNet-18 of width 64 has weights, beside that network's dense
 * training step: what choosing a mask costs a run that does it now and then.
 */
import * as v from 'valibot';
import { hashUniform } from '../../gpu/rng.ts';
import { Submitter } from '../../gpu/submitter.ts';
import type { Gpu } from '../../gpu/device.ts';
import { ActivationPool } from '../../nn/compile/activation-pool.ts';
import { Emitter } from '../../nn/compile/emitter.ts';
import { buildModel } from '../../nn/models/registry.ts';
import { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import { StepUniform } from '../../nn/compile/step.ts';
import { emitTopK } from '../../sparse/select/top-k.ts';
import { TopKTable, type Segment } from '../../sparse/select/top-k-table.ts';
import { BATCH_COUNT, batchesOf } from '../batches.ts';
import { benchmark } from '../benchmark.ts';
import { milliseconds, SummarySchema } from '../rows.ts';
import { timeInRounds } from '../rounds.ts';
import { medianRatio, summarize } from '../statistics.ts';
import { startEngine } from '../stacks/palimpsest.ts';
import { textTable } from '../text-table.ts';
import { CLASSES, workloadOf } from '../workloads.ts';

const WIDTH = 64;
/** Share of the entries that is selected. */
const SHARE = 0.1;

const RowSchema = v.strictObject({
  what: v.string(),
  /** Values that are selected from; 0 for the step. */
  entries: v.number(),
  time: SummarySchema,
  /** Of the dense step, the median of the rounds' ratios. */
  ofStep: v.number(),
});

type Row = v.InferOutput<typeof RowSchema>;

export const select = benchmark<Row>({
  name: 'select',
  line: 'an exact top-k over the gradients of ResNet-18 of width 64, beside its dense step',
  row: RowSchema,
  async run({ options, say, openDevice }) {
    const gpu = await openDevice();
    const workload = { ...workloadOf('w2'), build: () => buildModel('resnet18', WIDTH, CLASSES) };
    const network = workload.build();
    const training = await startEngine(gpu, workload, network, batchesOf(workload));
    const { perLayer, wholeNet, entries } = await selections(gpu);
    for (const warmUp of [() => training.step(0), perLayer, wholeNet]) await warmUp();
    let steps = 1;
    const timed = await timeInRounds(
      [
        { name: 'dense step', step: () => training.step(steps++ % BATCH_COUNT) },
        { name: 'top-k of each layer', step: perLayer },
        { name: 'top-k of the whole net', step: wholeNet },
      ].map((contender) => ({ ...contender, rounds: options.rounds })),
      (round, of) => {
        say(`round ${round + 1} of ${of}`);
      },
    );
    const base = timed.get('dense step')!.times;
    gpu.memory.releaseAll();
    gpu.device.destroy();
    return [...timed].map(([what, { times }]): Row => ({
      what,
      entries: what === 'dense step' ? 0 : entries,
      time: summarize(times.filter((time) => time !== null))!,
      ofStep: medianRatio(times, base)!,
    }));
  },
  table: (rows) =>
    textTable(
      ['', 'entries', 'median', 'min', 'rounds', 'of the step'],
      rows.map(({ what, entries, time, ofStep }) => [
        what,
        entries > 0 ? String(entries) : '',
        milliseconds(time.median),
        milliseconds(time.min),
        String(time.count),
        `${(100 * ofStep).toPrecision(3)} %`,
      ]),
    ),
});

/** Two plans over an arena of Gaussian values, laid out as the network's weights are. */
async function selections(gpu: Gpu) {
  const network = buildModel('resnet18', WIDTH, CLASSES);
  const store = new ParameterStore(gpu, network, 'sgd');
  const segments: Segment[] = network.layers
    .flatMap(({ parameters }) => parameters)
    .filter(({ role }) => role === 'matrix')
    .map(({ name, storage }) => ({ at: store.at(name), length: storage }));
  const values = new Float32Array(store.floats);
  for (let i = 0; i < values.length; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - hashUniform(1, 2, i)));
    values[i] = radius * Math.cos(2 * Math.PI * hashUniform(1, 3, i));
  }
  gpu.device.queue.writeBuffer(store.gradients, 0, values);
  const run = async (label: string, groups: Segment[][]) => {
    const table = new TopKTable(gpu, label, groups);
    table.setCounts(
      groups.map((group) => Math.round(SHARE * group.reduce((sum, { length }) => sum + length, 0))),
    );
    const rows = [{ start: 0, padded: 4 }];
    const step = new StepUniform(gpu, label, rows);
    const emit = new Emitter({ norms: 'batch', rows: 4, groups: rows, store, step: step.buffer });
    const bitmap = emit.scratch(`${label} bitmap`, table.words * 4);
    emitTopK(emit, { label, table, values: store.gradients, bitmap });
    const { plan } = await emit.finish(gpu, label, new ActivationPool(gpu));
    const submitter = new Submitter(gpu, plan);
    return async () => {
      await submitter.run();
      await submitter.idle();
    };
  };
  return {
    entries: segments.reduce((sum, { length }) => sum + length, 0),
    perLayer: await run(
      'top-k of each layer',
      segments.map((segment) => [segment]),
    ),
    wholeNet: await run('top-k of the whole net', [segments]),
  };
}
