/**
 * Opens PyTorch's fixtures of single layers: draws each case's inputs again from the RNG and reads its
 * outputs. `layer-cases.ts` says what a case is; `pytorch/layers.py` and `pytorch/training.py` write them.
 */
import { elementsOf, openFixture, type FixtureBlob, type StoredTensor } from './fixtures.ts';
import { imageBytes, ROLE_STREAM, uniformTensor, type Role } from './inputs.ts';
import type {
  AveragePoolCase,
  BatchNormCase,
  BatchNormEvalCase,
  ConvolutionCase,
  LayerFixtures,
  LinearCase,
  OptimiserCase,
  PointwiseCase,
  RowLossCase,
  Values,
} from './layer-cases.ts';
import type { PoolShape } from './plain/average-pool.ts';
import type { NormGroup, NormShape } from './plain/batch-norm.ts';
import { outputSize, type ConvolutionShape } from './plain/convolution.ts';
import type { LinearShape } from './plain/linear.ts';
import type { RowLossTerms } from './plain/row-loss.ts';

type Stored<Fields> = Fields & {
  readonly seed: number;
  readonly outputs: Readonly<Record<string, StoredTensor>>;
};

interface FusedIndex extends NormShape {
  readonly relu: boolean;
  readonly residual: boolean;
}

interface LayerIndex {
  readonly convolution: readonly Stored<{ shape: ConvolutionShape }>[];
  readonly linear: readonly Stored<{ rows: number; inputs: number; outputFeatures: number }>[];
  readonly batchNorm: readonly Stored<
    FusedIndex & { groups: readonly NormGroup[]; shift: number }
  >[];
  readonly batchNormEval: readonly Stored<FusedIndex & { rows: number }>[];
  readonly pointwise: readonly Stored<{ shape: readonly number[] }>[];
  readonly averagePool: readonly Stored<PoolShape>[];
  readonly rowLoss: readonly Stored<{
    classes: number;
    labels: readonly number[];
    correct: readonly number[];
    rows: readonly (Omit<RowLossTerms, 'mask'> & { mask: string | null })[];
  }>[];
  readonly optimiser: readonly Stored<OptimiserCase['options'] & { size: number; steps: number }>[];
  readonly augment: readonly Stored<{
    size: number;
    padding: number;
    draws: readonly (readonly [number, number, number])[];
  }>[];
}

/** Draws the inputs of one case and reads its outputs. */
class CaseReader {
  constructor(
    private readonly blob: FixtureBlob,
    private readonly stored: Stored<object>,
  ) {}

  draw(role: Role, size: number, scale = 1, shift = 0): Values {
    return uniformTensor(this.stored.seed, ROLE_STREAM[role], size, scale, shift);
  }

  running(channels: number) {
    return {
      mean: this.draw('runningMean', channels),
      variance: this.draw('runningVariance', channels, 0.5, 1),
    };
  }

  optional(name: string): Values | null {
    const tensor = this.stored.outputs[name];
    return tensor === undefined ? null : this.blob.floats(tensor.offset, elementsOf(tensor.shape));
  }

  output(name: string): Values {
    const values = this.optional(name);
    if (values === null) throw new RangeError(`a layer fixture has no ${name}`);
    return values;
  }
}

/** Opens the fixtures of all layers. */
export async function loadLayerFixtures(): Promise<LayerFixtures> {
  const opened = await openFixture('layers');
  const index = opened.index as LayerIndex;
  const { blob } = opened;
  const read = (stored: Stored<object>) => new CaseReader(blob, stored);
  return {
    convolution: index.convolution.map((stored) => convolutionCase(read(stored), stored.shape)),
    linear: index.linear.map((stored) =>
      linearCase(read(stored), {
        rows: stored.rows,
        inputs: stored.inputs,
        outputs: stored.outputFeatures,
      }),
    ),
    batchNorm: index.batchNorm.map((stored) => batchNormCase(read(stored), stored)),
    batchNormEval: index.batchNormEval.map((stored) => batchNormEvalCase(read(stored), stored)),
    pointwise: index.pointwise.map((stored) => pointwiseCase(read(stored), stored.shape)),
    averagePool: index.averagePool.map((stored) => averagePoolCase(read(stored), stored)),
    rowLoss: index.rowLoss.map((stored) => rowLossCase(read(stored), stored)),
    optimiser: index.optimiser.map((stored) => optimiserCase(read(stored), stored)),
    augment: index.augment.map((stored) => ({
      title: `${stored.draws.length} images`,
      size: stored.size,
      padding: stored.padding,
      images: imageBytes(stored.seed, stored.draws.length, stored.size),
      draws: stored.draws.map(([down, right, flip]) => ({ down, right, flip: flip === 1 })),
      y: read(stored).output('y'),
    })),
  };
}

function convolutionCase(read: CaseReader, shape: ConvolutionShape): ConvolutionCase {
  const { rows, inputChannels, outputChannels, height, width, kernel, stride } = shape;
  const output = outputSize(shape);
  return {
    title:
      `${kernel}×${kernel} stride ${stride}, ${inputChannels}→` +
      `${outputChannels} channels, ${rows} rows of ${height}×${width}`,
    shape,
    x: read.draw('x', rows * inputChannels * height * width),
    weight: read.draw('weight', outputChannels * inputChannels * kernel ** 2),
    dy: read.draw('dy', rows * outputChannels * output.height * output.width),
    y: read.output('y'),
    dx: read.output('dx'),
    dweight: read.output('dweight'),
  };
}

