/**
 * Sums the journal of a stage up: how many tests passed, and the names of those that failed or were skipped. What had
 * passed counts, whatever became of the runner; a runner that was ended, crashed or left nothing is one failure more,
 * which names what was running then.
 */
import { readJournal } from './journal.mjs';

/** @typedef {import('./journal.mjs').Entry} Entry */
/** @typedef {import('./stages.mjs').Stage} Stage */

/**
 * @typedef {object} Results
 * @property {number} passed
 * @property {string[]} failed Named for a person.
 * @property {string[]} skipped Named for a person.
 */

/**
 * One failure that is not a test's.
 * @param {string} stage
 * @param {string} reason
 * @returns {Results}
 */
export function failure(stage, reason) {
  return { passed: 0, failed: [`${stage}: ${reason}`], skipped: [] };
}

/**
 * @param {Pick<Stage, 'name' | 'journal'>} stage
 * @param {string | undefined} problem how its last command ended, if not well
 * @param {{ mayBeEmpty?: boolean }} [options] `mayBeEmpty`: of a choice of tests, there may be none
 * @returns {Results}
 */
export function readResults({ name, journal }, problem, { mayBeEmpty = false } = {}) {
  if (journal === undefined) {
    return problem === undefined ? { passed: 1, failed: [], skipped: [] } : failure(name, problem);
  }
  const entries = readJournal(journal);
  const results = sum(name, entries);
  const closed = entries.some(({ type }) => type === 'closed');
  const { passed, failed, skipped } = results;
  if (!closed && !(mayBeEmpty && problem === undefined && entries.length === 0)) {
    failed.push(
      `${name}: ${problem ?? 'it ended well, but in the middle'}${whereItStood(entries)}`,
    );
  } else if (passed + failed.length + skipped.length === 0) {
    if (!mayBeEmpty || problem !== undefined) {
      failed.push(`${name}: no test ran${problem === undefined ? '' : ` (${problem})`}`);
    }
  } else if (failed.length === 0 && problem !== undefined) {
    failed.push(`${name}: ${problem}`);
  }
  return results;
}

/**
 * @param {string} stage
 * @param {readonly Entry[]} entries
 * @returns {Results}
 */
function sum(stage, entries) {
  /** What was told of a test last, since one may be tried again. @type {Map<string, import('./journal.mjs').End>} */
  const ends = new Map();
  for (const entry of entries) if (entry.type === 'end') ends.set(entry.id, entry);
  /** @param {string} status */
  const named = (status) =>
    [...ends.values()]
      .filter((end) => end.status === status)
      .map(({ name }) => `${stage}: ${name}`);
  const faults = entries.flatMap((entry) =>
    entry.type === 'error' ? [`${stage}: ${entry.message}`] : [],
  );
  return {
    passed: named('passed').length,
    failed: [...named('failed'), ...faults],
    skipped: named('skipped'),
  };
}

/**
 * What was running where a journal breaks off, and how much was still to come.
 * @param {readonly Entry[]} entries
 */
function whereItStood(entries) {
  /** @type {Map<string, string>} */
  const running = new Map();
  for (const entry of entries) {
    if (entry.type === 'begin') running.set(entry.id, entry.name);
    else if (entry.type === 'end') running.delete(entry.id);
  }
  // A file goes on as long as its tests do, so of several the last says most.
  const last = [...running.values()].at(-1);
  const at = last === undefined ? 'no test was running' : `while ${last} was running`;
  const planned = entries.find((entry) => entry.type === 'planned');
  if (planned === undefined) return `; ${at}`;
  const done = new Set(
    entries.flatMap((entry) =>
      entry.type === 'end' && (entry.status === 'file') === (planned.unit === 'file')
        ? [entry.id]
        : [],
    ),
  );
  return `, ${at}; ${done.size} of ${planned.count} ${planned.unit}s had ended`;
}
