/** Vitest's reporter that keeps the journal of a stage. */
import { append, firstLine } from './journal.mjs';

/** @typedef {import('vitest/node').Reporter} Reporter */
/** @typedef {import('vitest/node').TestCase} TestCase */
/** @typedef {import('vitest/node').TestModule} TestModule */

/** @implements {Reporter} */
export class VitestJournal {
  #path;
  /** Tests whose end is in the journal. @type {Set<string>} */
  #ended = new Set();

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
  }

  /** @param {readonly import('vitest/node').TestSpecification[]} specifications */
  onTestRunStart(specifications) {
    append(this.#path, { type: 'planned', unit: 'file', count: specifications.length });
  }

  /** @param {TestModule} file */
  onTestModuleQueued(file) {
    append(this.#path, { type: 'begin', id: file.id, name: file.relativeModuleId });
  }

  /** @param {TestCase} test */
  onTestCaseReady(test) {
    append(this.#path, { type: 'begin', id: test.id, name: nameOf(test) });
  }

  /** @param {TestCase} test */
  onTestCaseResult(test) {
    const { state } = test.result();
    if (state === 'pending' || this.#ended.has(test.id)) return;
    this.#ended.add(test.id);
    const ms = Math.round(test.diagnostic()?.duration ?? 0);
    append(this.#path, { type: 'end', id: test.id, name: nameOf(test), status: state, ms });
  }

  /** @param {TestModule} file */
  onTestModuleEnd(file) {
    let blamed = false;
    for (const test of file.children.allTests()) {
      // One that was skipped may not have been told of.
      this.onTestCaseResult(test);
      blamed ||= test.result().state === 'failed';
    }
    const { id, relativeModuleId: name } = file;
    if (file.state() === 'failed' && !blamed) {
      const errors = [file, ...file.children.allSuites()].flatMap((suite) => suite.errors());
      append(this.#path, { type: 'error', message: `${name}: ${firstLine(errors[0])}` });
    }
    append(this.#path, { type: 'end', id, name, status: 'file' });
  }

  /**
   * @param {readonly TestModule[]} _files
   * @param {readonly import('vitest/node').SerializedError[]} errors
   */
  onTestRunEnd(_files, errors) {
    for (const error of errors) append(this.#path, { type: 'error', message: firstLine(error) });
    append(this.#path, { type: 'closed' });
  }
}

/** @param {TestCase} test */
const nameOf = (test) => `${test.module.relativeModuleId} › ${test.fullName}`;
