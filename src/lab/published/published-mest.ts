/**
 * Test accuracies of MEST's tables (Yuan et al., NeurIPS 2021): ResNet-32 of width 32 on CIFAR-10 and CIFAR-100, one
 * task. All of them are recalled; the first rows are those that GraSP's paper gave first. Sparsities .90, .95 and .98.
 */
import { recalled, type PublishedProtocol, type PublishedRow } from './published-row.ts';

/** Mean, or mean and standard deviation. */
type Cell = readonly [mean: number, deviation?: number];

const SPARSITIES = [0.9, 0.95, 0.98] as const;

/** CIFAR-10 at the three sparsities, then CIFAR-100. */
const LINES: readonly (readonly [method: string, ...cells: readonly Cell[]])[] = [
  ['LT', [92.31], [91.06], [88.78], [68.99], [65.02], [57.37]],
  ['SNIP', [92.59], [91.01], [87.51], [68.89], [65.22], [54.81]],
  ['GraSP', [92.38], [91.39], [88.81], [69.24], [66.5], [58.43]],
  ['DeepR', [91.62], [89.84], [86.45], [66.78], [63.9], [58.47]],
  ['SET', [92.3], [90.76], [88.29], [69.66], [67.41], [62.25]],
  ['DSR', [92.97], [91.61], [88.46], [69.63], [68.2], [61.24]],
  ['RigL', [93.07], [91.83], [89], [70.34], [68.22], [64.07]],
  [
    'MEST+EM',
    ...([
      [92.56, 0.07],
      [91.15, 0.29],
      [89.22, 0.11],
    ] as const),
    ...([
      [70.44, 0.26],
      [68.43, 0.32],
      [64.59, 0.27],
    ] as const),
  ],
  [
    'MEST+EM&S',
    ...([
      [93.27, 0.14],
      [92.44, 0.13],
      [90.51, 0.11],
    ] as const),
    ...([
      [71.3, 0.31],
      [70.36, 0.05],
      [67.16, 0.25],
    ] as const),
  ],
];

const DENSE: Readonly<Record<'CIFAR-10' | 'CIFAR-100', number>> = {
  'CIFAR-10': 94.88,
  'CIFAR-100': 74.94,
};

/** The protocol on CIFAR-10; on CIFAR-100 the set and its classes are others. */
const PRESETS: Readonly<Record<string, string>> = {
  'MEST+EM 0.9': 'paper-mest-em-090',
  'MEST+EM&S 0.9': 'paper-mest-ems-090',
};
const ON_CIFAR100: PublishedProtocol['fields'] = {
  data: 'cifar100',
  imagesPerClass: 500,
  testPerClass: 100,
  classesPerTask: 100,
};

const SOURCE = 'MEST, from memory';
/** The release keeps the best epoch by test accuracy; here the last one counts. */
const NOTE = 'accuracy of the best test epoch, not of the last';

const row = (
  method: string,
  stream: 'CIFAR-10' | 'CIFAR-100',
  sparsity: number,
  [mean, deviation = null]: Cell | readonly [number, null],
): PublishedRow => {
  const preset = PRESETS[`${method} ${sparsity}`];
  return {
    method,
    stream,
    sparsity,
    buffer: 0,
    classIncremental: recalled(mean, deviation),
    taskIncremental: null,
    flops: null,
    source: SOURCE,
    note: NOTE,
    protocol:
      preset === undefined
        ? null
        : { preset, ...(stream === 'CIFAR-100' && { fields: ON_CIFAR100 }) },
  };
};

export const PUBLISHED_MEST: readonly PublishedRow[] = (['CIFAR-10', 'CIFAR-100'] as const).flatMap(
  (stream, s) => [
    row('Dense', stream, 0, [DENSE[stream]]),
    ...LINES.flatMap(([method, ...cells]) =>
      SPARSITIES.map((sparsity, i) => row(method, stream, sparsity, cells[3 * s + i]!)),
    ),
  ],
);
