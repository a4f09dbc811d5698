/**
 * What a page keeps between visits: decoded classes and the visitor's own archives, in an IndexedDB
 * store of their own. A cache only ever saves time, so a browser that refuses it (private mode, a full
 * disk, storage switched off) slows a run down and never stops it: no method here throws.
 */
import { createStore, delMany, getMany, setMany } from 'idb-keyval';

export interface DataCache {
  /** What is kept under a key; undefined where there is nothing, or nothing that can be read. */
  get(key: string): Promise<unknown>;
  /** Keeps all of the entries or none of them, and says which. */
  put(entries: readonly (readonly [key: string, value: unknown])[]): Promise<boolean>;
  /** Forgets keys, where it can. */
  remove(keys: readonly string[]): Promise<void>;
}

/** The three operations a cache stands on; `put` is one transaction. All of them may reject. */
export interface CacheBackend {
  get(key: string): Promise<unknown>;
  put(entries: [string, unknown][]): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

/** A cache over a backend that may fail at any time. */
export function tolerantCache(backend: CacheBackend): DataCache {
  return {
    async get(key) {
      try {
        return await backend.get(key);
      } catch {
        return undefined;
      }
    },
    async put(entries) {
      try {
        await backend.put(entries.map(([key, value]) => [key, value]));
        return true;
      } catch {
        return false;
      }
    },
    async remove(keys) {
      try {
        await backend.remove([...keys]);
      } catch {
        // What could not be removed is checked by its hash before it is believed.
      }
    },
  };
}

/** The page's cache, in IndexedDB. Opening is left to the first use, which may fail like any other. */
export function browserCache(): DataCache {
  const store = createStore('palimpsest-data', 'data');
  return tolerantCache({
    get: async (key) => (await getMany([key], store))[0] as unknown,
    put: (entries) => setMany(entries, store),
    remove: (keys) => delMany(keys, store),
  });
}
