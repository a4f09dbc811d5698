/**
 * The runs that are kept. Every change to them is made here, one after another, and gives a typed result, with a
 * sentence where it could not be done. Deleting puts a run in the bin, from which it can be
 * taken back for a day; so does making room for new ones. Only what has lain there too long is gone.
 */
import { keptRecording } from '../../lab/recording/recording-slim.ts';
import type { Recording } from '../../lab/recording/recording.ts';
import { browserRunStorage, type RunStorage } from './run-storage.ts';
import { adapterWords, runNumbers, usualName, type RunSummary } from './run-summary.ts';

/** Runs that are kept without being pinned; the oldest make room for new ones. */
export const MOST_UNPINNED = 60;
/** How long the bin keeps a run, in milliseconds, and how many it holds. */
export const BIN_KEEPS = 24 * 60 * 60 * 1000;
export const MOST_IN_BIN = 20;
/** Characters of a name. */
export const LONGEST_NAME = 80;

export type StoreFailureKind = 'full' | 'refused' | 'missing' | 'damaged';

export interface StoreFailure {
  readonly kind: StoreFailureKind;
  /** A sentence or two for a person. */
  readonly message: string;
}

export type Stored<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: StoreFailure };

/** Kept runs, the latest first; and the bin, what was deleted last first. */
export interface RunList {
  readonly kept: readonly RunSummary[];
  readonly bin: readonly RunSummary[];
}

/** Saved: as it is kept now, and what had to make room for it. */
export interface SavedRun {
  readonly summary: RunSummary;
  /** This very run was kept before. */
  readonly known: boolean;
  readonly madeRoom: readonly RunSummary[];
}

export const FAILURES: Readonly<Record<StoreFailureKind, string>> = {
  full: 'The browser has no room left for this run. Export runs that you want to keep, delete some, and try again.',
  refused:
    'This browser does not let the page keep anything, as private windows often do not. The report of a finished run can still be downloaded.',
  missing: 'This run is not kept any more: it may have been deleted in another tab.',
  damaged: 'This recording is damaged: parts of it are not what they should be.',
};

