/** Kept runs over maps: nothing goes without a way back, and what cannot be done comes back as a sentence. */
import { describe, expect, it } from 'vitest';
import { configOf } from '../../../src/lab/presets/registry.ts';
import { newRecording, type Recording } from '../../../src/lab/recording/recording.ts';
import type { RunStorage, Shelf } from '../../../src/ui/runs/run-storage.ts';
import type { RunSummary } from '../../../src/ui/runs/run-summary.ts';
import {
  BIN_KEEPS,
  FAILURES,
  MOST_IN_BIN,
  MOST_UNPINNED,
  RunStore,
  type Stored,
} from '../../../src/ui/runs/run-store.ts';

/** A shelf in a map, whose next puts fail with `faults`, in order; undefined: that one works. */
class MapShelf<Value> implements Shelf<Value> {
  readonly map = new Map<string, Value>();
  faults: (Error | undefined)[] = [];

  get(id: string): Promise<Value | undefined> {
    return Promise.resolve(this.map.get(id));
  }

  all(): Promise<readonly Value[]> {
    return Promise.resolve([...this.map.values()]);
  }

  put(id: string, value: Value): Promise<void> {
    const fault = this.faults.shift();
    if (fault) return Promise.reject(fault);
    this.map.set(id, structuredClone(value));
    return Promise.resolve();
  }

  remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.map.delete(id);
    return Promise.resolve();
  }
}

const HOUR = 60 * 60 * 1000;
const FULL = new DOMException('no room', 'QuotaExceededError');

function made() {
  const summaries = new MapShelf<RunSummary>();
  const recordings = new MapShelf<Recording>();
  const clock = { now: 1e12 };
  const storage: RunStorage = { summaries, recordings };
  const store = new RunStore(storage, () => clock.now);
  return { summaries, recordings, clock, store };
}

/** A run that was stopped after `steps` steps, begun on minute `minute`. */
function run(minute: number, steps = 3, seed = 0): Recording {
  const recording = newRecording(
    configOf('pocket-er', { seed }),
    'pocket-er',
    new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  );
  recording.loss.push(...Array.from({ length: steps }, () => 1));
  return recording;
}

async function value<Value>(result: Promise<Stored<Value>>): Promise<Value> {
  const stored = await result;
  if (!stored.ok) throw new Error(stored.failure.message);
  return stored.value;
}

const kept = async (store: RunStore): Promise<readonly string[]> =>
  (await value(store.list())).kept.map(({ startedAt }) => startedAt.slice(14, 16));

describe('keeping', () => {
  it('gives back what was saved, the latest first', async () => {
    const { store } = made();
    await store.save(run(1, 5));
    const { summary } = await value(store.save(run(7, 9)));
    await store.save(run(3));
    expect(await kept(store)).toEqual(['07', '03', '01']);
    expect(summary).toMatchObject({ steps: 9, finished: false, name: 'Replay saves it, seed 0' });
    expect((await value(store.load(summary.id))).loss).toHaveLength(9);
  });

  it('brings the same run up to date under its name, and never back', async () => {
    const { store } = made();
    const first = await value(store.save(run(1, 5)));
    await store.rename(first.summary.id, '  the good one ');
    await store.pin(first.summary.id, true);
    const longer = await value(store.save(run(1, 8)));
    expect(longer.known).toBe(true);
    expect(longer.summary).toMatchObject({ name: 'the good one', pinned: true, steps: 8 });
    const shorter = await value(store.save(run(1, 2)));
    expect(shorter.summary.steps).toBe(8);
    expect((await value(store.load(first.summary.id))).loss).toHaveLength(8);
    expect(await kept(store)).toHaveLength(1);
    expect((await value(store.save(run(1, 8, 4)))).known).toBe(false);
  });

  it('takes no more room for pictures than some moments need', async () => {
    const { store } = made();
    const recording = run(1);
    const content = {
      images: Uint32Array.of(0),
      heads: Uint16Array.of(0),
      pixels: new Uint8Array(3072),
    };
    for (let at = 1; at <= 12; at++) {
      recording.buffers.push({ at, capacity: 1, tasks: Uint16Array.of(0), content });
    }
    const { summary } = await value(store.save(recording));
    const { buffers } = await value(store.load(summary.id));
    expect(buffers.map(({ at }) => at)).toEqual([1, 5, 8, 12]);
    expect(recording.buffers).toHaveLength(12);
  });

  it('does everything in the order in which it was asked for', async () => {
    const { store } = made();
    const { summary } = await value(store.save(run(1)));
    const all = await Promise.all([
      store.rename(summary.id, 'a'),
      store.pin(summary.id, true),
      store.rename(summary.id, ''),
    ]);
    expect(all.map((each) => each.ok && [each.value.name, each.value.pinned])).toEqual([
      ['a', false],
      ['a', true],
      ['Replay saves it, seed 0', true],
    ]);
  });

  it('says when the list has changed', async () => {
    const { store } = made();
    let changes = 0;
    store.addEventListener('change', () => changes++);
    const { summary } = await value(store.save(run(1)));
    await store.remove(summary.id);
    await store.list();
    expect(changes).toBe(2);
  });
});

