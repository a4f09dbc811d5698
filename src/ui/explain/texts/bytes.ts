/** The bytes that training takes (`lab/report/ledger.ts`, `gpu/memory.ts`). */
import type { Explanation } from '../explanation.ts';
import { formatBytes } from '../../style/format.ts';
import { ledgerAt, sumOf } from '../readings.ts';

/** Kinds of memory that training takes, as the ledger counts them. */
const PARTS = [
  { sign: 'W', kind: 'weights', means: 'weights' },
  { sign: 'G', kind: 'gradients', means: 'gradients' },
  { sign: 'O', kind: 'optimizer', means: 'optimiser' },
  { sign: 'I', kind: 'indices', means: 'lists of live weights' },
  { sign: 'A', kind: 'activations', means: 'activations' },
  { sign: 'S', kind: 'workspace', means: 'workspace' },
] as const;

export const bytes: Explanation = {
  name: 'bytes',
  views: ['ledger'],
  applies: () => true,
  title: 'Bytes',
  body: 'Every buffer on the device is counted by what it is for. Training takes the weights and as many [[gradient|gradients]], what the optimiser keeps beside them, the lists that say where live weights lie, the [[activation|activations]] that the backward pass will ask for, and some workspace. Where sparse weights are stored as such, the first three shrink; activations depend on the [[batch]] and the network, and are often the largest part, whatever the [[sparsity]]. Images, the [[replay buffer]] and what testing needs are counted too, but apart. These are bytes handed out, not an estimate.',
  formula: ['bytes = W + G + O + I + A + S'],
  symbols: (recording, at) => {
    const bytes = ledgerAt(recording, at)?.bytes;
    const size = (x: number | undefined) => (x === undefined ? '–' : formatBytes(x));
    return [
      {
        sign: 'bytes',
        means: 'that training takes',
        value: size(bytes && sumOf(PARTS, ({ kind }) => bytes[kind] ?? 0)),
      },
      ...PARTS.map(({ sign, kind, means }) => ({
        sign,
        means,
        value: size(bytes && (bytes[kind] ?? 0)),
      })),
      { sign: '"apart"', means: 'replay buffer', value: size(bytes && (bytes['replay'] ?? 0)) },
    ];
  },
  citations: [],
};