function linearCase(read: CaseReader, shape: LinearShape): LinearCase {
  const { rows, inputs, outputs } = shape;
  return {
    title: `${rows} rows, ${inputs}→${outputs}`,
    shape,
    x: read.draw('x', rows * inputs),
    weight: read.draw('weight', outputs * inputs),
    bias: read.draw('bias', outputs),
    dy: read.draw('dy', rows * outputs),
    y: read.output('y'),
    dx: read.output('dx'),
    dweight: read.output('dweight'),
    dbias: read.output('dbias'),
  };
}

function fusedTitle({ channels, height, width, relu, residual }: FusedIndex): string {
  const fused = `${residual ? ' + residual' : ''}${relu ? ' + relu' : ''}`;
  return `norm${fused}, ${channels} channels of ${height}×${width}`;
}

function batchNormCase(read: CaseReader, stored: LayerIndex['batchNorm'][number]): BatchNormCase {
  const { channels, height, width, groups, relu, residual, shift } = stored;
  const size =
    groups.reduce((rows, { capacity }) => rows + capacity, 0) * channels * height * width;
  const live = groups.map((group) => `${group.live} of ${group.capacity}`);
  return {
    title: `${fusedTitle(stored)}, groups ${live.join(', ')}`,
    shape: { channels, height, width },
    groups,
    relu,
    residual: residual ? read.draw('residual', size) : null,
    x: read.draw('x', size, 1, shift),
    gamma: read.draw('weight', channels),
    beta: read.draw('bias', channels),
    dy: read.draw('dy', size),
    running: read.running(channels),
    y: read.output('y'),
    dx: read.output('dx'),
    dgamma: read.output('dgamma'),
    dbeta: read.output('dbeta'),
    dresidual: read.optional('dresidual'),
    runningAfter: { mean: read.output('runningMean'), variance: read.output('runningVariance') },
  };
}

function batchNormEvalCase(
  read: CaseReader,
  stored: LayerIndex['batchNormEval'][number],
): BatchNormEvalCase {
  const { rows, channels, height, width, relu, residual } = stored;
  const size = rows * channels * height * width;
  return {
    title: `${fusedTitle(stored)}, ${rows} rows`,
    rows,
    shape: { channels, height, width },
    relu,
    residual: residual ? read.draw('residual', size) : null,
    x: read.draw('x', size),
    gamma: read.draw('weight', channels),
    beta: read.draw('bias', channels),
    running: read.running(channels),
    y: read.output('y'),
  };
}

function pointwiseCase(read: CaseReader, shape: readonly number[]): PointwiseCase {
  const size = elementsOf(shape);
  return {
    title: shape.join('×'),
    shape,
    x: read.draw('x', size),
    dy: read.draw('dy', size),
    residual: read.draw('residual', size),
    relu: read.output('relu'),
    reluGradient: read.output('reluGradient'),
    sum: read.output('sum'),
  };
}

function averagePoolCase(read: CaseReader, stored: PoolShape): AveragePoolCase {
  const { rows, channels, height, width, kernel } = stored;
  const y = read.output('y');
  const window = kernel === 0 ? 'global' : `${kernel}×${kernel}`;
  return {
    title: `${window}, ${rows}×${channels} planes of ${height}×${width}`,
    shape: { rows, channels, height, width, kernel },
    x: read.draw('x', rows * channels * height * width),
    dy: read.draw('dy', y.length),
    y,
    dx: read.output('dx'),
  };
}

function rowLossCase(read: CaseReader, stored: LayerIndex['rowLoss'][number]): RowLossCase {
  const { classes, rows, labels, correct } = stored;
  const terms = (['crossEntropy', 'mse', 'kl'] as const).filter((term) =>
    rows.some((row) => row[term] > 0),
  );
  const masked = rows.some(({ mask }) => mask !== null) ? ', masked' : '';
  return {
    title: `${terms.join(' + ')}${masked}, ${rows.length} rows, ${classes} classes`,
    classes,
    rows: rows.map(({ mask, ...row }) => ({
      ...row,
      mask: mask === null ? null : Array.from(mask, (bit) => bit === '1'),
    })),
    labels,
    logits: read.draw('logits', rows.length * classes, 4),
    target: read.draw('target', rows.length * classes, 4),
    loss: read.output('loss'),
    dlogits: read.output('dlogits'),
    correct,
  };
}

function optimiserCase(read: CaseReader, stored: LayerIndex['optimiser'][number]): OptimiserCase {
  const { size, steps, kind, rate, weightDecay } = stored;
  const momentum = kind === 'sgd' ? ` momentum ${stored.momentum}` : '';
  return {
    title: `${kind}${momentum} decay ${weightDecay}`,
    size,
    steps,
    options:
      kind === 'sgd'
        ? { kind, rate, weightDecay, momentum: stored.momentum }
        : { kind, rate, weightDecay },
    start: read.draw('weight', size),
    gradient: read.draw('gradient', steps * size),
    weight: read.output('weight'),
    momentum: read.optional('momentum'),
    first: read.optional('first'),
    second: read.optional('second'),
  };
}
