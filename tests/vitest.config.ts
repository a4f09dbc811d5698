/**
 * The suites that Vitest runs, one project each. `kernels` and `kernels-browser` are the same test files,
 * once on Dawn in Node and once in Chromium. A device is opened once in a process and serves all
 * its files. On Dawn there are two: what takes long there, the compilation of kernels, takes one core each.
 */
import { playwright } from '@vitest/browser-playwright';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { findBrowser, launchOptions } from '../src/cli/environment/browser.mjs';
import { JOURNAL } from './setup/journal.mjs';
import { VitestJournal } from './setup/journal-vitest.mjs';
import { SLOWNESS, knownSlowness } from './setup/slowness.mjs';

const browser = await findBrowser();
const long = process.env['PALIMPSEST_SCOPE'] === 'long';
const journal = process.env[JOURNAL];
const slowness = await knownSlowness();

/** What a test and its hooks may take, of seconds on a quiet machine. */
const patience = (seconds: number) => {
  const ms = Math.round(1000 * seconds * slowness);
  return { testTimeout: ms, hookTimeout: ms };
};

/**
 * What a browser would repeat: whole sessions, whose kernels other files run there one by one, whose logic Dawn's run
 * proves, and which the end-to-end tests drive in the built page. A long run leaves nothing out.
 */
const SESSIONS = [
  'add-your-own',
  'cost',
  'device-sweep',
  'session-commands',
  'session-watched',
  'tune-session',
].map((name) => `tests/kernels/**/${name}.test.ts`);

/** Files that take longest come first, so that nobody waits for them in the end. */
const LONGEST = ['/variants.test.ts', '/variants-halves.test.ts', '/networks.test.ts'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

const onDawn = {
  environment: 'node',
  globalSetup: 'tests/setup/dawn-adapter.ts',
  pool: 'forks',
  isolate: false,
  maxWorkers: Math.min(2, availableParallelism()),
} as const;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ...(journal === undefined ? [] : [new VitestJournal(journal)])],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/reference/**/*.test.ts'],
          environment: 'node',
          ...patience(60),
        },
      },
      {
        extends: true,
        test: {
          ...onDawn,
          name: 'kernels',
          include: ['tests/kernels/**/*.test.ts'],
          // The first use of a pipeline compiles it, up to half a second on SwiftShader.
          ...patience(120),
        },
      },
      {
        extends: true,
        // Only Node's branch of `device.ts` imports Dawn; the page must not try to bundle it.
        optimizeDeps: { exclude: ['webgpu'] },
        test: {
          name: 'kernels-browser',
          include: ['tests/kernels/**/*.test.ts'],
          exclude: long ? [] : SESSIONS,
          env: { PALIMPSEST_SCOPE: long ? 'default' : 'smoke', [SLOWNESS]: String(slowness) },
          ...patience(120),
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            connectTimeout: 60_000 * slowness,
            provider: playwright({
              launchOptions: {
                ...(browser === undefined ? {} : launchOptions(browser)),
                timeout: 60_000 * slowness,
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          ...onDawn,
          name: 'learning',
          include: ['tests/learning/**/*.test.ts'],
          ...patience(long ? 3600 : 300),
        },
      },
    ],
  },
});
