/**
 * What a run leaves behind. Everything outside `timing` follows from config, adapter and build alone:
 * the same run gives the same bytes.
 */
import * as v from 'valibot';
import { ConfigSchema } from '../config/config.ts';

const numbers = v.array(v.number());
const matrix = v.array(numbers);

const MetricsSchema = v.strictObject({
  /** mean_j R[T−1][j] */
  finalAccuracy: v.number(),
  /** Mean over i of the mean accuracy on the tasks seen after task i. */
  anytimeAccuracy: v.number(),
  /** mean_{i<T−1} (max_{k≥i} R[k][i] − R[T−1][i]); null for a single task. */
  forgetting: v.nullable(v.number()),
  /** mean_{i<T−1} (R[T−1][i] − R[i][i]); null for a single task. */
  backwardTransfer: v.nullable(v.number()),
  /** mean_{i≥1} (R[i−1][i] − accuracy before any training); null for a single task. */
  forwardTransfer: v.nullable(v.number()),
});

const ScenarioSchema = v.strictObject({
  /** Accuracy on every task before any training. */
  untrained: numbers,
  /** R[i][j]: accuracy on task j after task i, in [0, 1]. */
  matrix,
  metrics: MetricsSchema,
});

const LineSchema = v.strictObject({
  dispatches: v.number(),
  /** Multiply-accumulates executed, taps outside the image included; what dense layers would have made. */
  macs: v.number(),
  denseMacs: v.number(),
  /** Those of `macs` at taps outside the image: counted by convention, never executed. */
  outsideMacs: v.number(),
  /** Compulsory traffic: every range of a buffer that a dispatch touches, once a dispatch. */
  bytesRead: v.number(),
  bytesWritten: v.number(),
});

const LedgerSchema = v.strictObject({
  kinds: v.strictObject({
    forward: LineSchema,
    'input-gradient': LineSchema,
    'weight-gradient': LineSchema,
    update: LineSchema,
    select: LineSchema,
    other: LineSchema,
  }),
  /** All of them: every pass of every row. */
  all: LineSchema,
  /** As published tables count: replayed rows pay their forward pass alone. */
  published: v.strictObject({ macs: v.number(), denseMacs: v.number() }),
});

export const ReportSchema = v.strictObject({
  schema: v.literal('palimpsest-report/1'),
  config: ConfigSchema,
  data: v.strictObject({
    name: v.string(),
    title: v.string(),
    classes: v.array(v.array(v.string())),
  }),
  adapter: v.strictObject({
    vendor: v.string(),
    architecture: v.string(),
    description: v.string(),
    software: v.boolean(),
    features: v.array(v.string()),
  }),
  model: v.strictObject({
    /** Trainable numbers that the model writes down, and those of them that exist. */
    parameters: v.number(),
    liveParameters: v.number(),
    /** The one over the other. */
    density: v.number(),
    macsPerStep: v.number(),
    /** Layers with a matrix of weights: how it is stored, its entries and the live ones. */
    layers: v.array(
      v.strictObject({
        name: v.string(),
        layout: v.string(),
        weights: v.number(),
        live: v.number(),
      }),
    ),
  }),
  /** Kernel variant by shape class (`src/nn/compile/variants.ts`); the default does what is not named. */
  variants: v.record(v.string(), v.string()),
  classIncremental: ScenarioSchema,
  taskIncremental: ScenarioSchema,
  /** What the head alone gives, where a strategy classifies by something else (iCaRL). */
  head: v.optional(
    v.strictObject({ classIncremental: ScenarioSchema, taskIncremental: ScenarioSchema }),
  ),
  /** Every change of the mask, in order. */
  masks: v.array(
    v.strictObject({
      task: v.number(),
      /** The step of the task that it came before. */
      step: v.number(),
      /** Share of the weights of sparse layers that live afterwards. */
      density: v.number(),
      layers: v.array(
        v.strictObject({
          name: v.string(),
          /** Units of the layer, live ones after the change; those that went and those that came. */
          units: v.number(),
          live: v.number(),
          dropped: v.number(),
          grown: v.number(),
        }),
      ),
    }),
  ),
  /** Every removal of images from a task. */
  removals: v.array(
    v.strictObject({
      task: v.number(),
      epoch: v.number(),
      score: v.string(),
      removed: v.number(),
      kept: v.number(),
    }),
  ),
  /** Mean training loss and share of current images classified rightly: per task, per epoch. */
  lossByEpoch: matrix,
  accuracyByEpoch: matrix,
  /** Loss of every step, in order. */
  loss: numbers,
  steps: v.number(),
  /** Of one training step, replay included. */
  dispatchesPerStep: v.number(),
  buffersCreatedPerStep: v.number(),
  peakGpuBytes: v.number(),
  gpuBytesByKind: v.record(v.string(), v.number()),
  /** Weights, gradients, optimiser state, index lists, activations and workspace among these. */
  trainingBytes: v.number(),
  /** What a step and the run executed and moved, by kind of dispatch. */
  ledger: v.strictObject({ step: LedgerSchema, run: LedgerSchema }),
  timing: v.strictObject({
    startedAt: v.string(),
    totalSeconds: v.number(),
    trainSeconds: v.number(),
    prepareSeconds: v.number(),
    millisecondsPerStep: v.number(),
    imagesPerSecond: v.number(),
    submitsPerStep: v.number(),
  }),
});

export type Report = v.InferOutput<typeof ReportSchema>;
export type Metrics = v.InferOutput<typeof MetricsSchema>;
