/** Pictures of the visitor's own, dropped as folders and picked as an archive, become the last task of the stream. */
import { mkdir, writeFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import { expect } from 'playwright/test';
import type { Locator, Page } from 'playwright/test';
import sharp from 'sharp';
import * as v from 'valibot';
import { ReportSchema } from '../../src/lab/report/report.ts';
import { button, downloaded, finished, matrix, open, overflow, test, TINY } from './lab.ts';

/** A picture of one colour, wider than it is high; `shade` tells those of a class apart. */
const picture = (r: number, g: number, b: number, shade: number): Promise<Buffer> =>
  sharp({
    create: {
      width: 48,
      height: 40,
      channels: 3,
      background: { r: r - shade, g: g - shade, b: b - shade },
    },
  })
    .png()
    .toBuffer();

/** Drops files or folders of this machine on an element, as a person does from another window. */
async function drop(page: Page, target: Locator, files: readonly string[]): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error('there is nothing to drop on');
  const devtools = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', {
      type,
      x: box.x + box.width / 2,
      y: box.y + 20,
      data: { items: [], files: [...files], dragOperationsMask: 1 },
    });
  }
  await devtools.detach();
}

test('a folder and a zip are shown, trained on as the last task, and stay here', async ({
  page,
}, info) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  const folder = info.outputPath('red');
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < 10; i++) {
    await writeFile(`${folder}/${String(i)}.png`, await picture(230, 60, 60, 4 * i));
  }
  const members: Record<string, Uint8Array> = { 'blue/broken.png': Buffer.from('no picture') };
  for (let i = 0; i < 10; i++) {
    members[`blue/${String(i)}.png`] = await picture(60, 60, 230, 4 * i);
  }

  await open(page, { ...TINY, preset: 'own-images', addedClasses: '2', epochs: '2' });
  await expect(button(page, 'Run')).toBeDisabled();
  await expect(page.locator('lab-transport')).toContainText('Give images of your own first');
  const own = page.locator('lab-own-images');
  // The story may have opened it by itself.
  if ((await page.locator('details.own[open]').count()) === 0) {
    await page.locator('details.own > summary').click();
  }
  await expect(own.locator('.drop')).toBeVisible();
  // A phone has no other window to drop from.
  if (info.project.name === 'phone') {
    await page.getByLabel('Choose a folder').setInputFiles(folder);
  } else {
    await drop(page, own.locator('.drop'), [folder]);
  }
  await expect(own.getByRole('status')).toHaveText('10 pictures read.');
  await expect(page).toHaveURL(/addedClasses=1/);
  await page.getByLabel('Choose pictures or a zip').setInputFiles({
    name: 'mine.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from(zipSync(members)),
  });
  await expect(own.getByRole('status')).toHaveText(
    '10 pictures read. 1 could not be decoded and are left out.',
  );
  await expect(page).toHaveURL(/addedClasses=2/);
  await expect(own.getByLabel('Name of class 1')).toHaveValue('red');
  await expect(own.getByLabel('Name of class 2')).toHaveValue('blue');
  // What the network will see is what was given: the first square of the first class is red.
  const red = await own
    .locator('canvas')
    .first()
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const side = canvas.width / 8;
      return [
        ...canvas
          .getContext('2d')!
          .getImageData(side / 2, side / 2, 1, 1)
          .data.slice(0, 3),
      ];
    });
  expect(red).toEqual([194, 24, 24]);
  expect(await overflow(page)).toBe(0);

  await button(page, 'Run').click();
  await finished(page);
  const { text } = await downloaded(page, () => button(page, 'Download JSON').click());
  const report = v.parse(ReportSchema, JSON.parse(text));
  expect(report.data.classes).toHaveLength(6);
  expect(report.data.classes.at(-1)).toEqual(['red', 'blue']);
  expect(await matrix(page)).toHaveLength(6);
  // Two plain colours are told apart when they have just been learnt.
  expect(report.taskIncremental.matrix.at(-1)?.at(-1)).toBe(1);
  expect(requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
});
