/** A run as a visitor drives it: by steps, by tasks, on to the end, paused, stopped, taken away; and back in time. */
import { expect } from 'playwright/test';
import * as v from 'valibot';
import { ReportSchema } from '../../src/lab/report/report.ts';
import {
  button,
  downloaded,
  figure,
  finished,
  matrix,
  open,
  rowsKnown,
  slider,
  SPARSE,
  SPARSE_STEPS,
  status,
  STEPS,
  stepShown,
  test,
  TINY,
} from './lab.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('goes by step, by task and to the end, and leaves a report', async ({ page }) => {
  await open(page, { ...TINY, preset: 'forget' });
  await expect(page.getByRole('radio', { name: 'Watch it forget' })).toBeChecked();
  await expect(status(page)).toHaveText('Ready');
  await expect(button(page, 'Stop')).toBeDisabled();
  await expect(button(page, 'Reset')).toBeDisabled();
  await expect(slider(page)).toBeDisabled();

  await button(page, 'Step').click();
  await expect(figure(page, 'Step')).toHaveText(`1 of ${String(STEPS)}`);
  await expect(status(page)).toHaveText('Paused, task 1 of 5');
  await button(page, 'Step').click();
  await expect(figure(page, 'Step')).toHaveText(`2 of ${String(STEPS)}`);
  await expect(status(page)).toHaveText('Paused, task 1 of 5');
  expect(await rowsKnown(page)).toBe(0);

  await button(page, 'To the end of the task').click();
  await expect(figure(page, 'Step')).toHaveText(`4 of ${String(STEPS)}`);
  await expect(status(page)).toHaveText(/^Paused/);
  await expect.poll(() => rowsKnown(page)).toBe(1);
  const [first = []] = await matrix(page);
  expect(first.every((value) => value >= 0 && value <= 100)).toBe(true);

  await button(page, 'Resume').click();
  await finished(page);
  expect(await stepShown(page)).toBe(STEPS);
  expect((await matrix(page))[0]).toEqual(first);
  const smoothed = page.locator('lab-loss path.smoothed');
  expect(((await smoothed.getAttribute('d')) ?? '').split('L').length).toBeGreaterThan(STEPS / 2);

  const { name, text } = await downloaded(page, () => button(page, 'Download JSON').click());
  expect(name).toBe('palimpsest-shapes-finetune-seed0.json');
  const report = v.parse(ReportSchema, JSON.parse(text));
  expect(report.loss).toHaveLength(STEPS);
  expect(report.buffersCreatedPerStep).toBe(0);
  const percent = (rows: number[][]): number[][] =>
    rows.map((row) => row.map((value) => Number((100 * value).toFixed(0))));
  expect(await matrix(page)).toEqual(percent(report.classIncremental.matrix));
  const shown = `${(100 * mean(report.classIncremental.matrix.at(-1) ?? [])).toFixed(1)} %`;
  await expect(page.locator('lab-accuracy #accuracy')).toHaveText(shown);
  await page.getByText('Task-incremental', { exact: true }).click();
  expect(await matrix(page)).toEqual(percent(report.taskIncremental.matrix));
});

test('pauses, resumes, stops, and is taken off the page', async ({ page }) => {
  await open(page, { ...TINY, epochs: '500' });
  const story = page.getByRole('radio', { name: 'Watch it forget' });
  await button(page, 'Run').click();
  await expect.poll(() => stepShown(page)).toBeGreaterThan(3);
  await expect(story).toBeDisabled();
  await expect(button(page, 'Step')).toBeDisabled();

  await button(page, 'Pause').click();
  await expect(status(page)).toHaveText(/^Paused/);
  const paused = await stepShown(page);
  await page.waitForTimeout(500);
  expect(await stepShown(page)).toBe(paused);

  await button(page, 'Resume').click();
  await expect.poll(() => stepShown(page)).toBeGreaterThan(paused);
  await button(page, 'Stop').click();
  await expect(status(page)).toHaveText('Stopped');
  await expect(story).toBeEnabled();

  await button(page, 'Run again').click();
  await expect(status(page)).toHaveText('Training on task 1 of 5');
  await button(page, 'Reset').click();
  await expect(status(page)).toHaveText('Ready');
  await expect(figure(page, 'Step')).toHaveText('–');
  await expect(slider(page)).toBeDisabled();
  await expect(button(page, 'Run')).toBeEnabled();
});

test('every view goes back in time, plays on, and comes back', async ({ page }) => {
  await open(page, SPARSE);
  const masks = page.locator('lab-mask-wall p.summary');
  const seek = async (step: number): Promise<void> => {
    await slider(page).fill(String(step));
    await expect(figure(page, 'Step')).toHaveText(`${String(step)} of ${String(SPARSE_STEPS)}`);
  };

  // While the run is under way, its present goes on behind a past that is looked at.
  await button(page, 'To the end of the task').click();
  await expect(status(page)).toHaveText(/^Paused/);
  await expect.poll(() => rowsKnown(page)).toBe(1);
  await seek(3);
  expect(await rowsKnown(page)).toBe(0);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'step 3 of 6, task 1');
  await button(page, 'Step').click();
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'step 3 of 7, task 1');
  await button(page, 'Live').click();
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'step 7 of 7, task 2, the present');
  await button(page, 'Resume').click();
  await finished(page);

  const end = await masks.innerText();
  const { text } = await downloaded(page, () => button(page, 'Download JSON').click());
  const report = v.parse(ReportSchema, JSON.parse(text));
  const last = report.masks.at(-1)?.layers ?? [];
  const live = last.reduce((sum, layer) => sum + layer.live, 0);
  const units = last.reduce((sum, layer) => sum + layer.units, 0);
  const count = (n: number): string => n.toLocaleString('en-GB');
  expect(end).toContain(`${count(live)} of ${count(units)}`);
  const moved = report.masks.some(
    ({ task, layers }) => task > 0 && layers.some((l) => l.grown > 0),
  );
  expect(moved, 'the mask of this config moves after the first task').toBe(true);
  expect(end).toMatch(/\d % of these since the first task\./);

  const whole = await matrix(page);
  await seek(17);
  expect(await rowsKnown(page)).toBe(2);
  expect((await matrix(page)).slice(0, 2)).toEqual(whole.slice(0, 2));
  await seek(4);
  expect(await rowsKnown(page)).toBe(0);
  await expect(masks).toContainText('all of them since the first task.');
  await button(page, 'Replay').click();
  await expect.poll(() => stepShown(page)).toBeGreaterThan(5);
  await button(page, 'Hold').click();
  const held = await stepShown(page);
  await page.waitForTimeout(1000);
  expect(await stepShown(page)).toBe(held);
  await button(page, 'End').click();
  expect(await stepShown(page)).toBe(SPARSE_STEPS);
  await expect(button(page, 'End')).toHaveCount(0);
  expect(await matrix(page)).toEqual(whole);
  await expect(masks).toHaveText(end.replace(/\s+/g, ' '));

  // Played to its end, it follows the end.
  await seek(28);
  await button(page, 'Replay').click();
  await expect(figure(page, 'Step')).toHaveText(
    `${String(SPARSE_STEPS)} of ${String(SPARSE_STEPS)}`,
  );
  await expect(button(page, 'End')).toHaveCount(0);
});
