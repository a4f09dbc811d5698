/**
 * What every end-to-end test starts from: the built page, whose console must stay free of errors (a breach of its
 * content security policy is one), and the words by which tests find its parts.
 */
import { readFile } from 'node:fs/promises';
import { expect, test as base } from 'playwright/test';
import type { Download, Locator, Page } from 'playwright/test';
import { patient } from '../setup/patience.ts';

/** Errors of the console and of scripts, in order. A test that provokes one takes it out again. */
export type Complaints = string[];

export const test = base.extend<{ complaints: Complaints; page: Page }>({
  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, 'errors in the console').toEqual([]);
  },
  page: async ({ page, complaints }, use) => {
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await use(page);
  },
});

/** A stream that a software adapter learns in seconds: five tasks of four steps, drawn by the page. */
export const TINY = {
  preset: 'replay',
  data: 'shapes',
  imagesPerClass: '16',
  testPerClass: '8',
  width: '4',
  epochs: '1',
  batch: '8',
  replayBatch: '8',
  bufferSize: '20',
};

export const STEPS = 20;

/** The story with everything that moves, as small: masks, gradients, images left out; five tasks of six steps. */
export const SPARSE = { ...TINY, preset: 'sparcl', width: '8', epochs: '2' };

export const SPARSE_STEPS = 30;

/** Opens the page with these parameters and waits until it has found a device and timed it. */
export async function open(page: Page, parameters: Record<string, string> = {}): Promise<void> {
  await page.goto(`./?${new URLSearchParams(parameters).toString()}`);
  await ready(page);
}

/** The device is known, and so is its speed. */
export async function ready(page: Page): Promise<void> {
  await expect(page.locator('lab-device summary')).toContainText(/[\d.,]+ [MGT]FLOPS?/i);
}

export const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

export const status = (page: Page): Locator => page.locator('lab-transport').getByRole('status');

/** A figure of the bar at the bottom edge: "Step", "Time left". */
export const figure = (page: Page, name: string): Locator =>
  page
    .locator('lab-transport dl > div', { has: page.getByText(name, { exact: true }) })
    .locator('dd');

export const slider = (page: Page): Locator =>
  page.getByRole('slider', { name: 'Moment of the run' });

/** The moment that is shown, in steps. */
export async function stepShown(page: Page): Promise<number> {
  const text = await figure(page, 'Step').innerText();
  return Number(text.split(' of ')[0]?.replaceAll(',', ''));
}

export async function finished(page: Page): Promise<void> {
  await expect(status(page)).toHaveText('Finished', { timeout: patient(120_000) });
}

/** Rows of the accuracy matrix as numbers in per cent, NaN where there is none; without the row before training. */
export async function matrix(page: Page): Promise<number[][]> {
  const rows = page.locator('lab-accuracy tbody tr:not([data-row="-1"])');
  const cells = await rows.evaluateAll((found) =>
    found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim())),
  );
  return cells.map((row) => row.map((text) => (text === '' ? Number.NaN : Number(text))));
}

/** How many rows of the matrix have numbers. */
export async function rowsKnown(page: Page): Promise<number> {
  return (await matrix(page)).filter((row) => row.some((value) => !Number.isNaN(value))).length;
}

/** Opens the disclosure with every setting. */
export async function openSettings(page: Page): Promise<void> {
  await page.locator('lab-settings details.all > summary').click();
  await expect(page.getByLabel('epochs a task', { exact: true })).toBeVisible();
}

/** Types a number where a setting is, as a visitor does. */
export async function type(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(value);
  await field.press('Tab');
}

/** What pressing a button downloads. */
export async function downloaded(
  page: Page,
  press: () => Promise<void>,
): Promise<{ name: string; text: string; download: Download }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  const text = await readFile(await download.path(), 'utf8');
  return { name: download.suggestedFilename(), text, download };
}

/** How much wider than the screen the page is. (A phone's own `innerWidth` would grow with it.) */
export async function overflow(page: Page): Promise<number> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  return width - (page.viewportSize()?.width ?? 0);
}
