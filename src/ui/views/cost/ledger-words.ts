/** What the ledger's kinds of work and of memory are called on the page, each with a few words for who is new to it. */
import type { Ledger } from '../../../lab/protocol.ts';

export type LedgerKind = keyof Ledger['kinds'];

export interface Words {
  readonly title: string;
  readonly about: string;
}

/** In the order of a step. */
export const WORK: Readonly<Record<LedgerKind, Words>> = {
  forward: { title: 'Forward', about: 'images in, answers out' },
  'input-gradient': { title: 'Backward, errors', about: 'errors go back through the layers (dX)' },
  'weight-gradient': {
    title: 'Backward, weights',
    about: 'how each weight should change (dW)',
  },
  update: { title: 'Update', about: 'the weights move' },
  select: { title: 'Select', about: 'which weights and gradients are kept' },
  other: { title: 'The rest', about: 'fetching images, the loss' },
};

export const KINDS = Object.keys(WORK) as LedgerKind[];

/** Kinds of memory: what training itself takes comes first. */
const TRAINING: Readonly<Record<string, Words>> = {
  weights: { title: 'Weights', about: 'what the network has learned' },
  gradients: { title: 'Gradients', about: 'how each weight should change' },
  optimizer: { title: 'Optimiser state', about: 'momentum and averages of the weights' },
  indices: { title: 'Indices', about: 'lists that say where the kept weights belong' },
  activations: { title: 'Activations', about: 'values kept from forward to backward' },
  workspace: { title: 'Workspace', about: 'scratch space of the kernels' },
};

const BESIDES: Readonly<Record<string, Words>> = {
  images: { title: 'Task images', about: 'what the present task is trained on' },
  replay: { title: 'Replay', about: 'images of earlier tasks, and what was answered to them' },
  evaluation: { title: 'Evaluation', about: 'test images, and values while they are classified' },
  control: { title: 'Control', about: 'sizes and settings of the kernels' },
};

export interface MemoryLine extends Words {
  readonly kind: string;
  readonly bytes: number;
  /** Whether training itself takes it, rather than data and tests. */
  readonly training: boolean;
}

/** The kinds that take any bytes, in the page's order; one that has no words goes by its own name, at the end. */
export function memoryLines(bytes: Readonly<Record<string, number>>): readonly MemoryLine[] {
  const known = { ...TRAINING, ...BESIDES };
  const unknown = Object.keys(bytes).filter((kind) => !Object.hasOwn(known, kind));
  return [...Object.keys(known), ...unknown].flatMap((kind) => {
    const taken = bytes[kind] ?? 0;
    if (taken === 0) return [];
    const words = known[kind] ?? { title: kind, about: '' };
    return [{ kind, ...words, bytes: taken, training: Object.hasOwn(TRAINING, kind) }];
  });
}

/** Bytes of all lines together. */
export function sumBytes(lines: readonly MemoryLine[]): number {
  return lines.reduce((sum, { bytes }) => sum + bytes, 0);
}
