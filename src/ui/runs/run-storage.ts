/**
 * Where runs are stored: a store of summaries, which the list reads whole, and a store of recordings, which are read
 * one at a time. In the page both are in IndexedDB; a test puts maps in their place.
 */
import { createStore, delMany, get, set, values, type UseStore } from 'idb-keyval';
import type { Recording } from '../../lab/recording/recording.ts';
import type { RunSummary } from './run-summary.ts';

/** Values by id. All of these may reject. */
export interface Shelf<Value> {
  get(id: string): Promise<Value | undefined>;
  all(): Promise<readonly Value[]>;
  put(id: string, value: Value): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

export interface RunStorage {
  readonly summaries: Shelf<RunSummary>;
  readonly recordings: Pick<Shelf<Recording>, 'get' | 'put' | 'remove'>;
}

/** The page's own, as structured clones. Opening is left to the first use, which may fail like any other. */
export function browserRunStorage(): RunStorage {
  return {
    summaries: shelf(createStore('palimpsest-runs', 'summaries')),
    recordings: shelf(createStore('palimpsest-recordings', 'recordings')),
  };
}

function shelf<Value>(store: UseStore): Shelf<Value> {
  return {
    get: (id) => get<Value>(id, store),
    all: () => values<Value>(store),
    put: (id, value) => set(id, value, store),
    remove: (ids) => delMany([...ids], store),
  };
}
