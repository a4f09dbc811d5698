/**
 * The ledger: what a step and a run execute and move, added up from the entries of the plan that ran, beside
 * what a dense network would. Counted, not estimated; no clock is asked.
 */
import type { Draw } from '../../continual/batch/draw.ts';
import type { DispatchKind, Work } from '../../gpu/plan.ts';
import type { MemoryKind } from '../../gpu/memory.ts';

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
export interface LedgerLine extends Omit<Work, 'groups' | 'mask'> {
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

const NOT_PUBLISHED = { macs: 0, denseMacs: 0 };

const NO_WORK: Ledger = {
  kinds: Object.fromEntries(LEDGER_KINDS.map((kind) => [kind, NOTHING])) as Record<
    LedgerKind,
    LedgerLine
  >,
  all: NOTHING,
  published: NOT_PUBLISHED,
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

/** Dispatches that have run together, and how often. */
interface CountedRuns {
  readonly entries: readonly Counted[];
  readonly runs: number;
  /** Whether published tables count them. */
  readonly published: boolean;
}

/**
 * What a run of `steps` steps has executed, from all the plans that it ran, and its mean step: where every step
 * is alike, and nothing runs besides, that step itself.
 */
export function workLedger(
  work: readonly CountedRuns[],
  draws: readonly Draw[],
  steps: number,
): { readonly step: Ledger; readonly run: Ledger } {
  const ledgers = work.map(({ entries, runs, published }) => {
    const ledger = stepLedger(entries, draws);
    return { runs, ledger: published ? ledger : { ...ledger, published: NOT_PUBLISHED } };
  });
  const added = (by: number) =>
    ledgers.map(({ ledger, runs }) => runLedger(ledger, runs / by)).reduce(plus, NO_WORK);
  return { step: added(Math.max(1, steps)), run: added(1) };
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

/** The line of the ledger that a dispatch is counted in. */
export function ledgerKind(kind: DispatchKind): LedgerKind {
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
  entries.reduce<LedgerLine>((line, entry) => plusLine(line, { ...entry, dispatches: 1 }), NOTHING);

const plus = (a: Ledger, b: Ledger): Ledger => ({
  kinds: Object.fromEntries(
    LEDGER_KINDS.map((kind) => [kind, plusLine(a.kinds[kind], b.kinds[kind])]),
  ) as Record<LedgerKind, LedgerLine>,
  all: plusLine(a.all, b.all),
  published: {
    macs: a.published.macs + b.published.macs,
    denseMacs: a.published.denseMacs + b.published.denseMacs,
  },
});

const plusLine = (a: LedgerLine, b: LedgerLine): LedgerLine => ({
  dispatches: a.dispatches + b.dispatches,
  macs: a.macs + b.macs,
  denseMacs: a.denseMacs + b.denseMacs,
  outsideMacs: a.outsideMacs + b.outsideMacs,
  bytesRead: a.bytesRead + b.bytesRead,
  bytesWritten: a.bytesWritten + b.bytesWritten,
});

const times = (line: LedgerLine, steps: number): LedgerLine => ({
  dispatches: line.dispatches * steps,
  macs: line.macs * steps,
  denseMacs: line.denseMacs * steps,
  outsideMacs: line.outsideMacs * steps,
  bytesRead: line.bytesRead * steps,
  bytesWritten: line.bytesWritten * steps,
});
