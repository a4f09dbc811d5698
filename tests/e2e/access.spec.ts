/** The page for everyone: axe finds nothing, the keyboard is enough, a phone never scrolls sideways. */
import { expect } from 'playwright/test';
import { examine } from './examine.ts';
import {
  button,
  figure,
  finished,
  open,
  openSettings,
  overflow,
  rowsKnown,
  SPARSE,
  status,
  stepShown,
  test,
  TINY,
} from './lab.ts';

test('axe finds nothing at the start, on the way and at the end', async ({ page }) => {
  await open(page, { ...SPARSE, width: '999', sparsity: '0' });
  await openSettings(page);
  await page.getByText('Your own images', { exact: true }).last().click();
  await examine(page);

  await open(page, SPARSE);
  await button(page, 'To the end of the task').click();
  await expect.poll(() => rowsKnown(page)).toBe(1);
  await expect(status(page)).toHaveText(/^Paused/);
  const explain = button(page, 'How it works');
  for (let left = await explain.count(); left > 0; left--) await explain.first().click();
  await expect(page.locator('lab-explain math').first()).toBeVisible();
  await expect(page.locator('lab-panel lab-explain')).toHaveCount(5);
  await examine(page);

  await button(page, 'Resume').click();
  await finished(page);
  const close = button(page, 'Close');
  for (let left = await close.count(); left > 0; left--) await close.first().click();
  await examine(page);
});

test('axe finds nothing on the other pages', async ({ page }) => {
  await open(page, TINY);
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByText('Nothing is kept here yet.')).toBeVisible();
  await examine(page);
  await page.getByRole('link', { name: 'Glossary' }).click();
  await expect(page.locator('lab-glossary .entry').first()).toBeVisible();
  await examine(page);
  await page.getByRole('link', { name: 'Lab' }).click();
  await expect(button(page, 'Run')).toBeVisible();
  expect(await overflow(page)).toBe(0);
});

test('a matrix of many tasks fits its frame', async ({ page }) => {
  await open(page, { ...TINY, classesPerTask: '1', tasks: '10' });
  await button(page, 'To the end of the task').click();
  await expect.poll(() => rowsKnown(page)).toBe(1);
  await expect(page.locator('lab-accuracy tbody tr:not([data-row="-1"])')).toHaveCount(10);
  expect(await overflow(page)).toBe(0);
});

test('a run can be chosen, started, stepped, looked back on and stopped by keyboard alone', async ({
  page,
}) => {
  await open(page, { ...TINY, epochs: '50' });
  const focus = page.locator(':focus');
  const tabTo = async (name: RegExp, key = 'Tab'): Promise<void> => {
    for (let presses = 0; presses < 120; presses++) {
      await page.keyboard.press(key);
      // The innermost focused element, through every shadow root.
      const label = await focus.last().evaluate((element) => {
        const { ariaLabel, innerText, labels } = element as HTMLInputElement;
        return ariaLabel ?? ((labels?.[0]?.innerText ?? innerText) || '');
      });
      if (name.test(label.trim())) return;
    }
    throw new Error(`Tab does not reach ${String(name)}`);
  };

  await tabTo(/^Replay saves it/);
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('radio', { name: 'Watch it forget' })).toBeChecked();
  await expect(page).toHaveURL(/preset=forget/);
  // A story chosen takes its own size, which is not to be waited for here.
  await open(page, { ...TINY, epochs: '50' });
  await tabTo(/^Run$/);
  await page.keyboard.press('Tab');
  await expect(button(page, 'Step')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(figure(page, 'Step')).toHaveText(/^1 of/);
  // The focus stays, so the next step is one more key press.
  await expect(button(page, 'Step')).toBeFocused();
  await expect(status(page)).toHaveText(/^Paused/);
  await page.keyboard.press('Enter');
  await expect(figure(page, 'Step')).toHaveText(/^2 of/);
  await expect(status(page)).toHaveText(/^Paused/);
  await page.keyboard.press('Shift+Tab');
  await expect(button(page, 'Resume')).toBeFocused();
  await page.keyboard.press('Space');
  await expect.poll(() => stepShown(page)).toBeGreaterThan(3);
  await expect(button(page, 'Pause')).toBeFocused();
  await tabTo(/^Moment of the run$/);
  await page.keyboard.press('Home');
  await expect(figure(page, 'Step')).toHaveText(/^0 of/);
  await page.keyboard.press('ArrowRight');
  await expect(figure(page, 'Step')).toHaveText(/^1 of/);
  await page.keyboard.press('Tab');
  await expect(button(page, 'Live')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Live')).toHaveCount(0);
  await tabTo(/^Stop$/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(status(page)).toHaveText('Stopped');
});
