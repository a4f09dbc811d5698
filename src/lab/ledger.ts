/**
 * The ledger: what a step and a run execute and move, added up from the entries of the plan that ran, beside
 * what a dense network would. Counted, not estimated; no clock is asked.
 */
import type { Draw } from '../continual/strategy.ts';
import type { DispatchKind, Work } from '../gpu/plan.ts';
import type { MemoryKind } from '../gpu/memory.ts';

export const LEDGER_KINDS = [
  'forward',
  'input-gradient',
  'weight-gradient',
  'update',
  'select',
  'other',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** Sums over dispatches. */
export interface LedgerLine extends Omit<Work, 'groups'> {
  readonly dispatches: number;
}

export interface Ledger {
  readonly kinds: Readonly<Record<LedgerKind, LedgerLine>>;
  readonly all: LedgerLine;
  /**
   * The convention of published tables, which charge replayed rows their forward pass alone; `all` charges
   * every pass of every row.
   */
  readonly published: { readonly macs: number; readonly denseMacs: number };
}

type Counted = Work & { readonly kind: DispatchKind };

const NOTHING: LedgerLine = {
  dispatches: 0,
  macs: 0,
  denseMacs: 0,
  outsideMacs: 0,
  bytesRead: 0,
  bytesWritten: 0,
};

/** Adds up the entries of one step of a strategy that draws `draws`. */
export function stepLedger(entries: readonly Counted[], draws: readonly Draw[]): Ledger {
  const kinds = Object.fromEntries(
    LEDGER_KINDS.map((kind) => [
      kind,
      sum(entries.filter((entry) => ledgerKind(entry.kind) === kind)),
    ]),
  ) as Record<LedgerKind, LedgerLine>;
  const charged = (macs: 'macs' | 'denseMacs') =>
    entries.reduce((total, entry) => total + entry[macs] * chargedShare(entry, draws), 0);
  return {
    kinds,
    all: sum(entries),
    published: { macs: charged('macs'), denseMacs: charged('denseMacs') },
  };
}

/** The ledger of `steps` equal steps. */
export function runLedger({ kinds, all, published }: Ledger, steps: number): Ledger {
  return {
    kinds: Object.fromEntries(
      LEDGER_KINDS.map((kind) => [kind, times(kinds[kind], steps)]),
    ) as Record<LedgerKind, LedgerLine>,
    all: times(all, steps),
    published: { macs: published.macs * steps, denseMacs: published.denseMacs * steps },
  };
}

/** Kinds of memory that training takes; images, replay and evaluation are told apart from it. */
export const TRAINING_MEMORY: readonly MemoryKind[] = [
  'weights',
  'gradients',
  'optimizer',
  'indices',
  'activations',
  'workspace',
];

/** Bytes that training takes, of what the allocator has handed out. */
export function trainingBytes(bytesByKind: Readonly<Record<string, number>>): number {
  return TRAINING_MEMORY.reduce((total, kind) => total + (bytesByKind[kind] ?? 0), 0);
}

function ledgerKind(kind: DispatchKind): LedgerKind {
  return kind === 'gather' || kind === 'loss' ? 'other' : kind;
}

/** Current rows among those that a backward dispatch works on; 1 for everything else. */
function chargedShare({ kind, groups }: Counted, draws: readonly Draw[]): number {
  if (kind !== 'input-gradient' && kind !== 'weight-gradient') return 1;
  const served = draws.filter(({ normGroup }) => groups.includes(normGroup));
  const rows = (of: readonly Draw[]) => of.reduce((total, draw) => total + draw.rows, 0);
  return rows(served.filter(({ from }) => from === 'stream')) / rows(served);
}

const sum = (entries: readonly Counted[]): LedgerLine =>
  entries.reduce<LedgerLine>(
    (line, entry) => ({
      dispatches: line.dispatches + 1,
      macs: line.macs + entry.macs,
      denseMacs: line.denseMacs + entry.denseMacs,
      outsideMacs: line.outsideMacs + entry.outsideMacs,
      bytesRead: line.bytesRead + entry.bytesRead,
      bytesWritten: line.bytesWritten + entry.bytesWritten,
    }),
    NOTHING,
  );

const times = (line: LedgerLine, steps: number): LedgerLine => ({
  dispatches: line.dispatches * steps,
  macs: line.macs * steps,
  denseMacs: line.denseMacs * steps,
  outsideMacs: line.outsideMacs * steps,
  bytesRead: line.bytesRead * steps,
  bytesWritten: line.bytesWritten * steps,
});
