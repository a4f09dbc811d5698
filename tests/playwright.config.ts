/**
 * The end-to-end tests: the built app (`vite build` first) in a real browser, on a laptop and on a phone.
 * It is served under a sub-path, as a project page on a static host is, so tests go to `./`, never to `/`.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'playwright/test';
import { findBrowser, launchOptions } from '../src/cli/environment/browser.mjs';
import { JOURNAL } from './setup/journal.mjs';
import { knownSlowness } from './setup/slowness.mjs';

/**
 * Nothing in these depends on the screen, so the laptop's are enough. A phone's layout, and what can be pressed in it,
 * is met by the examinations of `access.spec.ts`, by the run that goes back in time, by two runs side by side, by
 * images of one's own and by the device's page.
 */
const LAPTOP_FILES = [
  'address.spec.ts',
  'automation.spec.ts',
  'lost-device.spec.ts',
  'performance.spec.ts',
];
const LAPTOP_TESTS = [
  /by keyboard alone/,
  /an address without WebGPU/,
  /goes by step, by task and to the end/,
  /pauses, resumes, stops/,
  /a config leaves as a file/,
];

/** A port that nobody listens on, so that runs beside each other, or left over, are not in each other's way. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

// The processes that run the tests read this file too, and inherit the choice.
process.env['PALIMPSEST_PORT'] ??= String(await freePort());
const port = process.env['PALIMPSEST_PORT'];
const URL_OF_APP = `http://localhost:${port}/lab/`;
const slowness = await knownSlowness();
const journal = process.env[JOURNAL];

const root = fileURLToPath(new URL('..', import.meta.url));
const browser = await findBrowser();

export default defineConfig({
  testDir: 'e2e',
  outputDir: '.output/e2e',
  forbidOnly: true,
  // A software adapter keeps a core and a half busy, and a page that waits none.
  workers: Math.min(2, availableParallelism()),
  // Training a short story takes a minute there.
  timeout: 300_000 * slowness,
  expect: { timeout: 60_000 * slowness },
  reporter: [
    ['list', { printSteps: false }],
    ...(journal === undefined
      ? []
      : [['./setup/journal-playwright.mjs', { path: journal }] as const]),
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
      testIgnore: LAPTOP_FILES,
      grepInvert: LAPTOP_TESTS,
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
      `--base /lab/ --host localhost --port ${port} --strictPort`,
    ].join(' '),
    cwd: root,
    url: URL_OF_APP,
    reuseExistingServer: false,
    stdout: 'ignore',
    timeout: 60_000 * slowness,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 2000 },
  },
});
