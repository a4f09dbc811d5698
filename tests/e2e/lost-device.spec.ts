/** The GPU process dies in mid-run: the page says so, keeps what it measured, and runs again. */
import { expect } from 'playwright/test';
import { button, finished, matrix, open, rowsKnown, status, test, TINY } from './lab.ts';

test('a lost device ends the run in words, and the next run works', async ({ page, browser }) => {
  await open(page, TINY);
  await button(page, 'To the end of the task').click();
  await expect.poll(() => rowsKnown(page)).toBe(1);
  await expect(status(page)).toHaveText(/^Paused/);
  const before = await matrix(page);
  const devtools = await browser.newBrowserCDPSession();
  await devtools.send('Browser.crashGpuProcess');
  const alert = page.locator('lab-device').getByRole('alert');
  await expect(alert).toContainText('lost');
  await expect(alert).toContainText('run again');
  await expect(status(page)).toHaveText('Failed');
  expect(await matrix(page)).toEqual(before);

  await button(page, 'Run again').click();
  await finished(page);
  await expect(alert).toHaveCount(0);
});
