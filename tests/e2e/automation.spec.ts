/** `window.palimpsest`, as scripts use it through `page.evaluate`. */
import { readFile } from 'node:fs/promises';
import { expect } from 'playwright/test';
import * as v from 'valibot';
import { configOf, PRESETS } from '../../src/lab/presets/registry.ts';
import type { Failure } from '../../src/lab/protocol.ts';
import { ReportSchema } from '../../src/lab/report/report.ts';
import type { LabFailure } from '../../src/ui/app/automation.ts';
import { open, STEPS, status, test, TINY } from './lab.ts';

const config = configOf('pocket-er', {
  data: 'shapes',
  imagesPerClass: Number(TINY.imagesPerClass),
  testPerClass: Number(TINY.testPerClass),
  width: Number(TINY.width),
  epochs: Number(TINY.epochs),
  batch: Number(TINY.batch),
  replayBatch: Number(TINY.replayBatch),
  bufferSize: Number(TINY.bufferSize),
});

test('says its version, its presets and the device', async ({ page }) => {
  await open(page);
  const pkg = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(pkg, 'utf8')) as { version: string };
  expect(await page.evaluate(() => window.palimpsest.version)).toBe(version);
  expect(await page.evaluate(() => window.palimpsest.presets())).toEqual(PRESETS);
  const adapter = await page.evaluate(() => window.palimpsest.probe());
  expect(typeof adapter.software).toBe('boolean');
});

test('runs to a report, tells every event, and leaves the page alone', async ({ page }) => {
  await open(page);
  const { report, events } = await page.evaluate(async (wanted) => {
    const told: string[] = [];
    const result = await window.palimpsest.run(wanted, {
      onEvent: (event) => {
        told.push(event.type);
      },
    });
    return { report: result, events: told };
  }, config);
  expect(v.parse(ReportSchema, report).config).toEqual(config);
  expect(report.loss).toHaveLength(STEPS);
  expect(events).toContain('plan');
  expect(events).toContain('progress');
  expect(events.filter((type) => type === 'accuracy')).toHaveLength(6);
  expect(events.at(-1)).toBe('report');
  await expect(status(page)).toHaveText('Ready');
});

test('rejects with the failure of the protocol', async ({ page }) => {
  await open(page);
  const failed = (archive: boolean, wanted: unknown): Promise<Failure> =>
    page.evaluate(
      async ([picked, asked]) => {
        try {
          await window.palimpsest.run(
            asked as Parameters<typeof window.palimpsest.run>[0],
            picked ? { archive: 'picked' } : {},
          );
        } catch (error) {
          return (error as LabFailure).failure;
        }
        throw new Error('it did not reject');
      },
      [archive, wanted] as const,
    );
  expect(await failed(false, { ...config, width: 0 })).toMatchObject({ kind: 'config' });
  expect(await failed(true, config)).toMatchObject({ kind: 'data' });

  await page.locator('#archive').setInputFiles({
    name: 'cifar-10-binary.tar.gz',
    mimeType: 'application/gzip',
    buffer: Buffer.from('this is no archive'),
  });
  const failure = await failed(true, { ...config, data: 'cifar10' });
  expect(failure.kind).toBe('data');
  expect(failure.message).toContain('cifar-10-binary.tar.gz');
});