describe('the bin', () => {
  it('gives back what was deleted for a day', async () => {
    const { store, clock, recordings } = made();
    const { summary } = await value(store.save(run(1)));
    await store.remove(summary.id);
    expect(await kept(store)).toEqual([]);
    clock.now += BIN_KEEPS - HOUR;
    expect((await value(store.list())).bin).toHaveLength(1);
    await store.restore(summary.id);
    expect(await kept(store)).toEqual(['01']);
    await store.remove(summary.id);
    clock.now += BIN_KEEPS + 1;
    expect(await value(store.list())).toEqual({ kept: [], bin: [] });
    expect(recordings.map.size).toBe(0);
    expect(await store.load(summary.id)).toEqual({
      ok: false,
      failure: { kind: 'missing', message: FAILURES.missing },
    });
  });

  it('holds so many, and is emptied when asked', async () => {
    const { store, clock, recordings } = made();
    for (let minute = 0; minute < MOST_IN_BIN + 2; minute++) {
      const { summary } = await value(store.save(run(minute)));
      clock.now += 1000;
      await store.remove(summary.id);
    }
    const { bin } = await value(store.list());
    expect(bin).toHaveLength(MOST_IN_BIN);
    expect(bin.map(({ startedAt }) => startedAt)).not.toContain(run(1).startedAt);
    await store.empty();
    expect(recordings.map.size).toBe(0);
  });

  it('takes the oldest unpinned runs where there are too many, and not the one just saved', async () => {
    const { store } = made();
    const { summary: oldest } = await value(store.save(run(0)));
    await store.pin(oldest.id, true);
    for (let minute = 1; minute <= MOST_UNPINNED; minute++) {
      expect((await value(store.save(run(minute % 60, 3, minute)))).madeRoom).toEqual([]);
    }
    // The 61st unpinned one, begun before all others.
    const early = { ...run(0, 3, 99), startedAt: '2020-01-01T00:00:00.000Z' };
    const { madeRoom } = await value(store.save(early));
    expect(madeRoom.map(({ config }) => config.seed)).toEqual([60]);
    const { kept: left, bin } = await value(store.list());
    expect(left).toHaveLength(MOST_UNPINNED + 1);
    expect(left.at(-1)!.config.seed).toBe(99);
    expect(bin).toMatchObject([{ madeRoom: true }]);
    const back = await value(store.restore(bin[0]!.id));
    expect(back).toMatchObject({ deletedAt: null, madeRoom: false, pinned: true });
  });
});

describe('what cannot be done', () => {
  it('a full disk empties the bin first', async () => {
    const { store, recordings } = made();
    const { summary } = await value(store.save(run(1)));
    await store.remove(summary.id);
    recordings.faults = [FULL];
    expect((await store.save(run(2))).ok).toBe(true);
    expect((await value(store.list())).bin).toEqual([]);
    expect(await kept(store)).toEqual(['02']);
  });

  it('a full disk without a bin is told, and what was kept stays', async () => {
    const { store, recordings } = made();
    await store.save(run(1));
    recordings.faults = [FULL];
    expect(await store.save(run(2))).toEqual({
      ok: false,
      failure: { kind: 'full', message: FAILURES.full },
    });
    expect(await kept(store)).toEqual(['01']);
    expect((await store.save(run(2))).ok).toBe(true);
  });

  it('leaves no recording behind that no summary names', async () => {
    const { store, summaries, recordings } = made();
    summaries.faults = [FULL];
    expect((await store.save(run(1))).ok).toBe(false);
    expect(recordings.map.size).toBe(0);
  });

  it('a browser that refuses is told as one', async () => {
    const { store, recordings } = made();
    recordings.faults = [new Error('no database')];
    expect(await store.save(run(1))).toMatchObject({ failure: { kind: 'refused' } });
  });

  it('a damaged recording is told as one', async () => {
    const { store } = made();
    const wrong = { ...run(1), accuracy: [{ at: 0, after: 0 }] } as unknown as Recording;
    expect(await store.save(wrong)).toMatchObject({ failure: { kind: 'damaged' } });
    expect(await kept(store)).toEqual([]);
  });
});
