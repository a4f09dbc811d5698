/** The page for everyone: axe finds nothing, the keyboard is enough, a phone never scrolls sideways. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'playwright/test';
import type { Page } from 'playwright/test';
import { button, figure, open, status, stepsDone, test, TINY } from './lab.ts';

async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
  );
}

/** How much wider than the screen the page is. (A phone's own `innerWidth` would grow with it.) */
async function overflow(page: Page): Promise<number> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  return width - (page.viewportSize()?.width ?? 0);
}

/** In both schemes; the page must also fit its screen. */
async function examine(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page), colorScheme).toEqual([]);
  }
  expect(await overflow(page)).toBe(0);
}

test('axe finds nothing at the start', async ({ page }) => {
  await open(page, { width: '999' });
  await page.locator('summary').click();
  await examine(page);
});

test('axe finds nothing at the end', async ({ page }) => {
  await open(page, TINY);
  await button(page, 'Run').click();
  await expect(status(page)).toHaveText('Finished', { timeout: 120_000 });
  await examine(page);
});

test('a matrix wider than the screen scrolls in its own frame', async ({ page }) => {
  await open(page, { ...TINY, classesPerTask: '1', tasks: '10' });
  await expect(page.locator('lab-accuracy tbody tr')).toHaveCount(10);
  expect(await overflow(page)).toBe(0);
});

test('a run can be started, stepped and stopped by keyboard alone', async ({ page }) => {
  await open(page, { ...TINY, epochs: '500' });
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Preset')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Seed', { exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Run')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Step')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(figure(page, 'Step')).toHaveText(/^1 of/, { timeout: 60_000 });
  await expect(status(page)).toHaveText(/^Paused/);
  // The focus stays, so the next step is one more key press.
  await expect(button(page, 'Step')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(figure(page, 'Step')).toHaveText(/^2 of/);
  await expect(status(page)).toHaveText(/^Paused/);
  await page.keyboard.press('Shift+Tab');
  await expect(button(page, 'Resume')).toBeFocused();
  await page.keyboard.press('Space');
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(3);
  await expect(button(page, 'Pause')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(button(page, 'Stop')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(status(page)).toHaveText('Stopped');
});

test('Enter in the seed field starts a run', async ({ page }) => {
  await open(page, TINY);
  await page.getByLabel('Seed', { exact: true }).fill('3');
  await page.getByLabel('Seed', { exact: true }).press('Enter');
  await expect(status(page)).toHaveText('Finished', { timeout: 120_000 });
  await expect(page).toHaveURL(/seed=3$/);
});
