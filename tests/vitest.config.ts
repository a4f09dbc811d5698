/**
 * The suites that Vitest runs, one project each. `kernels` and `kernels-browser` are the same test files,
 * once on Dawn in Node and once in Chromium. GPU suites run one file at a time in one process: a software
 * adapter uses every core by itself, and a device opened once serves all files.
 */
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { findBrowser, launchOptions } from '../src/cli/environment/browser.mjs';

const browser = await findBrowser();
const long = process.env['PALIMPSEST_SCOPE'] === 'long';

const onDawn = {
  environment: 'node',
  globalSetup: 'tests/setup/dawn-adapter.ts',
  pool: 'forks',
  isolate: false,
  maxWorkers: 1,
  fileParallelism: false,
} as const;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/reference/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        extends: true,
        test: {
          ...onDawn,
          name: 'kernels',
          include: ['tests/kernels/**/*.test.ts'],
          // The first use of a pipeline compiles it, up to half a second on SwiftShader.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        // Only Node's branch of `device.ts` imports Dawn; the page must not try to bundle it.
        optimizeDeps: { exclude: ['webgpu'] },
        test: {
          name: 'kernels-browser',
          include: ['tests/kernels/**/*.test.ts'],
          env: { PALIMPSEST_SCOPE: long ? 'default' : 'smoke' },
          testTimeout: 60_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright(
              browser === undefined ? {} : { launchOptions: launchOptions(browser) },
            ),
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
          testTimeout: long ? 3_600_000 : 300_000,
        },
      },
    ],
  },
});
