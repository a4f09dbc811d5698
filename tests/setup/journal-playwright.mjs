/** Playwright's reporter that keeps the journal of a stage. */
import { append, firstLine } from './journal.mjs';

/** @typedef {import('playwright/types/testReporter').Reporter} Reporter */
/** @typedef {import('playwright/types/testReporter').TestCase} TestCase */

/** @implements {Reporter} */
export default class PlaywrightJournal {
  #path;

  /** @param {{ path: string }} options */
  constructor({ path }) {
    this.#path = path;
  }

  /**
   * @param {unknown} _config
   * @param {import('playwright/types/testReporter').Suite} suite
   */
  onBegin(_config, suite) {
    append(this.#path, { type: 'planned', unit: 'test', count: suite.allTests().length });
  }

  /** @param {TestCase} test */
  onTestBegin(test) {
    append(this.#path, { type: 'begin', id: test.id, name: nameOf(test) });
  }

  /**
   * @param {TestCase} test
   * @param {import('playwright/types/testReporter').TestResult} result
   */
  onTestEnd(test, { duration, annotations }) {
    const outcome = test.outcome();
    // One that passes at a second try is not to be relied on.
    const status = outcome === 'expected' ? 'passed' : outcome === 'skipped' ? 'skipped' : 'failed';
    const ms = Math.round(duration);
    const told = annotations.map(({ type, description = '' }) => [type, description]);
    const figures = told.length > 0 ? { figures: Object.fromEntries(told) } : {};
    append(this.#path, { type: 'end', id: test.id, name: nameOf(test), status, ms, ...figures });
  }

  /** @param {import('playwright/types/testReporter').TestError} error */
  onError(error) {
    append(this.#path, { type: 'error', message: firstLine(error) });
  }

  onEnd() {
    append(this.#path, { type: 'closed' });
  }
}

/** `run.spec.ts › goes by step (phone)`, out of the project, the file and the titles. @param {TestCase} test */
function nameOf(test) {
  const [, project = '', file = '', ...titles] = test.titlePath();
  return `${file} › ${titles.join(' › ')} (${project})`;
}
