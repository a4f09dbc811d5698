/** The page of the device: its measurement begins, shows what it has so far, and can be stopped. */
import { expect } from 'playwright/test';
import { examine } from './examine.ts';
import { button, open, test, TINY } from './lab.ts';

test('a measurement shows its first results and stops when told', async ({ page }) => {
  await open(page, TINY);
  await page.getByRole('link', { name: 'Device' }).click();
  await examine(page);
  const device = page.locator('lab-benchmark');
  await button(page, 'Measure this device').click();
  await expect(device.getByRole('status')).toContainText('Timing');
  await expect(page.getByLabel('Measurements done')).toBeVisible();
  await page.getByText('The numbers', { exact: true }).click();
  const row = device.locator('details tbody tr').first();
  await expect(row).toContainText(/\d ms/);
  await expect(row).toContainText(/\d×/);
  await button(page, 'Stop').click();
  await expect(button(page, 'Measure again')).toBeEnabled();
  await expect(device.getByRole('progressbar')).toHaveCount(0);
  await examine(page);
});
