/** The address is the page's memory: it gives the same config back and refuses nonsense aloud. */
import { expect } from 'playwright/test';
import { button, open, test } from './lab.ts';

test('changes are written to the address and survive a reload', async ({ page }) => {
  await open(page);
  await page.getByLabel('Preset').selectOption('pocket-derpp');
  await page.locator('summary').click();
  await page.getByLabel('epochs a task').fill('3');
  await page.getByLabel('epochs a task').press('Tab');
  await page.getByLabel('network', { exact: true }).selectOption('mlp');
  await page.getByLabel('random crop (pad 4) and flip').uncheck();
  await page.getByLabel('Seed', { exact: true }).fill('41');
  await page.getByLabel('Seed', { exact: true }).press('Tab');
  const query = new URL(page.url()).search;
  expect(query).toBe('?preset=pocket-derpp&model=mlp&epochs=3&augment=false&seed=41');

  await page.reload();
  expect(new URL(page.url()).search).toBe(query);
  await expect(page.getByLabel('Preset')).toHaveValue('pocket-derpp');
  await expect(page.getByLabel('Seed', { exact: true })).toHaveValue('41');
  await expect(page.locator('summary')).toContainText('3 differ from the preset');
  await page.locator('summary').click();
  await expect(page.getByLabel('epochs a task')).toHaveValue('3');
  await expect(page.getByLabel('network', { exact: true })).toHaveValue('mlp');
  await expect(page.getByLabel('random crop (pad 4) and flip')).not.toBeChecked();
  await expect(page.getByLabel('weight of the replayed labels (DER++)')).toHaveValue('0.5');

  await page.getByRole('button', { name: 'back to pocket' }).click();
  expect(new URL(page.url()).search).toBe('?preset=pocket-derpp&epochs=3&augment=false&seed=41');
  await expect(page.getByLabel('network', { exact: true })).toHaveValue('pocket');
});

test('parameters that cannot be used are told in words', async ({ page }) => {
  await open(page, { preset: 'pocket-er', width: '999', colour: 'red', epochs: '3' });
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('width must be a whole number from 1 to 256, not “999”.');
  await expect(alert).toContainText('There is no setting called “colour”.');
  await page.locator('summary').click();
  await expect(page.getByLabel('channels of the first stage')).toHaveValue('16');
  await expect(page.getByLabel('epochs a task')).toHaveValue('3');
});

test('an unknown preset is told in words', async ({ page }) => {
  await open(page, { preset: 'nonesuch' });
  await expect(page.getByRole('alert')).toContainText('There is no preset called “nonesuch”');
  await expect(button(page, 'Run')).toBeEnabled();
});

test('a wrong value is marked where it was typed and holds the run back', async ({ page }) => {
  await open(page);
  await page.locator('summary').click();
  const rate = page.getByLabel('learning rate', { exact: true });
  await rate.fill('11');
  await rate.press('Tab');
  await expect(rate).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('rate must be a number from 0 to 10, not “11”.')).toBeVisible();
  await expect(button(page, 'Run')).toBeDisabled();
  await page.getByRole('button', { name: 'back to 0.1' }).click();
  await expect(rate).toHaveValue('0.1');
  await expect(rate).toHaveAttribute('aria-invalid', 'false');
  await expect(button(page, 'Run')).toBeEnabled();
});
