/**
 * The end-to-end tests: the built app (`vite build` first) in a real browser, on a laptop and on a phone.
 * It is served under a sub-path, as a project page on a static host is, so tests go to `./`, never to `/`.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'playwright/test';
import { findBrowser, launchOptions } from '../src/cli/environment/browser.mjs';
import { JOURNAL } from './setup/journal.mjs';
import { knownSlowness } from './setup/slowness.mjs';

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
  // The browser's software adapter uses every core by itself.
  workers: 1,
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
