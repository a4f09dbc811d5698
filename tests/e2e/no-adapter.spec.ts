/** A browser that offers no adapter, and an address that offers no WebGPU: told in words, with a run to look at. */
import { expect } from 'playwright/test';
import { findBrowser, launchOptions } from '../../src/cli/environment/browser.mjs';
import { examine } from './examine.ts';
import { button, rowsKnown, slider, status, stepShown, test } from './lab.ts';

const browser = await findBrowser();

if (browser !== undefined) {
  const { args, ...options } = launchOptions(browser);
  const withoutGpu = args.filter((arg) => arg !== '--enable-unsafe-webgpu');
  test.use({ launchOptions: { ...options, args: [...withoutGpu, '--disable-gpu'] } });
}

test('without an adapter the page says what to do and plays a recorded run', async ({ page }) => {
  await page.goto('./');
  const alert = page.locator('lab-device').getByRole('alert');
  await expect(alert).toContainText('no graphics adapter');
  await expect(alert).toContainText('chrome://flags');
  await expect(button(page, 'Run')).toBeDisabled();
  await expect(button(page, 'Step')).toBeDisabled();
  await expect(page.locator('lab-transport')).toContainText('this is a recorded run');

  await expect.poll(() => stepShown(page)).toBeGreaterThan(0);
  await button(page, 'Hold').click();
  const most = Number(await slider(page).getAttribute('max'));
  expect(most).toBeGreaterThan(20);
  await slider(page).fill('0');
  await expect.poll(() => stepShown(page)).toBe(0);
  expect(await rowsKnown(page)).toBe(0);
  await expect(page.locator('lab-mask-wall p.summary')).toContainText('live');
  await button(page, 'End').click();
  expect(await stepShown(page)).toBe(most);
  expect(await rowsKnown(page)).toBe(5);
  await examine(page);

  const failure = await page.evaluate(() =>
    window.palimpsest.probe().then(
      () => null,
      (error: unknown) => (error as { failure: unknown }).failure,
    ),
  );
  expect(failure).toMatchObject({ kind: 'no-adapter' });
  await expect(status(page)).not.toHaveText('Failed');
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
  // What is not urgent is fetched later, from the same address.
  await page.waitForLoadState('networkidle');
  await page.unrouteAll({ behavior: 'wait' });
});
