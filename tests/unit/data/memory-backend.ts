/** A cache backend in memory, which a test can look into, break, and have refuse. */
import type { CacheBackend } from '../../../src/data/cache.ts';

export class MemoryBackend implements CacheBackend {
  readonly kept = new Map<string, unknown>();
  reads = 0;
  /** Makes every operation reject, as a private window or a full disk does. */
  refuses: 'nothing' | 'writing' | 'everything' = 'nothing';

  get(key: string): Promise<unknown> {
    this.reads++;
    if (this.refuses === 'everything') return Promise.reject(new Error('storage is switched off'));
    return Promise.resolve(structuredClone(this.kept.get(key)));
  }

  put(entries: [string, unknown][]): Promise<void> {
    if (this.refuses !== 'nothing') return Promise.reject(new Error('the disk is full'));
    for (const [key, value] of entries) this.kept.set(key, structuredClone(value));
    return Promise.resolve();
  }

  remove(keys: string[]): Promise<void> {
    if (this.refuses !== 'nothing') return Promise.reject(new Error('storage is switched off'));
    for (const key of keys) this.kept.delete(key);
    return Promise.resolve();
  }
}
