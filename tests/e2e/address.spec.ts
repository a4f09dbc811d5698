/** The address is the page's memory: a link gives the same config back, and nonsense is refused aloud. */
import { expect } from 'playwright/test';
import type { Page } from 'playwright/test';
import { button, open, openSettings, ready, test, type } from './lab.ts';

/** "1.23 TFLOP" as a number. */
async function operations(page: Page): Promise<number> {
  const estimate = page.locator('lab-estimate');
  await expect(estimate.locator('[aria-busy="false"]')).toBeVisible();
  const figure = estimate.locator('dl > div', { hasText: 'Operations' }).locator('.own');
  await expect(figure).toHaveText(/FLOP$/);
  const [value = '', unit = ''] = (await figure.innerText()).split(/\s+/);
  return Number(value) * 1000 ** ['', 'k', 'M', 'G', 'T', 'P'].indexOf(unit.charAt(0));
}

test('knobs move the estimate and the address, and a copied link gives the config back', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page);
  await page.getByLabel('More presets').selectOption('pocket-derpp');
  await openSettings(page);
  await type(page, 'epochs a task', '2');
  const before = await operations(page);
  await type(page, 'epochs a task', '4');
  await expect.poll(async () => (await operations(page)) / before).toBeCloseTo(2, 1);

  await page.getByLabel('layout', { exact: true }).selectOption('block');
  await type(page, 'sparsity', '0.9');
  await expect.poll(async () => (await operations(page)) / before).toBeLessThan(1.5);
  await expect(page.locator('lab-estimate .twin').first()).toContainText('dense:');
  await page.getByLabel('augmentation', { exact: true }).uncheck();
  await type(page, 'Seed', '41');
  const query = '?preset=pocket-derpp&layout=block&sparsity=0.9&epochs=4&augment=false&seed=41';
  expect(new URL(page.url()).search).toBe(query);

  await button(page, 'Copy link').click();
  await expect(page.locator('lab-share')).toContainText('The link is copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(link).search).toBe(query);
  await page.goto('about:blank');
  await page.goto(link);
  await ready(page);
  expect(new URL(page.url()).search).toBe(query);
  await expect(page.getByLabel('More presets')).toHaveValue('pocket-derpp');
  await expect(page.getByLabel('Seed', { exact: true })).toHaveValue('41');
  await expect(page.locator('lab-settings details.all > summary')).toContainText(
    '4 differ from the preset',
  );
  await openSettings(page);
  await expect(page.getByLabel('epochs a task', { exact: true })).toHaveValue('4');
  await expect(page.getByLabel('layout', { exact: true })).toHaveValue('block');
  await expect(page.getByLabel('sparsity', { exact: true })).toHaveValue('0.9');
  await expect(page.getByLabel('augmentation', { exact: true })).not.toBeChecked();

  await page.getByRole('button', { name: 'augmentation: back to true' }).click();
  await expect(page.getByLabel('augmentation', { exact: true })).toBeChecked();
  expect(new URL(page.url()).search).toBe(query.replace('&augment=false', ''));
  await page.getByRole('radio', { name: 'Watch it forget' }).check();
  await expect(page).toHaveURL(/preset=forget&.*seed=41$/);
  await expect(page.getByLabel('layout', { exact: true })).toHaveValue('dense');
});

test('what does not go together and what is no number is explained, and holds the run back', async ({
  page,
}) => {
  await open(page, { preset: 'pocket-er', layout: 'block', sparsity: '0.9' });
  await openSettings(page);
  await expect(button(page, 'Run')).toBeEnabled();
  await page.getByLabel('layout', { exact: true }).selectOption('dense');
  const settings = page.locator('lab-settings');
  await expect(settings.getByRole('alert')).toHaveText(
    'A dense network has none; with 0.9, layout is block, channel, pattern or unstructured.',
  );
  await expect(page.locator('lab-estimate')).toContainText('This config cannot run yet');
  await expect(button(page, 'Run')).toBeDisabled();
  await expect(button(page, 'Step')).toBeDisabled();
  await expect(page.locator('lab-transport')).toContainText('Mend the marked setting first.');
  await page.getByRole('button', { name: 'sparsity: back to 0' }).click();
  await expect(settings.getByRole('alert')).toHaveCount(0);
  await expect(button(page, 'Run')).toBeEnabled();

  const rate = page.getByLabel('learning rate', { exact: true });
  await type(page, 'learning rate', '11');
  await expect(rate).toHaveAttribute('aria-invalid', 'true');
  await expect(settings.getByRole('alert')).toHaveText(
    'rate must be a number from 0 to 10, not “11”.',
  );
  await expect(button(page, 'Run')).toBeDisabled();
  await page.getByRole('button', { name: 'learning rate: back to 0.1' }).click();
  await expect(rate).toHaveValue('0.1');
  await expect(button(page, 'Run')).toBeEnabled();

  // The same from the address.
  await page.goto('./?preset=nonesuch&width=999&colour=red&epochs=3');
  const alert = page.locator('lab-notices').getByRole('alert');
  await expect(alert).toContainText('There is no preset called “nonesuch”');
  await expect(alert).toContainText('width must be a whole number from 1 to 256, not “999”.');
  await expect(alert).toContainText('There is no setting called “colour”.');
  await openSettings(page);
  await expect(page.getByLabel('epochs a task', { exact: true })).toHaveValue('3');
  await expect(page.getByLabel('width', { exact: true })).toHaveValue('16');
  await expect(button(page, 'Run')).toBeEnabled();
});
