/** A browser that offers no adapter, and an address that offers no WebGPU at all: both told in words. */
import { expect } from 'playwright/test';
import { findBrowser, launchOptions } from '../../src/cli/environment/browser.mjs';
import { button, status, test } from './lab.ts';

const browser = await findBrowser();

if (browser !== undefined) {
  const { args, ...options } = launchOptions(browser);
  const withoutGpu = args.filter((arg) => arg !== '--enable-unsafe-webgpu');
  test.use({ launchOptions: { ...options, args: [...withoutGpu, '--disable-gpu'] } });
}

test('without an adapter the page says what to do and runs nothing', async ({ page }) => {
  await page.goto('./');
  const alert = page.locator('lab-device').getByRole('alert');
  await expect(alert).toContainText('no graphics adapter');
  await expect(alert).toContainText('hardware acceleration');
  await expect(status(page)).toHaveText('Nothing to run on');
  await expect(button(page, 'Run')).toBeDisabled();
  await expect(button(page, 'Step')).toBeDisabled();
  const failure = await page.evaluate(() =>
    window.palimpsest.probe().then(
      () => null,
      (error: unknown) => (error as { failure: unknown }).failure,
    ),
  );
  expect(failure).toMatchObject({ kind: 'no-adapter' });
});

test('an address without WebGPU is told apart', async ({ page, baseURL }) => {
  // Browsers keep WebGPU from plain http, localhost excepted.
  const insecure = 'http://palimpsest.test';
  await page.route(`${insecure}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: new URL(pathname, baseURL).href }) });
  });
  await page.goto(`${insecure}${new URL(baseURL ?? '').pathname}`);
  const alert = page.locator('lab-device').getByRole('alert');
  await expect(alert).toContainText('over https');
  await expect(button(page, 'Run')).toBeDisabled();
});