/** Dispatches `change` after the list has changed, here or in another tab. */
export class RunStore extends EventTarget {
  readonly #storage: RunStorage;
  readonly #now: () => number;
  readonly #others: BroadcastChannel | null;
  /** Settles when the change that is under way is done, so that nothing is read in the middle of one. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    storage: RunStorage,
    now: () => number = Date.now,
    others: BroadcastChannel | null = null,
  ) {
    super();
    this.#storage = storage;
    this.#now = now;
    this.#others = others;
    others?.addEventListener('message', () => {
      this.dispatchEvent(new Event('change'));
    });
  }

  list(): Promise<Stored<RunList>> {
    return this.#turn(async () => listed(await this.#swept()));
  }

  /**
   * Keeps a run, finished or not. One that is kept already (the same config, begun at the same moment) is brought up
   * to date and keeps its name, unless what is kept knows more; and is taken out of the bin.
   */
  save(recording: Recording): Promise<Stored<SavedRun>> {
    return this.#turn(async () => {
      const before = (await this.#swept()).find((each) => isSame(each, recording));
      let fresh: RunSummary;
      try {
        fresh = summaryOf(recording, before);
      } catch {
        throw new Refusal('damaged');
      }
      const fuller = before !== undefined && knowsMore(before, fresh);
      const summary = fuller ? { ...before, deletedAt: null, madeRoom: false } : fresh;
      if (!fuller) await this.#putRecording(summary.id, recording);
      try {
        await this.#storage.summaries.put(summary.id, summary);
      } catch (error) {
        // A recording that no summary names would lie there for ever.
        if (!before) await this.#storage.recordings.remove([summary.id]);
        throw error;
      }
      const madeRoom = await this.#makeRoom(summary.id);
      this.#changed();
      return { summary, known: before !== undefined, madeRoom };
    });
  }

  load(id: string): Promise<Stored<Recording>> {
    return this.#turn(async () => {
      const recording = await this.#storage.recordings.get(id);
      if (!recording) throw new Refusal('missing');
      return recording;
    });
  }

  /** An empty name gives back the usual one. */
  rename(id: string, name: string): Promise<Stored<RunSummary>> {
    return this.#change(id, (run) => ({
      ...run,
      name: name.trim().slice(0, LONGEST_NAME) || usualName(run),
    }));
  }

  pin(id: string, pinned: boolean): Promise<Stored<RunSummary>> {
    return this.#change(id, (run) => ({ ...run, pinned }));
  }

  /** Into the bin. */
  remove(id: string): Promise<Stored<RunSummary>> {
    return this.#change(id, (run) => ({ ...run, deletedAt: this.#now(), madeRoom: false }));
  }

  /** Out of the bin; pinned where room was made of it, so that it does not go again at once. */
  restore(id: string): Promise<Stored<RunSummary>> {
    return this.#change(id, (run) => ({
      ...run,
      deletedAt: null,
      madeRoom: false,
      pinned: run.pinned || run.madeRoom,
    }));
  }

  /** Deletes for good what lies in the bin, and says how many runs that were. */
  empty(): Promise<Stored<number>> {
    return this.#turn(async () => {
      const { bin } = listed(await this.#storage.summaries.all());
      await this.#forget(bin);
      this.#changed();
      return bin.length;
    });
  }

  #change(id: string, changed: (run: RunSummary) => RunSummary): Promise<Stored<RunSummary>> {
    return this.#turn(async () => {
      const run = await this.#storage.summaries.get(id);
      if (!run) throw new Refusal('missing');
      const next = changed(run);
      await this.#storage.summaries.put(id, next);
      this.#changed();
      return next;
    });
  }

  /** All summaries, once those that have lain in the bin too long are gone. */
  async #swept(): Promise<readonly RunSummary[]> {
    const all = await this.#storage.summaries.all();
    const { bin } = listed(all);
    const gone = bin.filter(
      ({ deletedAt }, i) => i >= MOST_IN_BIN || this.#now() - (deletedAt ?? 0) > BIN_KEEPS,
    );
    await this.#forget(gone);
    return all.filter((run) => !gone.includes(run));
  }

  /** The oldest runs that are neither pinned nor `id` go to the bin until no more than the bound are left. */
  async #makeRoom(id: string): Promise<readonly RunSummary[]> {
    const { kept } = listed(await this.#storage.summaries.all());
    const loose = kept.filter((run) => !run.pinned);
    const going = loose
      .filter((run) => run.id !== id)
      .slice(Math.max(0, MOST_UNPINNED - (loose.some((run) => run.id === id) ? 1 : 0)));
    for (const run of going) {
      const binned = { ...run, deletedAt: this.#now(), madeRoom: true };
      await this.#storage.summaries.put(run.id, binned);
    }
    return going;
  }

  /** Where the disk is full, what lies in the bin goes first. */
  async #putRecording(id: string, whole: Recording): Promise<void> {
    const recording = keptRecording(whole);
    try {
      await this.#storage.recordings.put(id, recording);
    } catch (error) {
      const bin = listed(await this.#storage.summaries.all()).bin.filter((run) => run.id !== id);
      if (!isFull(error) || bin.length === 0) throw error;
      await this.#forget(bin);
      await this.#storage.recordings.put(id, recording);
    }
  }

  async #forget(runs: readonly RunSummary[]): Promise<void> {
    if (runs.length === 0) return;
    const ids = runs.map(({ id }) => id);
    await this.#storage.summaries.remove(ids);
    await this.#storage.recordings.remove(ids);
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
    this.#others?.postMessage(null);
  }

  /** After everything that was asked for before. */
  #turn<Value>(what: () => Promise<Value>): Promise<Stored<Value>> {
    const done = this.#last.then(async (): Promise<Stored<Value>> => {
      try {
        return { ok: true, value: await what() };
      } catch (error) {
        const kind = error instanceof Refusal ? error.kind : isFull(error) ? 'full' : 'refused';
        return { ok: false, failure: { kind, message: FAILURES[kind] } };
      }
    });
    this.#last = done;
    return done;
  }
}

let browserStore: RunStore | null = null;

/** The page's runs. */
export function runStore(): RunStore {
  browserStore ??= new RunStore(
    browserRunStorage(),
    Date.now,
    new BroadcastChannel('palimpsest-runs'),
  );
  return browserStore;
}

/** Keeps a run that has ended in the page's store. */
export async function keepRun(
  recording: Recording,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly message: string }> {
  const saved = await runStore().save(recording);
  return saved.ok
    ? { ok: true }
    : { ok: false, message: `This run could not be kept. ${saved.failure.message}` };
}

class Refusal extends Error {
  constructor(readonly kind: StoreFailureKind) {
    super(FAILURES[kind]);
  }
}

const isFull = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError';

function listed(all: readonly RunSummary[]): RunList {
  return {
    kept: all
      .filter(({ deletedAt }) => deletedAt === null)
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt)),
    bin: all
      .filter(({ deletedAt }) => deletedAt !== null)
      .sort((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0)),
  };
}

function summaryOf(recording: Recording, before: RunSummary | undefined): RunSummary {
  const { preset, config, startedAt, adapter } = recording;
  return {
    id: before?.id ?? crypto.randomUUID(),
    name: before?.name ?? usualName(recording),
    preset,
    config,
    startedAt,
    adapter: adapterWords(adapter),
    pinned: before?.pinned ?? false,
    deletedAt: null,
    madeRoom: false,
    ...runNumbers(recording),
  };
}

const isSame = (run: RunSummary, { startedAt, config }: Recording): boolean =>
  run.startedAt === startedAt && JSON.stringify(run.config) === JSON.stringify(config);

const knowsMore = (kept: RunSummary, fresh: RunSummary): boolean =>
  kept.steps > fresh.steps || (kept.finished && !fresh.finished);
