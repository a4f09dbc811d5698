/** The GPU process dies in mid-run: the page says so, keeps what it measured, and runs again. */
import { expect } from 'playwright/test';
import { button, matrix, open, status, stepsDone, test, TINY } from './lab.ts';

test('a lost device ends the run in words, and the next run works', async ({ page, browser }) => {
  await open(page, TINY);
  for (let step = 1; step <= 5; step++) {
    await expect(button(page, 'Step')).toBeEnabled({ timeout: 60_000 });
    await button(page, 'Step').click();
    await expect.poll(() => stepsDone(page), { timeout: 60_000 }).toBe(step);
  }
  const [before] = await matrix(page);
  const devtools = await browser.newBrowserCDPSession();
  await devtools.send('Browser.crashGpuProcess');
  const alert = page.locator('lab-device').getByRole('alert');
  await expect(alert).toContainText('lost');
  await expect(alert).toContainText('run again');
  await expect(status(page)).toHaveText('Failed');
  expect((await matrix(page))[0]).toEqual(before);

  await button(page, 'Run again').click();
  await expect(status(page)).toHaveText('Finished', { timeout: 120_000 });
  await expect(alert).toHaveCount(0);
});
