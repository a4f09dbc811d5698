/**
 * Published class-incremental accuracies of methods trained from scratch with dense ResNet-18s, beyond those of
 * SparCL's own table (`published-sparcl.ts`): where the field stands. CIFAR-100 comes in two protocols, five tasks
 * of twenty classes and ten of ten, and figures of one say nothing of the other.
 */
import { recalled, seen, type Figure, type PublishedRow } from './published-row.ts';

/** Method, source, and accuracies by the size of the buffer. */
type Line = readonly [method: string, source: string, figures: Readonly<Record<number, Figure>>];

const CO2L = 'Buzzega et al., NeurIPS 2020, as quoted by Cha et al. (Co²L), ICCV 2021, table 1';
const MOCA = 'as quoted by MOCA, TMLR';
const CLS_ER = 'Arani et al. (CLS-ER), ICLR 2022, authors’ table';
const XDER = 'Boschini et al. (X-DER), TPAMI 2022, table I';
const PRONC = 'as quoted by ProNC, ICLR 2026; a weak source';
const MAMMOTH = 'mammoth, targets of its reproduction script';
const MEMORY = 'from memory';

const SPLIT_CIFAR10: readonly Line[] = [
  ['DER', CO2L, { 200: seen(61.93, 1.79), 500: seen(70.51, 1.67) }],
  ['ER-ACE', MOCA, { 200: seen(63.18, 0.56), 500: seen(71.98, 1.3) }],
  ['Co²L', 'Cha et al., ICCV 2021, table 1', { 200: seen(65.57, 1.37), 500: seen(74.26, 0.77) }],
  ['CLS-ER', CLS_ER, { 200: seen(66.19, 0.75), 500: seen(75.22, 0.71), 5000: seen(86.78) }],
  ['Mean-ER', `${CLS_ER} S2`, { 200: seen(61.88, 2.43), 500: seen(70.4, 1.21) }],
  ['DER++', 'as quoted for 5,000 images', { 5000: seen(85.24) }],
  ['DER++ + MOCA-WAP', MOCA, { 200: seen(65.12, 0.77), 500: seen(75.01, 0.24) }],
  ['ER-ACE + MOCA-WAP', MOCA, { 200: seen(66.56, 0.81), 500: seen(72.86, 1.02) }],
  ['STAR', PRONC, { 200: seen(65.94), 500: seen(73.42) }],
  ['ProNC', PRONC, { 200: seen(72.7), 500: seen(79.42) }],
  ['ER (mammoth today)', MAMMOTH, { 500: seen(63.39) }],
  ['ER-tricks (mammoth today)', MAMMOTH, { 500: seen(62.6) }],
  ['GDumb (mammoth today)', MAMMOTH, { 500: seen(45.8) }],
  ['SCoMMER', MEMORY, { 200: recalled(69.2), 500: recalled(75) }],
  ['TriRE', MEMORY, { 200: recalled(68.2) }],
  ['ESMER', MEMORY, { 200: recalled(68.5) }],
  ['SNCL', MEMORY, { 200: recalled(66.2), 500: recalled(76.4) }],
  ['BFP + DER++', MEMORY, { 200: recalled(72.2), 500: recalled(76) }],
  ['LODE + DER++', MEMORY, { 200: recalled(68.9), 500: recalled(75.5) }],
];

const CIFAR100_5_BY_20: readonly Line[] = [
  ['ER', `${MOCA}, cosine head`, { 200: seen(22.14, 0.42), 500: seen(31.02, 0.79) }],
  ['DER++', MOCA, { 200: seen(29.68, 1.38), 500: seen(39.08, 1.76) }],
  ['ER-ACE', MOCA, { 200: seen(35.09, 0.92), 500: seen(43.12, 0.85) }],
  ['ER-ACE + MOCA-WAP', MOCA, { 200: seen(37.46, 0.77), 500: seen(45.79, 0.73) }],
  ['CLS-ER', CLS_ER, { 200: seen(43.8, 1.89), 500: seen(51.4, 1) }],
  ['SCoMMER', MEMORY, { 200: recalled(40) }],
  ['TriRE', MEMORY, { 200: recalled(43.9) }],
];

const CIFAR100_10_BY_10: readonly Line[] = [
  ['ER', XDER, { 500: seen(22.1) }],
  ['DER', XDER, { 500: seen(36.6) }],
  ['DER++', XDER, { 500: seen(38.25), 2000: seen(53.63) }],
  ['ER-ACE', XDER, { 500: seen(38.75) }],
  ['LUCIR', XDER, { 500: seen(40.59) }],
  ['iCaRL', XDER, { 500: seen(46.52) }],
  ['X-DER', XDER, { 500: seen(49.93), 2000: seen(59.14) }],
  ['JOINT (upper bound)', XDER, { 0: seen(70.44) }],
  ['DER++ + LiDER', MAMMOTH, { 500: seen(39.25) }],
  ['iCaRL + LiDER', MAMMOTH, { 500: seen(47.02) }],
  ['X-DER-CE', MAMMOTH, { 500: seen(47.67) }],
  ['X-DER-RPC', MAMMOTH, { 500: seen(48.53) }],
];

/** By the hyper-parameters of mammoth, where they are known and the method is in this lab. */
const PROTOCOLS: Readonly<Record<string, PublishedRow['protocol']>> = {
  'Split CIFAR-10 DER 200': { preset: 'paper-der', fields: { bufferSize: 200 } },
  'Split CIFAR-10 DER 500': { preset: 'paper-der' },
};

const rows = (stream: PublishedRow['stream'], lines: readonly Line[]): readonly PublishedRow[] =>
  lines.flatMap(([method, source, figures]) =>
    Object.entries(figures).map(([buffer, classIncremental]) => ({
      method,
      stream,
      sparsity: 0,
      buffer: Number(buffer),
      classIncremental,
      taskIncremental: null,
      flops: null,
      source,
      protocol: PROTOCOLS[`${stream} ${method} ${buffer}`] ?? null,
    })),
  );

export const PUBLISHED_CONTINUAL: readonly PublishedRow[] = [
  ...rows('Split CIFAR-10', SPLIT_CIFAR10),
  ...rows('Split CIFAR-100, 5 × 20', CIFAR100_5_BY_20),
  ...rows('Split CIFAR-100, 10 × 10', CIFAR100_10_BY_10),
];
