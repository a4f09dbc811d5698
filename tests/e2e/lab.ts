/**
 * What every end-to-end test starts from: a page under a strict content security policy whose console
 * must stay free of errors, and the words by which tests find its parts.
 */
import { expect, test as base } from 'playwright/test';
import type { Locator, Page } from 'playwright/test';

/** No inline style, no inline script, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "img-src 'self' blob:",
].join('; ');

export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.route('**/*', async (route) => {
      if (route.request().resourceType() !== 'document') return route.continue();
      const response = await route.fetch();
      const headers = { ...response.headers(), 'content-security-policy': POLICY };
      return route.fulfill({ response, headers });
    });
    await use(page);
    expect(complaints).toEqual([]);
  },
});

/** A stream that a software adapter learns in seconds: five tasks of four steps, drawn by the page. */
export const TINY = {
  data: 'shapes',
  imagesPerClass: '16',
  testPerClass: '8',
  width: '4',
  epochs: '1',
  batch: '8',
  replayBatch: '8',
  bufferSize: '20',
};

export const STEPS = 20;

/** Opens the page with these parameters and waits until it has found a device. */
export async function open(page: Page, parameters: Record<string, string> = {}): Promise<void> {
  await page.goto(`./?${new URLSearchParams(parameters).toString()}`);
  await expect(page.locator('lab-device')).toContainText(/CPU|GPU$/, { timeout: 60_000 });
}

export const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

export const status = (page: Page): Locator => page.locator('lab-progress').getByRole('status');

/** The value under a heading of the progress line or the report. */
export const figure = (page: Page, name: string): Locator =>
  page.locator('dl > div', { has: page.getByText(name, { exact: true }) }).locator('dd');

/** Steps done, as the page says it. */
export async function stepsDone(page: Page): Promise<number> {
  const text = await figure(page, 'Step').innerText();
  return Number(text.split(' of ')[0]?.replaceAll(',', ''));
}

/** Rows of the accuracy matrix as numbers in per cent, without the row before training. */
export async function matrix(page: Page): Promise<number[][]> {
  const rows = page.locator('lab-accuracy tbody tr', { hasNotText: 'untrained' });
  const cells = await rows.evaluateAll((found) =>
    found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim())),
  );
  return cells.map((row) => row.map((text) => (text === '' ? Number.NaN : Number(text))));
}
