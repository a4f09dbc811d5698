/** Runs are kept by themselves: two of them side by side, renamed, deleted and taken back; and as files. */
import { expect } from 'playwright/test';
import type { Locator, Page } from 'playwright/test';
import { examine } from './examine.ts';
import {
  button,
  downloaded,
  finished,
  matrix,
  open,
  slider,
  SPARSE,
  SPARSE_STEPS,
  stepShown,
  status,
  test,
  TINY,
  type,
} from './lab.ts';

/** The row of the table or the card of a run. */
const kept = (page: Page, name: string): Locator =>
  page.locator('lab-run-list').locator('tbody tr, li').filter({ hasText: name });

test('two runs lie side by side, and can be renamed, deleted, taken back and passed on', async ({
  page,
}) => {
  await open(page, SPARSE);
  await button(page, 'Run').click();
  await finished(page);
  await type(page, 'Seed', '1');
  await button(page, 'Run again').click();
  await expect(status(page)).not.toHaveText('Finished');
  await finished(page);
  const second = await matrix(page);

  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('link', { name: 'Runs' })).toHaveAttribute('aria-current', 'page');
  const names = ['SparCL, complete, seed 0', 'SparCL, complete, seed 1'];
  for (const name of names) {
    await page.getByRole('checkbox', { name: `Compare ${name}` }).check();
  }
  const compare = page.locator('lab-compare');
  await expect(compare.locator('lab-mask-wall p.summary')).toHaveCount(2);
  await expect(compare.locator('lab-run-curves')).toHaveCount(2);
  for (const name of names) await expect(compare.locator('.key')).toContainText(name);
  await compare.getByLabel('Moment', { exact: true }).fill('0');
  await expect(compare.locator('figcaption').first()).toContainText(
    `step 0 of ${String(SPARSE_STEPS)}`,
  );
  for (const at of [0, 1]) {
    await expect(compare.locator('lab-mask-wall p.summary').nth(at)).toContainText('all of them');
  }
  await examine(page);

  await page.getByRole('button', { name: `${names[0]!}, rename` }).click();
  await page.getByLabel('Name of the run').fill('My first');
  await page.getByLabel('Name of the run').press('Enter');
  await expect(compare.locator('.key')).toContainText('My first');
  await page.getByRole('button', { name: 'Delete My first' }).click();
  await expect(kept(page, 'My first')).toHaveCount(0);
  await expect(compare).toHaveCount(0);
  await expect(button(page, 'Undo')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(kept(page, 'My first')).toHaveCount(1);

  // As a file, gone for good, and in again: kept runs survive a reload, and so does what was brought.
  const { name, text } = await downloaded(page, () =>
    page.getByRole('button', { name: `Export ${names[1]!}` }).click(),
  );
  expect(name).toBe('palimpsest-run-sparcl-complete-seed-1.json');
  await page.getByRole('button', { name: `Delete ${names[1]!}` }).click();
  await page.locator('details.bin > summary').click();
  await button(page, 'Empty the bin for good').click();
  await page.reload();
  await expect(kept(page, 'My first')).toHaveCount(1);
  await expect(kept(page, names[1]!)).toHaveCount(0);
  await page.getByLabel('Import runs…').setInputFiles([
    { name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('{"schema":1}') },
    { name, mimeType: 'application/json', buffer: Buffer.from(text) },
  ]);
  await expect(page.locator('lab-runs').getByRole('alert')).toContainText('broken.json:');
  await expect(kept(page, names[1]!)).toHaveCount(1);
  await page.getByRole('button', { name: `Open ${names[1]!}` }).click();
  await expect(page.locator('lab-runs')).toHaveCount(0);
  await expect(button(page, 'Hold')).toBeVisible();
  await expect(slider(page)).toBeEnabled();
  await button(page, 'End').click();
  expect(await stepShown(page)).toBe(SPARSE_STEPS);
  await expect.poll(() => matrix(page)).toEqual(second);
});

test('a config leaves as a file and comes back from it', async ({ page }) => {
  await open(page, { ...TINY, preset: 'split-er', epochs: '3', seed: '7' });
  const query = new URL(page.url()).search;
  const { name, text } = await downloaded(page, () => button(page, 'Export config').click());
  expect(name).toBe('palimpsest-split-er-7.json');
  expect(JSON.parse(text)).toMatchObject({
    schema: 'palimpsest-config/1',
    preset: 'split-er',
    config: { data: 'shapes', width: 4, epochs: 3, seed: 7 },
  });
  await page.goto('./?preset=forget');
  const input = page.getByLabel('Import config');
  const file = (content: string) => ({
    name: 'mine.json',
    mimeType: 'application/json',
    buffer: Buffer.from(content),
  });
  await input.setInputFiles(file(text.replace('"width": 4', '"width": 0')));
  await expect(page.locator('lab-share')).toContainText('mine.json: This config cannot be used.');
  expect(new URL(page.url()).search).toBe('?preset=forget');
  await input.setInputFiles(file(text));
  await expect(page.locator('lab-share')).toContainText('mine.json is set up and ready to run.');
  const parameters = (search: string) => [...new URLSearchParams(search)].sort();
  expect(parameters(new URL(page.url()).search)).toEqual(parameters(query));
});
