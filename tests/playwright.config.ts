/**
 * The end-to-end tests: the built app (`vite build` first) in a real browser, on a laptop and on a phone.
 * It is served under a sub-path, as a project page on a static host is, so tests go to `./`, never to `/`.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'playwright/test';
import { findBrowser, launchOptions } from '../src/cli/environment/browser.mjs';

const PORT = 4199;
const URL_OF_APP = `http://localhost:${String(PORT)}/lab/`;

const root = fileURLToPath(new URL('..', import.meta.url));
const browser = await findBrowser();

export default defineConfig({
  testDir: 'e2e',
  outputDir: '.output/e2e',
  forbidOnly: true,
  // The browser's software adapter uses every core by itself.
  workers: 1,
  // Training a short story takes a minute there.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [
    ['list', { printSteps: false }],
    ['json', { outputFile: '.output/e2e.json' }],
  ],
  use: {
    baseURL: URL_OF_APP,
    trace: 'retain-on-failure',
    ...(browser === undefined ? {} : { launchOptions: launchOptions(browser) }),
  },
  projects: [
    { name: 'laptop', use: { viewport: { width: 1440, height: 900 } } },
    {
      name: 'phone',
      // Nothing in these depends on the screen.
      testIgnore: ['automation.spec.ts', 'lost-device.spec.ts', 'performance.spec.ts'],
      use: {
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
      },
    },
  ],
  webServer: {
    command: [
      `"${process.execPath}" node_modules/vite/bin/vite.js preview`,
      `--base /lab/ --host localhost --port ${String(PORT)} --strictPort`,
    ].join(' '),
    cwd: root,
    url: URL_OF_APP,
    reuseExistingServer: false,
    stdout: 'ignore',
  },
});
