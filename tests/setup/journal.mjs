/**
 * The journal of a stage: a line of JSON for everything that its runner begins and ends, appended as it happens. So
 * what had passed is known even where the runner crashed or was ended, what was running then can be named, and
 * `process.mjs` sees that something happens. Vitest and Playwright write the same one (`journal-vitest.mjs`,
 * `journal-playwright.mjs`); `results.mjs` reads it.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** The variable that tells a runner where to write its journal; without it there is none. */
export const JOURNAL = 'PALIMPSEST_JOURNAL';

/**
 * @typedef {object} Begin A test begins, or a file without its tests being known yet.
 * @property {'begin'} type
 * @property {string} id Of this test, or of this file.
 * @property {string} name For a person.
 */
/**
 * @typedef {object} End A test or file has ended.
 * @property {'end'} type
 * @property {string} id
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped' | 'file'} status `file`: a file whose tests have told their own results.
 * @property {number} [ms]
 * @property {Record<string, string>} [figures] What the test measured, by name, for a person.
 */
/**
 * @typedef {object} Planned How much is going to run.
 * @property {'planned'} type
 * @property {'file' | 'test'} unit
 * @property {number} count
 */
/**
 * @typedef {object} Fault An error outside any test.
 * @property {'error'} type
 * @property {string} message Its first line.
 */
/**
 * @typedef {object} Closed The runner came to its end.
 * @property {'closed'} type
 */
/** @typedef {Begin | End | Planned | Fault | Closed} Entry */

/**
 * @param {string} path
 * @param {Entry} entry
 */
export function append(path, entry) {
  appendFileSync(path, `${JSON.stringify(entry)}\n`);
}

/**
 * All whole lines of a journal; none where there is no file.
 * @param {string} path
 * @returns {Entry[]}
 */
export function readJournal(path) {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // What follows the last newline was cut off in the middle, or is empty.
  return lines.slice(0, -1).map((line) => {
    /** @type {unknown} */
    const entry = JSON.parse(line);
    return /** @type {Entry} */ (entry);
  });
}

/**
 * The first line of what an error says.
 * @param {{ message?: string | undefined, value?: string | undefined } | undefined} error
 */
export function firstLine(error) {
  const line = (error?.message ?? error?.value ?? '').split('\n')[0] ?? '';
  return line === '' ? 'an error without a message' : line;
}
