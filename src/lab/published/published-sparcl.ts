/**
 * The tables of SparCL (Wang et al., NeurIPS 2022): Split CIFAR-10 and Split Tiny-ImageNet, ResNet-18. Its dense rows
 * are those of DER++ and have been seen quoted elsewhere; most figures of its sparse rows are recalled. FLOPs follow
 * SparCL's own convention, which `cost.ts` reproduces but for one cell.
 */
import {
  derived,
  recalled,
  seen,
  type Figure,
  type PublishedProtocol,
  type PublishedRow,
} from './published-row.ts';

/** Mean and standard deviation: class- and task-incremental on CIFAR-10, then both on Tiny-ImageNet. */
type Accuracies = readonly (number | null)[];
type Line = readonly [method: string, sparsity: number, buffer: number, accuracies: Accuracies];

const CO2L = 'Buzzega et al., NeurIPS 2020, as quoted by Cha et al. (Co²L), ICCV 2021, table 1';
const CLFD = 'Buzzega et al., NeurIPS 2020, as quoted by CLFD, NeurIPS 2024, table 1';
const SPARCL = 'SparCL, from memory';

const BY_CLFD: readonly Line[] = [
  ['SGD (lower bound)', 0, 0, [19.62, 0.05, 61.02, 3.33, 7.92, 0.26, 18.31, 0.68]],
  ['JOINT (upper bound)', 0, 0, [92.2, 0.15, 98.31, 0.12, 59.99, 0.19, 82.04, 0.1]],
  ['EWC', 0, 0, [19.49, 0.12, 68.29, 3.92, 7.58, 0.1, 19.2, 0.31]],
  ['LwF', 0, 0, [19.61, 0.05, 63.29, 2.35, 8.46, 0.22, 15.85, 0.58]],
];

const BY_CO2L: readonly Line[] = [
  ['A-GEM', 0, 200, [20.04, 0.34, 83.88, 1.49, 8.07, 0.08, 22.77, 0.03]],
  ['iCaRL', 0, 200, [49.02, 3.2, 88.99, 2.13, 7.53, 0.79, 28.19, 1.47]],
  ['FDR', 0, 200, [30.91, 2.74, 91.01, 0.68, 8.7, 0.19, 40.36, 0.68]],
  ['ER', 0, 200, [44.79, 1.86, 91.19, 0.94, 8.49, 0.16, 38.17, 2]],
  ['DER++', 0, 200, [64.88, 1.17, 91.92, 0.6, 10.96, 1.17, 40.87, 1.16]],
  ['A-GEM', 0, 500, [22.67, 0.57, 89.48, 1.45, 8.06, 0.04, 25.33, 0.49]],
  ['iCaRL', 0, 500, [47.55, 3.95, 88.22, 2.62, 9.38, 1.53, 31.55, 3.27]],
  ['FDR', 0, 500, [28.71, 3.23, 93.29, 0.59, 10.54, 0.21, 49.88, 0.71]],
  ['ER', 0, 500, [57.74, 0.27, 93.61, 0.27, 9.99, 0.29, 48.64, 0.46]],
  ['DER++', 0, 500, [72.7, 1.36, 93.88, 0.5, 19.38, 1.41, 51.91, 0.68]],
];

