import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Entry } from '../../setup/journal.mjs';
import { readResults } from '../../setup/results.mjs';

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-results-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let journals = 0;

/** A stage whose runner left these lines; none at all, if left out. */
function stage(entries?: readonly Entry[], rest = '') {
  const journal = join(folder, `${String(journals++)}.jsonl`);
  if (entries) {
    writeFileSync(journal, entries.map((entry) => `${JSON.stringify(entry)}\n`).join('') + rest);
  }
  return { name: 'suite', journal };
}

const planned: Entry = { type: 'planned', unit: 'file', count: 3 };
const closed: Entry = { type: 'closed' };
const begin = (name: string): Entry => ({ type: 'begin', id: name, name });
const end = (name: string, status: 'passed' | 'failed' | 'skipped' | 'file'): Entry => ({
  ...{ type: 'end', id: name, name, status },
});
const error = (message: string): Entry => ({ type: 'error', message });

describe('a journal that was closed', () => {
  test('gives passed ones by number, failed and skipped ones by name', () => {
    const tests = stage([
      planned,
      begin('a › one'),
      end('a › one', 'passed'),
      end('a › two', 'passed'),
      begin('a › three'),
      end('a › three', 'failed'),
      end('a › four', 'skipped'),
      end('a', 'file'),
      closed,
    ]);
    expect(readResults(tests, 'exit code 1')).toEqual({
      passed: 2,
      failed: ['suite: a › three'],
      skipped: ['suite: a › four'],
    });
  });

  test('goes by the last word on a test', () => {
    const tests = [end('a › one', 'passed'), end('a › one', 'failed'), closed];
    expect(readResults(stage(tests), 'exit code 1')).toEqual({
      passed: 0,
      failed: ['suite: a › one'],
      skipped: [],
    });
  });

  test('counts an error outside any test, told or not', () => {
    const told = stage([end('a › one', 'passed'), error('b: Cannot find module'), closed]);
    expect(readResults(told, 'exit code 1')).toMatchObject({
      passed: 1,
      failed: ['suite: b: Cannot find module'],
    });
    const untold = readResults(stage([end('a › one', 'passed'), closed]), 'exit code 1');
    expect(untold).toMatchObject({ passed: 1, failed: ['suite: exit code 1'] });
  });

  test('without a test is a failure, unless a choice of tests may be empty', () => {
    const { failed } = readResults(stage([closed]), 'exit code 1');
    expect(failed).toEqual(['suite: no test ran (exit code 1)']);
    expect(readResults(stage([closed]), undefined).failed).toEqual(['suite: no test ran']);
    for (const empty of [stage([closed]), stage()]) {
      expect(readResults(empty, undefined, { mayBeEmpty: true }).failed).toEqual([]);
      expect(readResults(empty, 'exit code 1', { mayBeEmpty: true }).failed).toHaveLength(1);
    }
  });
});

describe('a journal that breaks off', () => {
  test('counts what had passed, and names what was running', () => {
    const crashed = stage(
      [
        planned,
        begin('a'),
        begin('a › one'),
        end('a › one', 'passed'),
        end('a', 'file'),
        begin('b'),
        begin('b › two'),
      ],
      '{"type":"end","id":"b › tw',
    );
    expect(readResults(crashed, 'signal SIGSEGV')).toEqual({
      passed: 1,
      failed: ['suite: signal SIGSEGV, while b › two was running; 1 of 3 files had ended'],
      skipped: [],
    });
  });

  test('names the file, where no test of it was running', () => {
    const { failed } = readResults(stage([planned, begin('a')]), 'silent');
    expect(failed).toEqual(['suite: silent, while a was running; 0 of 3 files had ended']);
  });

  test('and one that is not there fail even if the runner ended well', () => {
    const part = readResults(stage([end('a › one', 'passed')]), undefined);
    expect(part.passed).toBe(1);
    expect(part.failed).toHaveLength(1);
    expect(readResults(stage(), undefined).failed).toHaveLength(1);
    expect(readResults(stage(), 'signal SIGSEGV').failed).toEqual([
      'suite: signal SIGSEGV; no test was running',
    ]);
  });
});

test('a stage without a journal is one passed or one failed', () => {
  expect(readResults({ name: 'types' }, undefined).passed).toBe(1);
  expect(readResults({ name: 'types' }, 'exit code 2')).toEqual({
    passed: 0,
    failed: ['types: exit code 2'],
    skipped: [],
  });
});
