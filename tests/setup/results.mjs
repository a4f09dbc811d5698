/**
 * Reads what a stage's runner wrote down: how many tests passed, and the names of those that failed or
 * were skipped. A runner that crashed, or left no report, counts as one failure, so nothing is lost.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './stages.mjs';

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
 * @param {Stage} stage
 * @param {string | undefined} problem how its last command ended, if not well
 * @returns {Results}
 */
export function readResults(stage, problem) {
  if (stage.report === undefined) {
    return problem === undefined
      ? { passed: 1, failed: [], skipped: [] }
      : failure(stage.name, problem);
  }
  if (!existsSync(stage.report.path)) {
    return failure(stage.name, `no report (${problem ?? 'though it ended well'})`);
  }
  /** @type {unknown} */
  const report = JSON.parse(readFileSync(stage.report.path, 'utf8'));
  const results =
    stage.report.runner === 'vitest'
      ? vitestResults(stage.name, /** @type {VitestReport} */ (report))
      : playwrightResults(stage.name, /** @type {PlaywrightReport} */ (report));
  const { passed, failed, skipped } = results;
  if (passed + failed.length + skipped.length === 0) {
    failed.push(`${stage.name}: no test ran${problem === undefined ? '' : ` (${problem})`}`);
  } else if (failed.length === 0 && problem !== undefined) {
    // An error outside any test: a worker that died, a rejection that nobody awaited.
    failed.push(`${stage.name}: ${problem}`);
  }
  return results;
}

/**
 * The part that is read of Vitest's `json` report.
 * @typedef {object} VitestReport
 * @property {{
 *   name: string,
 *   status: string,
 *   message: string,
 *   assertionResults: { status: string, fullName: string }[],
 * }[]} testResults
 */

/**
 * @param {string} stage
 * @param {VitestReport} report
 * @returns {Results}
 */
function vitestResults(stage, report) {
  /** @type {Results} */
  const results = { passed: 0, failed: [], skipped: [] };
  for (const file of report.testResults) {
    const place = `${stage}: ${relative(root, file.name)}`;
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') results.passed++;
      else if (status === 'failed') results.failed.push(`${place} › ${fullName}`);
      else results.skipped.push(`${place} › ${fullName}`);
    }
    const blamed = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !blamed) {
      results.failed.push(`${place}: ${file.message.split('\n')[0] ?? ''}`);
    }
  }
  return results;
}

/**
 * The part that is read of Playwright's `json` report.
 * @typedef {object} PlaywrightSuite
 * @property {PlaywrightSuite[]} [suites]
 * @property {{ title: string, file: string, tests: { projectName: string, status: string }[] }[]} specs
 */
/**
 * @typedef {object} PlaywrightReport
 * @property {PlaywrightSuite[]} suites
 * @property {{ message?: string }[]} errors
 */

/**
 * @param {string} stage
 * @param {PlaywrightReport} report
 * @returns {Results}
 */
function playwrightResults(stage, report) {
  /** @type {Results} */
  const results = { passed: 0, failed: [], skipped: [] };
  /** @param {PlaywrightSuite} suite */
  const visit = (suite) => {
    for (const { title, file, tests } of suite.specs) {
      for (const { projectName, status } of tests) {
        const name = `${stage}: ${file} › ${title} (${projectName})`;
        if (status === 'expected') results.passed++;
        else if (status === 'skipped') results.skipped.push(name);
        else results.failed.push(name);
      }
    }
    suite.suites?.forEach(visit);
  };
  report.suites.forEach(visit);
  for (const { message } of report.errors) {
    results.failed.push(
      `${stage}: ${(message ?? 'an error outside any test').split('\n')[0] ?? ''}`,
    );
  }
  return results;
}
