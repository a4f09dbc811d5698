/** What tuning found out in this browser, in an IndexedDB store of its own. */
import { createStore, get, set } from 'idb-keyval';
import type { TuneCache } from './tuning.ts';

/** The page's cache. A browser that refuses it (private mode, a full disk) tunes anew each time. */
export function browserTuneCache(): TuneCache {
  // Opening is left to the first use, which may fail like any other.
  const store = createStore('palimpsest-tuning', 'tables');
  return {
    async get(key) {
      try {
        return await get<unknown>(key, store);
      } catch {
        return undefined;
      }
    },
    async set(key, table) {
      try {
        await set(key, table, store);
      } catch {
        // The table is used all the same; it is measured again next time.
      }
    },
  };
}
