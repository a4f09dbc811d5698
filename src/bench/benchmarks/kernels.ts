/**
 * One layer's three passes, dense and block-sparse, layer by layer and summed over a set of layers. What is
 * ideal is by achieved density: a tenth of the multiply-accumulates in a tenth of the dense kernel's time.
 */
import * as v from 'valibot';
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import { blockLayout } from '../../sparse/layouts/block/layout.ts';
import { benchmark, type BenchContext, type BenchOptions } from '../benchmark.ts';
import { benchLayer, PASSES, type LayerResult, type LayerVariant } from '../kernels/layer-bench.ts';
import { LAYER_SETS, type LayerCase, type LayerSet } from '../kernels/layer-cases.ts';
import { skewedLists } from '../kernels/skewed-mask.ts';
import { digits } from '../rows.ts';
import { median, medianRatio } from '../statistics.ts';
import { textTable } from '../text-table.ts';
import { blockShapeOf } from '../variants.ts';

/** The first run of a pipeline pays for what drivers leave until then; the second says how often to repeat. */
const WARM_UP = 2;
/** At which sparsity a mask with skewed rows is timed besides the random one. */
const SKEWED_AT = 0.9;

const RowSchema = v.strictObject({
  set: v.string(),
  /** `all layers` for the sums of a set. */
  layer: v.string(),
  variant: v.string(),
  pass: v.picklist(PASSES),
  /** Executed multiply-accumulates over dense ones. */
  density: v.number(),
  /** Median milliseconds of the pass. */
  ms: v.number(),
  /** Executed GFLOP/s at that time. */
  gflops: v.number(),
  /** Dense time over this one, the median of the rounds' ratios. */
  speedUp: v.number(),
  /** The speed-up over what the density alone would give. */
  ofIdeal: v.number(),
});

type Row = v.InferOutput<typeof RowSchema>;

export const kernels = benchmark<Row>({
  name: 'kernels',
  line: 'one layer forward and backward, block-sparse against dense',
  row: RowSchema,
  async run(context) {
    const gpu = await context.openDevice();
    try {
      const rows: Row[] = [];
      for (const set of chosenSets(context.options)) {
        const results: LayerResult[] = [];
        for (const layer of set.layers) {
          context.say(`${set.name}: ${layer.name}`);
          const variants = variantsOf(layer, context);
          const { rounds, tune } = context.options;
          const timing = { warmUp: WARM_UP, rounds, tuned: tune };
          results.push(await benchLayer(gpu, layer, variants, timing));
        }
        rows.push(...results.flatMap((result) => rowsOf(set, result.layer, [result])));
        rows.push(...rowsOf(set, 'all layers', results));
      }
      return rows;
    } finally {
      gpu.device.destroy();
    }
  },
  table: (rows) =>
    LAYER_SETS.filter(({ name }) => rows.some(({ set }) => set === name))
      .map(({ name, title }) => `${title}\n\n${tableOf(rows.filter(({ set }) => set === name))}`)
      .join('\n'),
});

function chosenSets({ layers }: BenchOptions): readonly LayerSet[] {
  const unknown = layers.find((name) => !LAYER_SETS.some((set) => set.name === name));
  if (unknown !== undefined) {
    const known = LAYER_SETS.map(({ name }) => name).join(', ');
    throw new RangeError(`${unknown}: there are no such layers; there are ${known}`);
  }
  return LAYER_SETS.filter(({ name }) => layers.length === 0 || layers.includes(name));
}

function variantsOf({ shape }: LayerCase, { options }: BenchContext): LayerVariant[] {
  const sparse = options.blocks.flatMap((name) => {
    const block = blockShapeOf(name);
    return options.sparsities.flatMap((sparsity): LayerVariant[] => {
      const layout = blockLayout({ ...block, sparsity });
      const random = { name: `${name} at ${sparsity}`, layout };
      if (sparsity !== SKEWED_AT) return [random];
      const lists = skewedLists(shape, block, sparsity);
      return [random, { name: `${random.name}, skewed`, layout, lists }];
    });
  });
  return [{ name: 'dense', layout: denseLayout }, ...sparse];
}

/** The rows of one layer, or of several as if they were one. */
function rowsOf(set: LayerSet, layer: string, results: readonly LayerResult[]): Row[] {
  const macs = sum(results.map((result) => result.macs));
  const variants = results[0]!.times.map(({ variant }) => variant);
  return variants.flatMap((variant, i) =>
    PASSES.map((pass): Row => {
      const timesOf = (which: number): number[] => {
        const each = results.map(({ times }) => times[which]!.ms[pass]);
        return each[0]!.map((_, round) => sum(each.map((times) => times[round]!)));
      };
      const times = timesOf(i);
      const executed = sum(results.map((result) => result.macs * result.times[i]!.density));
      const speedUp = medianRatio(timesOf(0), times)!;
      const ms = median(times);
      return {
        set: set.name,
        layer,
        variant,
        pass,
        density: executed / macs,
        ms,
        gflops: (2 * executed) / ms / 1e6,
        speedUp,
        ofIdeal: (speedUp * executed) / macs,
      };
    }),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** A line a layer and variant; for each pass the milliseconds, the speed-up and the share of the ideal. */
function tableOf(rows: readonly Row[]): string {
  const lines = rows.filter(({ pass }) => pass === PASSES[0]);
  return textTable(
    [
      'layer',
      'weights',
      'density',
      ...PASSES.flatMap((pass) => [pass, 'GFLOP/s', '×', 'of ideal']),
    ],
    lines.map(({ layer, variant, density }) => [
      layer,
      variant,
      digits(density),
      ...PASSES.flatMap((pass) => {
        const row = rows.find(
          (each) => each.layer === layer && each.variant === variant && each.pass === pass,
        )!;
        return [
          `${digits(row.ms)} ms`,
          digits(row.gflops),
          digits(row.speedUp),
          `${Math.round(100 * row.ofIdeal)} %`,
        ];
      }),
    ]),
  );
}
