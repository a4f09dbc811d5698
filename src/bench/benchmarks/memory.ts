/**
 * Bytes of a training step by kind: ResNet-18 of width 64 under DER++ with groups in sequence, dense and at the
 * chosen sparsities, values kept as float32 and as halves. Counted by the allocator; no clock is asked.
 */
import * as v from 'valibot';
import { trainingBytes } from '../../lab/report/ledger.ts';
import { buildModel } from '../../nn/models/registry.ts';
import { benchmark, type BenchOptions } from '../benchmark.ts';
import { countMemory } from '../memory.ts';
import { digits } from '../rows.ts';
import { textTable } from '../text-table.ts';
import { variantsOf } from '../variants.ts';
import { CLASSES, workloadOf, type Workload } from '../workloads.ts';

const RowSchema = v.strictObject({
  variant: v.string(),
  sparsity: v.number(),
  activations: v.picklist(['f32', 'f16']),
  bytesByKind: v.record(v.string(), v.number()),
  /** Weights, gradients, optimiser state, indices, activations and workspace. */
  trainingBytes: v.number(),
});

type Row = v.InferOutput<typeof RowSchema>;

export const memory = benchmark<Row>({
  name: 'memory',
  line: 'bytes of a training step by kind, ResNet-18 of width 64 under DER++',
  row: RowSchema,
  async run({ options, openDevice }) {
    const { device } = await openDevice();
    const rows = countAll(options, device.limits);
    device.destroy();
    return rows;
  },
  table: (rows) => {
    const kinds = [...new Set(rows.flatMap(({ bytesByKind }) => Object.keys(bytesByKind)))];
    const megabytes = (bytes: number) => digits(bytes / 1e6);
    return textTable(
      ['MB', 'values', 'training', ...kinds],
      rows.map((row) => [
        row.variant,
        row.activations,
        megabytes(row.trainingBytes),
        ...kinds.map((kind) => megabytes(row.bytesByKind[kind] ?? 0)),
      ]),
    );
  },
});

/** The network of the published figures; only GPUs train it in a reasonable time. */
const wide: Workload = {
  ...workloadOf('w2'),
  name: 'w3',
  title: 'W3, ResNet-18 of width 64 with batch norm, batch 32',
  build: (layoutFor) => buildModel('resnet18', 64, CLASSES, layoutFor),
};

function countAll(options: BenchOptions, limits: GPUSupportedLimits): Row[] {
  return variantsOf(wide, options).flatMap(({ name, sparsity, build }) =>
    (['f32', 'f16'] as const).map((activations): Row => {
      const lean = { activations, recompute: true, sequenced: true };
      const bytesByKind = countMemory(build(), wide.batch, lean, limits);
      const training = trainingBytes(bytesByKind);
      return { variant: name, sparsity, activations, bytesByKind, trainingBytes: training };
    }),
  );
}