const FROM_MEMORY: readonly Line[] = [
  ['PackNet', 0.5, 0, [null, null, 93.73, 0.55, null, null, 61.88, 1.01]],
  ['LPS', 0.5, 0, [null, null, 94.5, 0.47, null, null, 63.37, 0.83]],
  ['SparCL-ER', 0.75, 200, [46.89, 0.68, 92.02, 0.72, 8.98, 0.38, 39.14, 0.85]],
  ['SparCL-ER', 0.9, 200, [45.81, 1.05, 91.49, 0.47, 8.67, 0.41, 38.79, 0.39]],
  ['SparCL-ER', 0.95, 200, [44.59, 0.23, 91.07, 0.64, 8.43, 0.09, 38.2, 0.46]],
  ['SparCL-DER++', 0.75, 200, [66.3, 0.98, 94.06, 0.45, 12.73, 0.4, 42.06, 0.73]],
  ['SparCL-DER++', 0.9, 200, [65.79, 1.33, 93.73, 0.24, 12.27, 1.06, 41.17, 1.31]],
  ['SparCL-DER++', 0.95, 200, [65.18, 1.25, 92.97, 0.37, 10.76, 0.62, 40.54, 0.98]],
  ['SparCL-ER', 0.75, 500, [60.8, 0.22, 93.82, 0.32, 10.48, 0.29, 50.83, 0.69]],
  ['SparCL-ER', 0.9, 500, [59.34, 0.97, 93.33, 0.1, 10.12, 0.53, 49.46, 1.22]],
  ['SparCL-ER', 0.95, 500, [57.75, 0.45, 92.73, 0.34, 9.91, 0.17, 48.57, 0.5]],
  ['SparCL-DER++', 0.75, 500, [74.09, 0.84, 95.19, 0.34, 20.75, 0.88, 52.19, 0.43]],
  ['SparCL-DER++', 0.9, 500, [73.42, 0.95, 94.82, 0.23, 19.62, 0.67, 51.93, 0.36]],
  ['SparCL-DER++', 0.95, 500, [72.14, 0.78, 94.39, 0.15, 19.01, 1.32, 51.26, 0.78]],
  ['SNIP-DER++', 0.9, 500, [69.82, 0.72, null, null, 16.13, 0.61, null, null]],
  ['RigL-DER++', 0.9, 500, [69.86, 0.59, null, null, 18.36, 0.49, null, null]],
  ['SNIP-DER++', 0.95, 500, [66.07, 0.91, null, null, 14.76, 0.52, null, null]],
  ['RigL-DER++', 0.95, 500, [66.53, 1.13, null, null, 15.88, 0.63, null, null]],
  ['TDM-DER++', 0.75, 500, [73.37, null, null, null, null, null, null, null]],
  ['TDM-DDR-DER++', 0.75, 500, [73.8, null, null, null, null, null, null, null]],
  ['TDM-DGM-DER++', 0.75, 500, [73.97, null, null, null, null, null, null, null]],
];

/** Read off the bars of SparCL's figure 1, so seen though their row is recalled: class-incremental, Tiny-ImageNet. */
const SEEN_BARS: ReadonlySet<string> = new Set([
  'SparCL-DER++ 0.75 500',
  'SparCL-DER++ 0.9 500',
  'SparCL-DER++ 0.95 500',
]);

/** FLOPs by method and sparsity, the same for every buffer: CIFAR-10, then Tiny-ImageNet (null: none recalled well enough). */
const FLOPS: Readonly<Record<string, readonly [Figure, Figure | null]>> = {
  'EWC 0': [derived(8.3e15), derived(13.3e16)],
  'LwF 0': [derived(8.3e15), derived(13.3e16)],
  'A-GEM 0': [derived(11.1e15), derived(17.8e16)],
  'iCaRL 0': [derived(11.1e15), derived(17.8e16)],
  'FDR 0': [derived(13.9e15), derived(22.2e16)],
  'ER 0': [seen(11.1e15), derived(17.8e16)],
  'DER++ 0': [derived(13.9e15), seen(22.2e16)],
  'PackNet 0.5': [recalled(5e15), recalled(7.3e16)],
  'LPS 0.5': [recalled(5e15), recalled(7.3e16)],
  'SparCL-ER 0.75': [seen(2e15), recalled(3.2e16)],
  'SparCL-ER 0.9': [recalled(0.9e15), recalled(1.4e16)],
  'SparCL-ER 0.95': [recalled(0.5e15), recalled(0.8e16)],
  'SparCL-DER++ 0.75': [recalled(2.5e15), seen(4e16)],
  'SparCL-DER++ 0.9': [recalled(1.1e15), seen(1.8e16)],
  'SparCL-DER++ 0.95': [recalled(0.6e15), seen(1e16)],
  'SNIP-DER++ 0.9': [recalled(1.6e15), recalled(2.5e16)],
  'RigL-DER++ 0.9': [recalled(1.6e15), recalled(2.5e16)],
  'SNIP-DER++ 0.95': [recalled(0.9e15), null],
  'RigL-DER++ 0.95': [recalled(0.9e15), null],
  'TDM-DER++ 0.75': [recalled(3.6e15), null],
  'TDM-DDR-DER++ 0.75': [recalled(2.8e15), null],
  'TDM-DGM-DER++ 0.75': [recalled(3.3e15), null],
};

const OUTSIDE = 'FLOPs outside the formula that the other rows follow';
const CONFLICT =
  'this cell cannot be met: the formula gives 4.07e16 (4.1), since Tiny-ImageNet is exactly 16 times CIFAR-10, ' +
  'where the same constants must give 2.5e15';

function notesOf(method: string, sparsity: number, tiny: boolean): Pick<PublishedRow, 'note'> {
  if (method === 'PackNet' || method === 'LPS') return { note: OUTSIDE };
  return tiny && method === 'SparCL-DER++' && sparsity === 0.75 ? { note: CONFLICT } : {};
}

