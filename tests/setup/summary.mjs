/** What `npm test` says in the end: a table of its stages, what failed and what was skipped, and one line of sums. */

/** @typedef {import('./results.mjs').Results} Results */

/**
 * @typedef {object} Row
 * @property {string} stage
 * @property {number} ms
 * @property {Results} results
 */

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * @param {readonly Row[]} rows
 * @param {{ skipped: readonly string[], missing: { browser?: string, dawn?: string } }} prepared
 * @param {number} preparation ms
 * @param {number} total ms
 * @returns {number} of failures
 */
export function printSummary(rows, prepared, preparation, total) {
  /**
   * @param {string} name
   * @param {number} ms
   * @param {readonly number[]} counts
   */
  const line = (name, ms, counts = []) => {
    const columns = counts.map((count) => String(count).padStart(8));
    console.log(`${name.padEnd(18)}${seconds(ms).padStart(9)}${columns.join('')}`);
  };
  console.log(`\n${'stage'.padEnd(18)}     time   passed  failed skipped`);
  line('preparation', preparation);
  for (const { stage, ms, results } of rows) {
    line(stage, ms, [results.passed, results.failed.length, results.skipped.length]);
  }
  line('all', total);

  const failed = rows.flatMap(({ results }) => results.failed);
  const skipped = [...rows.flatMap(({ results }) => results.skipped), ...prepared.skipped];
  const passed = rows.reduce((sum, { results }) => sum + results.passed, 0);
  if (skipped.length > 0) console.log(`\nskipped:\n${skipped.map((s) => `  ${s}\n`).join('')}`);
  if (failed.length > 0) console.log(`\nfailed:\n${failed.map((f) => `  ${f}\n`).join('')}`);
  for (const advice of new Set(Object.values(prepared.missing))) console.log(advice);
  const end = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  console.log(`${passed} passed, ${failed.length} failed${end}`);
  return failed.length;
}
