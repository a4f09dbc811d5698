/**
 * What PyTorch's fixtures of single layers offer to a test: the cases of each layer, inputs beside the
 * outputs that are expected. All tensors are NCHW float32; gradients are those of Σ y·dy, from float64.
 */
import type { AdamOptions } from './plain/adam.ts';
import type { CropDraw } from './plain/augment.ts';
import type { PoolShape } from './plain/average-pool.ts';
import type { NormGroup, NormShape } from './plain/batch-norm.ts';
import type { ConvolutionShape } from './plain/convolution.ts';
import type { LinearShape } from './plain/linear.ts';
import type { RowLossTerms } from './plain/row-loss.ts';
import type { SgdOptions } from './plain/sgd.ts';

export type Values = Float32Array<ArrayBuffer>;

interface Titled {
  /** For a test's name. */
  readonly title: string;
}

export interface ConvolutionCase extends Titled {
  readonly shape: ConvolutionShape;
  readonly x: Values;
  readonly weight: Values;
  readonly dy: Values;
  readonly y: Values;
  readonly dx: Values;
  readonly dweight: Values;
}

export interface LinearCase extends Titled {
  readonly shape: LinearShape;
  readonly x: Values;
  readonly weight: Values;
  readonly bias: Values;
  readonly dy: Values;
  readonly y: Values;
  readonly dx: Values;
  readonly dweight: Values;
  readonly dbias: Values;
}

export interface BatchNormCase extends Titled {
  readonly shape: NormShape;
  /** Padded rows of x, dy and residual hold numbers that must not matter; outputs hold 0 there. */
  readonly groups: readonly NormGroup[];
  readonly relu: boolean;
  readonly residual: Values | null;
  readonly x: Values;
  readonly gamma: Values;
  readonly beta: Values;
  readonly dy: Values;
  readonly running: { readonly mean: Values; readonly variance: Values };
  readonly y: Values;
  readonly dx: Values;
  readonly dgamma: Values;
  readonly dbeta: Values;
  readonly dresidual: Values | null;
  readonly runningAfter: { readonly mean: Values; readonly variance: Values };
}

export interface BatchNormEvalCase extends Titled {
  readonly rows: number;
  readonly shape: NormShape;
  readonly relu: boolean;
  readonly residual: Values | null;
  readonly x: Values;
  readonly gamma: Values;
  readonly beta: Values;
  readonly running: { readonly mean: Values; readonly variance: Values };
  readonly y: Values;
}

export interface PointwiseCase extends Titled {
  readonly shape: readonly number[];
  readonly x: Values;
  readonly dy: Values;
  readonly residual: Values;
  /** relu(x) */
  readonly relu: Values;
  /** dx of relu(x) */
  readonly reluGradient: Values;
  /** x + residual */
  readonly sum: Values;
}

export interface AveragePoolCase extends Titled {
  /** `kernel` 0 is global pooling. */
  readonly shape: PoolShape;
  readonly x: Values;
  readonly dy: Values;
  readonly y: Values;
  readonly dx: Values;
}

export interface RowLossCase extends Titled {
  readonly classes: number;
  readonly rows: readonly RowLossTerms[];
  readonly labels: readonly number[];
  readonly logits: Values;
  readonly target: Values;
  readonly loss: Values;
  readonly dlogits: Values;
  readonly correct: readonly number[];
}

/** Three steps of one tensor of `size` values; `gradient` and `weight` are [steps][size]. */
export interface OptimiserCase extends Titled {
  readonly size: number;
  readonly steps: number;
  readonly options: ({ kind: 'sgd' } & SgdOptions) | ({ kind: 'adam' } & AdamOptions);
  readonly start: Values;
  readonly gradient: Values;
  /** After each step. */
  readonly weight: Values;
  /** SGD with momentum: the buffer after the last step. */
  readonly momentum: Values | null;
  /** Adam: the running moments after the last step. */
  readonly first: Values | null;
  readonly second: Values | null;
}

export interface AugmentCase extends Titled {
  readonly size: number;
  readonly padding: number;
  readonly images: Uint8Array<ArrayBuffer>;
  readonly draws: readonly CropDraw[];
  readonly y: Values;
}

export interface LayerFixtures {
  readonly convolution: readonly ConvolutionCase[];
  readonly linear: readonly LinearCase[];
  readonly batchNorm: readonly BatchNormCase[];
  readonly batchNormEval: readonly BatchNormEvalCase[];
  readonly pointwise: readonly PointwiseCase[];
  readonly averagePool: readonly AveragePoolCase[];
  readonly rowLoss: readonly RowLossCase[];
  readonly optimiser: readonly OptimiserCase[];
  readonly augment: readonly AugmentCase[];
}
