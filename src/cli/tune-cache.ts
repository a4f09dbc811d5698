/** What tuning found out on this machine, in one JSON file under `.cache`: { key: table }. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TuneCache } from '../lab/engine/assemble/tuning.ts';

/** `root` is the project's folder. A file that cannot be read counts as empty, one that cannot be written is left. */
export function fileTuneCache(root: string): TuneCache {
  const path = join(root, '.cache', 'tuning.json');
  const all = async (): Promise<Record<string, unknown>> => {
    try {
      const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
      return typeof kept === 'object' && kept !== null ? { ...kept } : {};
    } catch {
      return {};
    }
  };
  return {
    get: async (key) => (await all())[key],
    async set(key, table) {
      try {
        await mkdir(dirname(path), { recursive: true });
        const text = JSON.stringify({ ...(await all()), [key]: table }, null, 2);
        // Renamed into place, so that a reader never finds half a file.
        await writeFile(`${path}.${String(process.pid)}`, `${text}\n`);
        await rename(`${path}.${String(process.pid)}`, path);
      } catch {
        // The table is used all the same; it is measured again next time.
      }
    },
  };
}
