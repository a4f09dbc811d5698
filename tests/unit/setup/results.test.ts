import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readResults } from '../../setup/results.mjs';
import { root } from '../../setup/stages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-results-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let reports = 0;

/** A stage whose runner left this report, or none. */
function stage(runner: 'vitest' | 'playwright', report?: unknown) {
  const path = join(folder, `${String(reports++)}.json`);
  if (report !== undefined) writeFileSync(path, JSON.stringify(report));
  const rest = { about: '', commands: [], needs: [], needsBuild: false, minutes: 1 };
  return { ...rest, name: 'suite', report: { runner, path } };
}

const file = (status: string, message: string, ...tests: [status: string, name: string][]) => ({
  name: join(root, 'tests/unit/a.test.ts'),
  status,
  message,
  assertionResults: tests.map(([outcome, fullName]) => ({ status: outcome, fullName })),
});

describe('results of Vitest', () => {
  test('are passed ones by number, failed and skipped ones by name', () => {
    const tests: [string, string][] = [
      ['passed', 'one'],
      ['passed', 'two'],
      ['failed', 'three'],
      ['skipped', 'four'],
      ['todo', 'five'],
    ];
    const report = { testResults: [file('failed', '', ...tests)] };
    expect(readResults(stage('vitest', report), 'exit code 1')).toEqual({
      passed: 2,
      failed: ['suite: tests/unit/a.test.ts › three'],
      skipped: ['suite: tests/unit/a.test.ts › four', 'suite: tests/unit/a.test.ts › five'],
    });
  });

  test('count a file that could not be imported', () => {
    const report = { testResults: [file('failed', 'Cannot find module\nat …')] };
    expect(readResults(stage('vitest', report), 'exit code 1').failed).toEqual([
      'suite: tests/unit/a.test.ts: Cannot find module',
    ]);
  });

  test('count an error outside any test', () => {
    const report = { testResults: [file('passed', '', ['passed', 'one'])] };
    expect(readResults(stage('vitest', report), 'exit code 1')).toEqual({
      passed: 1,
      failed: ['suite: exit code 1'],
      skipped: [],
    });
  });

  test('count a suite without tests and a runner without report as failed', () => {
    const nothing = readResults(stage('vitest', { testResults: [] }), 'exit code 1');
    expect(nothing.failed).toEqual(['suite: no test ran (exit code 1)']);
    const silent = readResults(stage('vitest'), undefined);
    expect(silent.failed).toEqual(['suite: no report (though it ended well)']);
    const crashed = readResults(stage('vitest'), 'signal SIGSEGV');
    expect(crashed.failed).toEqual(['suite: no report (signal SIGSEGV)']);
  });
});

test('results of Playwright are counted through nested suites, a flaky test as failed', () => {
  const spec = (title: string, status: string) => ({
    title,
    file: 'a.spec.ts',
    tests: [{ projectName: 'phone', status }],
  });
  const report = {
    errors: [{ message: 'the server did not start\nat …' }],
    suites: [
      {
        specs: [spec('runs', 'expected')],
        suites: [
          {
            specs: [spec('skips', 'skipped'), spec('wavers', 'flaky'), spec('ends', 'unexpected')],
          },
        ],
      },
    ],
  };
  expect(readResults(stage('playwright', report), 'exit code 1')).toEqual({
    passed: 1,
    failed: [
      'suite: a.spec.ts › wavers (phone)',
      'suite: a.spec.ts › ends (phone)',
      'suite: the server did not start',
    ],
    skipped: ['suite: a.spec.ts › skips (phone)'],
  });
});
