/**
 * `npm run screens`: photographs every view and page of the built app, on a laptop and on a phone, light and dark, for
 * a person to look at (`tests/.output/screens`). It builds the app, unless `--at URL` names one that is served already.
 * Files of runs given as arguments are opened in it; without any, two short ones are trained first.
 *
 *     npm run screens -- first-run.json second-run.json
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import sharp from 'sharp';
import { findBrowser, launchOptions } from '../src/cli/environment/browser.mjs';

const PORT = 4198;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = fileURLToPath(new URL('.output/screens/', import.meta.url));
/** @typedef {import('playwright').Page} Page */
/** @typedef {'laptop' | 'phone'} Size */

/** @type {Record<Size, { viewport: { width: number, height: number }, deviceScaleFactor: number, hasTouch?: boolean, isMobile?: boolean }>} */
const SIZES = {
  laptop: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  },
};
const SCHEMES = /** @type {const} */ (['light', 'dark']);
const VIEWS = ['masks', 'forgetting', 'loss', 'data', 'ledger'];
/** What a software adapter learns in seconds: all there is to see, of little. */
const SHORT = {
  preset: 'sparcl',
  data: 'shapes',
  imagesPerClass: '32',
  testPerClass: '8',
  width: '8',
  epochs: '2',
  batch: '16',
  replayBatch: '16',
  bufferSize: '40',
};

const values = process.argv.slice(2);
/** @param {string} name */
const option = (name) =>
  values.includes(name) ? (values.splice(values.indexOf(name), 2)[1] ?? null) : null;
const served = option('--at');
const only = option('--size');
const files = values.map((file) => resolve(file));
const vite = [fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url))];

async function serve() {
  if (served !== null) return { address: served, close: () => undefined };
  const built = spawn(process.execPath, [...vite, 'build'], { cwd: ROOT, stdio: 'inherit' });
  if ((await new Promise((done) => built.on('exit', done))) !== 0) process.exit(1);
  const flags = ['--base', '/lab/', '--host', 'localhost', '--port', String(PORT), '--strictPort'];
  const server = spawn(process.execPath, [...vite, 'preview', ...flags], { cwd: ROOT });
  await new Promise((done) => server.stdout.once('data', done));
  return { address: `http://localhost:${PORT}/lab/`, close: () => server.kill() };
}

/**
 * A picture of what the screen shows, or of one element, in both schemes.
 * @param {Page} page
 * @param {Size} size
 * @param {string} name
 * @param {Page | import('playwright').Locator} part
 */
async function photograph(page, size, name, part = page) {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(150);
    // Hiding the caret would need an inline style, which the page's policy forbids.
    await part.screenshot({
      path: `${OUTPUT}${size}-${name}-${colorScheme}.png`,
      caret: 'initial',
      // Painting a page of many screens takes a software renderer its time.
      timeout: 120_000,
    });
  }
}

/**
 * Something of any height: in a window so high that it fits, so that the bar at the bottom edge covers nothing.
 * @param {Page} page
 * @param {Size} size
 * @param {string} name
 * @param {Page | import('playwright').Locator} part
 */
async function photographAll(page, size, name, part = page) {
  const { viewport } = SIZES[size];
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...viewport, height });
  await page.waitForTimeout(600);
  const settled = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...viewport, height: Math.max(viewport.height, settled) });
  await photograph(page, size, name, part);
  await page.setViewportSize(viewport);
}