/** The hyper-parameters of mammoth for a buffer of 200 or 500 images, on Tiny-ImageNet where they differ. */
function protocolOf(
  method: string,
  sparsity: number,
  bufferSize: number,
  tiny: boolean,
): PublishedProtocol | null {
  const preset = PRESETS[`${method} ${sparsity}`];
  if (preset === undefined) return null;
  const fields = {
    ...(bufferSize > 0 && { bufferSize }),
    ...FIELDS[`${method} ${bufferSize}${tiny ? ' tiny' : ''}`],
  };
  return { preset, fields, ...(tiny && { on: 'tiny-imagenet' }) };
}

/** The preset of each method and sparsity. */
const PRESETS: Readonly<Record<string, string>> = {
  'SGD (lower bound) 0': 'paper-finetune',
  'EWC 0': 'paper-ewc',
  'LwF 0': 'paper-lwf',
  'A-GEM 0': 'paper-agem',
  'iCaRL 0': 'paper-icarl',
  'FDR 0': 'paper-fdr',
  'ER 0': 'paper-er',
  'DER++ 0': 'paper-derpp',
  'SparCL-ER 0.75': 'paper-sparcl-er-075',
  'SparCL-ER 0.9': 'paper-sparcl-er-090',
  'SparCL-ER 0.95': 'paper-sparcl-er-095',
  'SparCL-DER++ 0.75': 'paper-sparcl-derpp-075',
  'SparCL-DER++ 0.9': 'paper-sparcl-derpp-090',
  'SparCL-DER++ 0.95': 'paper-sparcl-derpp-095',
  'SNIP-DER++ 0.9': 'paper-snip-derpp-090',
  'RigL-DER++ 0.9': 'paper-rigl-derpp-090',
  'TDM-DER++ 0.75': 'paper-sparcl-derpp-075',
  'TDM-DDR-DER++ 0.75': 'paper-sparcl-derpp-075',
  'TDM-DGM-DER++ 0.75': 'paper-sparcl-derpp-075',
};

/** What mammoth's best hyper-parameters change of them, by method and buffer; the ablation, whole ideas. */
const FIELDS: Readonly<Record<string, PublishedProtocol['fields']>> = {
  'SGD (lower bound) 0 tiny': { rate: 0.03 },
  'EWC 0 tiny': { penalty: 25 },
  'LwF 0 tiny': { alpha: 1 },
  'iCaRL 200 tiny': { rate: 0.03 },
  'iCaRL 500 tiny': { rate: 0.03 },
  'FDR 200': { alpha: 0.3 },
  'FDR 200 tiny': { alpha: 0.3 },
  'A-GEM 200 tiny': { rate: 0.01 },
  'A-GEM 500 tiny': { rate: 0.01 },
  'ER 500 tiny': { rate: 0.03 },
  'DER++ 200': { alpha: 0.1 },
  'DER++ 200 tiny': { alpha: 0.1, beta: 1 },
  'TDM-DER++ 500': { removal: 0, gradientSparsity: 0 },
  'TDM-DDR-DER++ 500': { gradientSparsity: 0 },
  'TDM-DGM-DER++ 500': { removal: 0 },
};

const pair = (
  mean: number | null | undefined,
  deviation: number | null | undefined,
  make: typeof seen,
) => (typeof mean === 'number' ? make(mean, deviation ?? null) : null);

const rows = (
  lines: readonly Line[],
  known: typeof seen,
  source: string,
): readonly PublishedRow[] =>
  lines.flatMap(([method, sparsity, buffer, accuracies]) =>
    [false, true].flatMap((tiny): PublishedRow[] => {
      const [classes, classesBy, tasks, tasksBy] = accuracies.slice(tiny ? 4 : 0);
      const flops = FLOPS[`${method} ${sparsity}`]?.[tiny ? 1 : 0] ?? null;
      const bar = tiny && SEEN_BARS.has(`${method} ${sparsity} ${buffer}`);
      const classIncremental = pair(classes, classesBy, bar ? seen : known);
      const taskIncremental = pair(tasks, tasksBy, known);
      if (!classIncremental && !taskIncremental && !flops) return [];
      return [
        {
          method,
          stream: tiny ? 'Split Tiny-ImageNet' : 'Split CIFAR-10',
          sparsity,
          buffer,
          classIncremental,
          taskIncremental,
          flops,
          source: bar ? 'SparCL, figure 1 (class-incremental and FLOPs)' : source,
          ...notesOf(method, sparsity, tiny),
          protocol: protocolOf(method, sparsity, buffer, tiny),
        },
      ];
    }),
  );

export const PUBLISHED_SPARCL: readonly PublishedRow[] = [
  ...rows(BY_CLFD, seen, CLFD),
  ...rows(BY_CO2L, seen, CO2L),
  ...rows(FROM_MEMORY, recalled, SPARCL),
];
