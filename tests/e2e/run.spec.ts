/**
 * A run as a visitor drives it: step by step, on to the end, paused, stopped. The finished run is
 * photographed on the way, for a person to look at (`tests/.output/screens`).
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'playwright/test';
import type { Page } from 'playwright/test';
import * as v from 'valibot';
import { ReportSchema } from '../../src/lab/report.ts';
import { button, figure, matrix, open, status, STEPS, stepsDone, test, TINY } from './lab.ts';

const SCREENS = fileURLToPath(new URL('../.output/screens', import.meta.url));

async function photograph(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const path = `${SCREENS}/${test.info().project.name}-${name}-${colorScheme}.png`;
    // Hiding the caret would need an inline style, which the policy forbids.
    await page.screenshot({ path, fullPage: true, caret: 'initial' });
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('steps, resumes and finishes with a matrix and a report', async ({ page }) => {
  await open(page, TINY);
  await expect(status(page)).toHaveText('Ready');
  await expect(button(page, 'Stop')).toBeDisabled();
  await photograph(page, 'start');

  await button(page, 'Step').click();
  await expect(figure(page, 'Step')).toHaveText(`1 of ${String(STEPS)}`, { timeout: 60_000 });
  await expect(status(page)).toHaveText('Paused, task 1 of 5');
  await button(page, 'Step').click();
  await expect(figure(page, 'Step')).toHaveText(`2 of ${String(STEPS)}`);
  await expect(status(page)).toHaveText('Paused, task 1 of 5');
  for (let step = 3; step <= 6; step++) {
    await expect(button(page, 'Step')).toBeEnabled();
    await button(page, 'Step').click();
    await expect(figure(page, 'Step')).toHaveText(`${String(step)} of ${String(STEPS)}`);
  }
  await expect(status(page)).toHaveText('Paused, task 2 of 5');
  const half = await matrix(page);
  expect(half[0]?.every((value) => value >= 0 && value <= 100)).toBe(true);
  expect(half[1]?.every((value) => Number.isNaN(value))).toBe(true);
  await photograph(page, 'half-way');

  await button(page, 'Resume').click();
  await expect(status(page)).toHaveText('Finished', { timeout: 120_000 });
  expect(await stepsDone(page)).toBe(STEPS);
  await expect(page.locator('lab-progress progress')).toHaveJSProperty('value', 1);
  const smoothed = page.locator('lab-loss path.smoothed');
  expect(((await smoothed.getAttribute('d')) ?? '').split('L').length).toBeGreaterThan(STEPS / 2);
  await photograph(page, 'finished');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Download JSON').click(),
  ]);
  expect(download.suggestedFilename()).toBe('palimpsest-shapes-er-seed0.json');
  const text = await readFile(await download.path(), 'utf8');
  const report = v.parse(ReportSchema, JSON.parse(text));
  expect(report.steps).toBe(STEPS);
  expect(report.loss).toHaveLength(STEPS);
  const percent = (rows: number[][]): number[][] =>
    rows.map((row) => row.map((value) => Number((100 * value).toFixed(0))));
  expect(await matrix(page)).toEqual(percent(report.classIncremental.matrix));
  const shown = `${(100 * mean(report.classIncremental.matrix.at(-1) ?? [])).toFixed(1)} %`;
  await expect(page.locator('lab-accuracy #accuracy')).toHaveText(shown);
  await expect(page.locator('lab-accuracy #chance')).toHaveText('10.0 %');

  await page.getByText('Task-incremental', { exact: true }).click();
  expect(await matrix(page)).toEqual(percent(report.taskIncremental.matrix));
  await expect(page.locator('lab-accuracy #chance')).toHaveText('50.0 %');
});

test('pauses, resumes and stops when told, and is ready again', async ({ page }) => {
  await open(page, { ...TINY, epochs: '500' });
  await button(page, 'Run').click();
  await expect.poll(() => stepsDone(page), { timeout: 60_000 }).toBeGreaterThan(3);
  await expect(page.getByLabel('Preset')).toBeDisabled();
  await expect(button(page, 'Step')).toBeDisabled();

  await button(page, 'Pause').click();
  await expect(status(page)).toHaveText(/^Paused/);
  const paused = await stepsDone(page);
  await page.waitForTimeout(700);
  expect(await stepsDone(page)).toBe(paused);

  await button(page, 'Resume').click();
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(paused);

  await button(page, 'Stop').click();
  await expect(status(page)).toHaveText('Stopped');
  await expect(page.getByLabel('Preset')).toBeEnabled();

  await button(page, 'Run again').click();
  await expect(status(page)).toHaveText('Training on task 1 of 5', { timeout: 60_000 });
  await button(page, 'Stop').click();
  await expect(status(page)).toHaveText('Stopped');
});
