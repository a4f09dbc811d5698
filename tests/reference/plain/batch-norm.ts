/**
 * The plain reference of batch normalisation in float64, with statistics per group of rows and an
 * optional residual and ReLU behind it: y = relu(norm(x) + residual). Source: Ioffe and Szegedy, *Batch
 * Normalization*, 2015, with PyTorch's conventions: the biased variance normalises, the unbiased one
 * enters the running statistics.
 */

/** PyTorch's defaults, which every net here keeps. */
export const NORM_EPSILON = 1e-5;
export const NORM_MOMENTUM = 0.1;

export interface NormShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** `capacity` rows of the batch, in order; the first `live` of them count, the rest is padding. */
export interface NormGroup {
  readonly capacity: number;
  readonly live: number;
}

export interface NormParameters {
  /** [C] */
  readonly gamma: ArrayLike<number>;
  /** [C] */
  readonly beta: ArrayLike<number>;
}

export interface RunningStatistics {
  /** [C] */
  readonly mean: ArrayLike<number>;
  /** [C] */
  readonly variance: ArrayLike<number>;
}

/** What follows the norm in the same kernel. `residual` is [N][C][H][W]. */
export interface NormEpilogue {
  readonly residual?: ArrayLike<number>;
  readonly relu?: boolean;
}

/** Offsets of the H·W values of one channel, for each live row of each group that has any. */
function livePlanes(shape: NormShape, groups: readonly NormGroup[], channel: number): number[][] {
  const area = shape.height * shape.width;
  const planes: number[][] = [];
  let first = 0;
  for (const { capacity, live } of groups) {
    if (live < 0 || live > capacity) {
      throw new RangeError(`a group of ${capacity} rows cannot have ${live} live`);
    }
    if (live > 0) {
      planes.push(
        Array.from({ length: live }, (_, n) => ((first + n) * shape.channels + channel) * area),
      );
    }
    first += capacity;
  }
  return planes;
}

/** Count, mean and biased variance of `area` values at each offset; two passes, for accuracy. */
function moments(x: ArrayLike<number>, planes: readonly number[], area: number) {
  const count = planes.length * area;
  if (count < 2) throw new RangeError('batch norm needs more than one value per channel');
  let mean = 0;
  for (const at of planes) for (let i = 0; i < area; i++) mean += x[at + i]! / count;
  let variance = 0;
  for (const at of planes) for (let i = 0; i < area; i++) variance += (x[at + i]! - mean) ** 2;
  return { count, mean, variance: variance / count };
}

/**
 * Training mode: y [N][C][H][W], zero in padded rows, and the running statistics after one update for
 * each group with live rows, in order. Throws where a group has one value per channel.
 */
export function batchNorm(
  x: ArrayLike<number>,
  { gamma, beta }: NormParameters,
  running: RunningStatistics,
  shape: NormShape,
  groups: readonly NormGroup[],
  { residual, relu = false }: NormEpilogue = {},
) {
  const area = shape.height * shape.width;
  const y = new Float64Array(x.length);
  const runningMean = Float64Array.from(running.mean);
  const runningVariance = Float64Array.from(running.variance);
  for (let c = 0; c < shape.channels; c++) {
    for (const planes of livePlanes(shape, groups, c)) {
      const { count, mean, variance } = moments(x, planes, area);
      const unbiased = (variance * count) / (count - 1);
      runningMean[c]! += NORM_MOMENTUM * (mean - runningMean[c]!);
      runningVariance[c]! += NORM_MOMENTUM * (unbiased - runningVariance[c]!);
      const scale = gamma[c]! / Math.sqrt(variance + NORM_EPSILON);
      for (const at of planes) {
        for (let i = at; i < at + area; i++) {
          const sum = (x[i]! - mean) * scale + beta[c]! + (residual?.[i] ?? 0);
          y[i] = relu ? Math.max(0, sum) : sum;
        }
      }
    }
  }
  return { y, running: { mean: runningMean, variance: runningVariance } };
}

export interface NormGradients {
  /** [N][C][H][W], zero in padded rows */
  readonly dx: Float64Array;
  /** [C], summed over groups */
  readonly dgamma: Float64Array;
  /** [C], summed over groups */
  readonly dbeta: Float64Array;
  /** [N][C][H][W], zero in padded rows: the gradient behind the ReLU */
  readonly dresidual: Float64Array;
}

/** Gradients of training mode from dy [N][C][H][W]; what dy holds in padded rows is ignored. */
export function batchNormBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  parameters: NormParameters,
  shape: NormShape,
  groups: readonly NormGroup[],
  epilogue: NormEpilogue = {},
): NormGradients {
  const area = shape.height * shape.width;
  const { gamma } = parameters;
  const start = {
    mean: new Float64Array(shape.channels),
    variance: new Float64Array(shape.channels),
  };
  const { y } = batchNorm(x, parameters, start, shape, groups, epilogue);
  const dx = new Float64Array(x.length);
  const dgamma = new Float64Array(shape.channels);
  const dbeta = new Float64Array(shape.channels);
  const dresidual = new Float64Array(x.length);
  for (let c = 0; c < shape.channels; c++) {
    for (const planes of livePlanes(shape, groups, c)) {
      const { count, mean, variance } = moments(x, planes, area);
      const inverse = 1 / Math.sqrt(variance + NORM_EPSILON);
      let sum = 0;
      let product = 0;
      for (const at of planes) {
        for (let i = at; i < at + area; i++) {
          const d = epilogue.relu === true && y[i]! <= 0 ? 0 : dy[i]!;
          dresidual[i] = d;
          sum += d;
          product += d * (x[i]! - mean) * inverse;
        }
      }
      dbeta[c]! += sum;
      dgamma[c]! += product;
      for (const at of planes) {
        for (let i = at; i < at + area; i++) {
          const normalised = (x[i]! - mean) * inverse;
          const centred = dresidual[i]! - sum / count - (normalised * product) / count;
          dx[i] = gamma[c]! * inverse * centred;
        }
      }
    }
  }
  return { dx, dgamma, dbeta, dresidual };
}

/** Evaluation mode: normalises every row of x [N][C][H][W] by the running statistics. */
export function batchNormEval(
  x: ArrayLike<number>,
  { gamma, beta }: NormParameters,
  running: RunningStatistics,
  shape: NormShape,
  { residual, relu = false }: NormEpilogue = {},
): Float64Array {
  const area = shape.height * shape.width;
  return Float64Array.from(x, (value, i) => {
    const c = Math.floor(i / area) % shape.channels;
    const scale = gamma[c]! / Math.sqrt(running.variance[c]! + NORM_EPSILON);
    const sum = (value - running.mean[c]!) * scale + beta[c]! + (residual?.[i] ?? 0);
    return relu ? Math.max(0, sum) : sum;
  });
}
