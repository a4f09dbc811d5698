/** The layers whose kernels are timed: those of the networks that sparse training is about. */
import type { ConvolutionShape } from '../../nn/compile/weight-layout.ts';

export interface LayerCase {
  readonly name: string;
  readonly shape: ConvolutionShape;
  /** Height and width of the input. */
  readonly size: number;
  /** Rows of a batch. */
  readonly rows: number;
}

export interface LayerSet {
  readonly name: string;
  readonly title: string;
  readonly layers: readonly LayerCase[];
}

const ROWS = 32;

function convolution(inputs: number, outputs: number, size: number, stride: 1 | 2): LayerCase {
  return {
    name: `${inputs}→${outputs} at ${size}×${size}${stride === 2 ? ' stride 2' : ''}`,
    shape: { inChannels: inputs, outChannels: outputs, kernel: 3, stride, pad: 1 },
    size,
    rows: ROWS,
  };
}

function linear(inputs: number, outputs: number): LayerCase {
  return {
    name: `linear ${inputs}→${outputs}`,
    shape: { inChannels: inputs, outChannels: outputs, kernel: 1, stride: 1, pad: 0 },
    size: 1,
    rows: 2 * ROWS,
  };
}

const stages = (width: number): LayerCase[] =>
  [0, 1, 2, 3].map((s) => convolution(width << s, width << s, 32 >> s, 1));
const strided = (width: number): LayerCase[] =>
  [0, 1, 2].map((s) => convolution(width << s, width << (s + 1), 32 >> s, 2));

export const LAYER_SETS: readonly LayerSet[] = [
  {
    name: 'stages',
    title: 'the four stages of ResNet-18 of width 64, batch 32',
    layers: stages(64),
  },
  {
    name: 'strided',
    title: 'the convolutions of stride 2 between them',
    layers: strided(64),
  },
  {
    name: 'w2',
    title: 'the stages of ResNet-18 of width 16 (workload W2), batch 32',
    layers: stages(16),
  },
  { name: 'w2-strided', title: 'the convolutions between those', layers: strided(16) },
  {
    name: 'linear',
    title: 'the layers of workload W5, batch 64',
    layers: [linear(3072, 1024), linear(1024, 1024)],
  },
];
