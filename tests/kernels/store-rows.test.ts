/**
 * What goes into the replay buffer: the raw images and the logits of the rows with a store slot, in that
 * slot, and nothing anywhere else.
 */
import { expect, test } from 'vitest';
import '../../src/continual/batch/shaders.ts';
import { imageBytes } from '../reference/inputs.ts';
import { rowRecords, type RowRecord } from './batch.ts';
import { noErrors, readWords, upload } from './engine.ts';
import { frame, looseLogits } from './frame.ts';

const WORDS = 768;
const CLASSES = 7;
const SLOTS = 9;
const SPLIT = 3;

test('images and logits land in their slots, and the other slots stay as they are', async () => {
  // Two buffers of images, rows out of order, a padded row, and one of the replay buffer between.
  const rows: (RowRecord | null)[] = [
    { source: 'stream', index: 4, storeSlot: 6 },
    { source: 'stream', index: 0, storeSlot: 0 },
    { source: 'stream', index: 1 },
    null,
    { source: 'stream', index: 2, storeSlot: 8 },
    { source: 'stream', index: 3, storeSlot: 3 },
    { source: 'buffer', index: 5 },
    null,
  ];
  const network = looseLogits(CLASSES);
  const framed = await frame(network, [{ capacity: 8, live: 7 }]);
  const { device, emit } = framed;
  const images = new Uint32Array(imageBytes(11, 5).buffer);
  const pattern = (length: number) => Uint32Array.from({ length }, (_, i) => 0xa5000000 + i);
  const bufferImages = upload(device, 'replay images', pattern(SLOTS * WORDS));
  const storedLogits = upload(device, 'replay logits', pattern(SLOTS * CLASSES));
  emit.dispatch({
    label: 'store',
    kind: 'other',
    kernel: 'store_rows',
    parameters: {
      rows: rows.length,
      ...emit.records,
      classes: CLASSES,
      stream_split: SPLIT,
    },
    buffers: {
      rows: upload(device, 'rows', rowRecords(rows)),
      stream0: upload(device, 'images', images.slice(0, SPLIT * WORDS)),
      stream1: upload(device, 'images, rest', images.slice(SPLIT * WORDS)),
      logits: emit.value(network.output),
      buffer_images: bufferImages,
      stored_logits: storedLogits,
    },
    invocations: rows.length * (WORDS + CLASSES),
  });
  const plan = await framed.plan();
  const logits = Float32Array.from({ length: CLASSES * rows.length }, (_, i) => Math.sin(i));
  plan.write(emit.value(network.output), logits);
  await plan.submitter.run();

  const expectedImages = pattern(SLOTS * WORDS);
  const expectedLogits = pattern(SLOTS * CLASSES);
  const bits = new Uint32Array(logits.buffer);
  rows.forEach((record, row) => {
    const slot = record?.storeSlot;
    if (slot === undefined) return;
    const first = record!.index! * WORDS;
    expectedImages.set(images.subarray(first, first + WORDS), slot * WORDS);
    for (let k = 0; k < CLASSES; k++) {
      expectedLogits[slot * CLASSES + k] = bits[k * rows.length + row]!;
    }
  });
  expect(await readWords(device, bufferImages, SLOTS * WORDS)).toEqual(expectedImages);
  expect(await readWords(device, storedLogits, SLOTS * CLASSES)).toEqual(expectedLogits);
  await noErrors();
  device.memory.releaseAll();
});