/** Sixteen that nobody has drawn: a spot of one ink on another. */
async function pictures() {
  const inks = ['#b3402a', '#24427a', '#e0b040', '#2f7d5b'];
  return Promise.all(
    Array.from({ length: 16 }, async (_, i) => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">
        <rect width="64" height="64" fill="${inks[i % 4]}"/>
        <circle cx="${12 + 3 * i}" cy="32" r="${8 + i}" fill="${inks[(i + 1) % 4]}"/></svg>`;
      const buffer = await sharp(Buffer.from(svg)).png().toBuffer();
      return { name: `picture-${i}.png`, mimeType: 'image/png', buffer };
    }),
  );
}

/**
 * Fills the list of runs: from the files given, or by training two that differ in one setting.
 * @param {Page} page
 * @param {string} address
 */
async function stock(page, address) {
  if (files.length === 0) {
    for (const sparsity of ['0.5', '0.75']) {
      await page.goto(`${address}?${new URLSearchParams({ ...SHORT, sparsity })}`);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      const finished = page.getByRole('status').filter({ hasText: 'Finished' });
      await finished.waitFor({ timeout: 300_000 });
      // The page keeps it behind the scenes.
      await page.waitForTimeout(2000);
    }
  }
  await page.goto(`${address}#runs`);
  await page.locator('lab-runs .head').first().waitFor();
  if (files.length > 0) await page.locator('lab-runs input[type=file]').setInputFiles(files);
  await page.locator('lab-run-list').waitFor();
  await page.waitForTimeout(500);
}

/**
 * Every view and page, one after another.
 * @param {Page} page
 * @param {Size} size
 * @param {string} address
 */
async function photographPages(page, size, address) {
  await page.goto(address);
  await page.locator('lab-device .name').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1500);
  await photograph(page, size, 'start');
  await photographAll(page, size, 'start-whole');
  await page.locator('lab-settings summary').first().click();
  await photographAll(page, size, 'settings', page.locator('lab-settings'));
  await page.locator('lab-settings summary').first().click();
  await page.locator('details.own summary').click();
  const given = page.locator('lab-own-images input[type=file]').last();
  await given.setInputFiles(await pictures());
  await page.locator('lab-own-images canvas').waitFor();
  await photographAll(page, size, 'own-images', page.locator('details.own'));

  await stock(page, address);
  await photographAll(page, size, 'runs');
  const choices = page.getByRole('checkbox', { name: /^Compare/ });
  for (const choice of (await choices.all()).slice(0, 2)) await choice.check();
  await page.waitForTimeout(1000);
  await photographAll(page, size, 'comparison');

  const open = page.locator('lab-runs').getByRole('button', { name: /^Open/ });
  await open.last().click();
  await page.getByRole('button', { name: 'Hold' }).click();
  const moment = page.getByRole('slider', { name: 'Moment of the run' });
  const last = Number(await moment.getAttribute('max'));
  await moment.fill(String(Math.round(0.7 * last)));
  await page.waitForTimeout(800);
  await photograph(page, size, 'run');
  await photographAll(page, size, 'run-whole');
  await moment.fill(String(last));
  for (const view of VIEWS)
    await photographAll(page, size, view, page.locator(`lab-panel#${view}`));
  await page.locator('lab-panel#forgetting .head button').click();
  await page.locator('lab-explain').waitFor();
  await photographAll(page, size, 'how-it-works', page.locator('lab-panel#forgetting'));
  const layer = page.locator('lab-mask-wall .open').nth(2);
  if (await layer.count()) {
    await layer.click();
    await page.waitForTimeout(800);
    await photograph(page, size, 'mask-layer');
  }

  await page.goto(`${address}#glossary`);
  await page.locator('lab-glossary').waitFor();
  await page.waitForTimeout(500);
  await photograph(page, size, 'glossary');
  await page.goto(`${address}#device`);
  await page.locator('lab-benchmark button').first().click();
  await page.locator('lab-benchmark svg circle').nth(2).waitFor({ timeout: 120_000 });
  await photographAll(page, size, 'device');
}

const browser = await findBrowser();
if (browser === undefined) throw new Error('No browser: npx playwright install chromium');
await mkdir(OUTPUT, { recursive: true });
const { address, close } = await serve();
const { args, ...options } = launchOptions(browser);
try {
  for (const size of /** @type {const} */ (['laptop', 'phone'])) {
    if (only !== null && only !== size) continue;
    const look = SIZES[size];
    const shown = await chromium.launch({ ...options, args });
    await photographPages(await shown.newPage(look), size, address);
    await shown.close();
    const without = args.filter((arg) => arg !== '--enable-unsafe-webgpu');
    const blind = await chromium.launch({ ...options, args: [...without, '--disable-gpu'] });
    const page = await blind.newPage(look);
    await page.goto(address);
    await page.locator('lab-device [role=alert]').waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500);
    await photograph(page, size, 'no-gpu');
    await blind.close();
  }
} finally {
  close();
}
console.log(`The pictures are in ${OUTPUT}`);
