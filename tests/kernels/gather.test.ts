/**
 * The batch that a step sees, against torchvision's crop, flip and normalisation in their plain version:
 * rows from both image buffers and from the replay buffer, and draws that are those of the shared hash and
 * uniform.
 */
import { expect, test } from 'vitest';
import { emitGather } from '../../src/continual/batch/batch-input.ts';
import { ImageStore } from '../../src/continual/buffer/image-store.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from '../../src/data/image-set.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { MemoryError } from '../../src/gpu/memory.ts';
import { readBuffer } from '../../src/gpu/readback.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import type { StepValues } from '../../src/nn/compile/step.ts';
import { relativeError } from '../reference/compare.ts';
import { CIFAR10_MEAN, CIFAR10_STD, imageBytes } from '../reference/inputs.ts';
import { augment, type CropDraw } from '../reference/plain/augment.ts';
import { scope } from '../setup/scope.ts';
import { drawOf } from './augment-draws.ts';
import { fromBatchInnermost, one, rowRecords, type RowRecord } from './batch.ts';
import { gpu, noErrors, readFloats, upload } from './engine.ts';
import { frame, networkOf } from './frame.ts';

const OPTIONS = { size: IMAGE_SIZE, padding: 4, mean: CIFAR10_MEAN, std: CIFAR10_STD };
const STATISTICS = { mean: CIFAR10_MEAN, std: CIFAR10_STD };
/** Two divisions in float32, which WGSL rounds to within 2.5 units in the last place. */
const TOLERANCE = 2e-6;
const STRAIGHT: CropDraw = { down: 4, right: 4, flip: false };

/** A device that says a binding holds `images` images; its buffers and queue are the real ones. */
function withRoomFor(images: number, device: Gpu): Gpu {
  const most = images * IMAGE_BYTES + 100;
  const limits = { maxBufferSize: most, maxStorageBufferBindingSize: most };
  return { ...device, device: { limits, queue: device.device.queue } as unknown as GPUDevice };
}

/** Gathers `records` once for each of `steps`; reads the batch as [N][3][32][32]. */
async function gather(
  records: readonly (RowRecord | null)[],
  images: ImageStore,
  replay: ImageStore,
  steps: readonly Partial<StepValues>[],
) {
  const input = tensor('input', 3, IMAGE_SIZE, IMAGE_SIZE, false);
  const framed = await frame(networkOf(input), one(records.length));
  const { device, emit, scalars } = framed;
  const rows = upload(device, 'rows', rowRecords(records));
  emitGather(emit, input, { rows, images, replay, statistics: STATISTICS });
  const { submitter, buffer } = await framed.plan();
  const batches: Float32Array[] = [];
  for (const step of steps) {
    scalars(step);
    await submitter.run();
    const values = await readFloats(device, buffer(emit.value(input)));
    batches.push(fromBatchInnermost(values, IMAGE_BYTES, framed));
  }
  return batches;
}

const RECORDS: readonly (RowRecord | null)[] = [
  { source: 'stream', index: 0 },
  { source: 'stream', index: 4 },
  { source: 'buffer', index: 1 },
  null,
  { source: 'stream', index: 2 },
  { source: 'stream', index: 3 },
  { source: 'buffer', index: 0 },
  null,
];

test.each([
  { about: 'images in one buffer', room: 5, split: 5 },
  { about: 'images split over two buffers', room: 3, split: 3 },
])('every source, augmented and not: $about', async ({ room, split }) => {
  const device = await gpu();
  const bytes = imageBytes(21, 5);
  const old = imageBytes(22, 2);
  const images = new ImageStore(withRoomFor(room, device), 'images', 'images', 5);
  expect(images.split).toBe(split);
  expect(images.first === images.second).toBe(split === 5);
  images.write(0, bytes.slice(0, 2 * IMAGE_BYTES));
  images.write(2, bytes.slice(2 * IMAGE_BYTES));
  const replay = new ImageStore(device, 'replay', 'replay', 2);
  replay.write(0, old);

  const sources = RECORDS.map((record) => {
    const at = (record?.index ?? 0) * IMAGE_BYTES;
    const from = record?.source === 'buffer' ? old : bytes;
    return from.slice(at, at + IMAGE_BYTES);
  });
  const chosen = new Uint8Array(sources.flatMap((source) => [...source]));
  const expected = (draws: readonly CropDraw[]) =>
    augment(chosen, draws, OPTIONS).map((value, i) =>
      RECORDS[Math.floor(i / IMAGE_BYTES)] === null ? 0 : value,
    );
  const steps = [
    { seed: 1, step: 0, augment: true },
    { seed: 1, step: 1, augment: true },
    { seed: 0xfedcba98, step: 70_000, augment: true },
  ];
  const straight = { seed: 1, step: 1, augment: false };
  const batches = await gather(RECORDS, images, replay, [...steps, straight]);
  steps.forEach(({ seed, step }, i) => {
    const draws = RECORDS.map((_, row) => drawOf(seed, step, RECORDS.length, row));
    const error = relativeError(batches[i]!, expected(draws));
    expect(error, `seed ${seed}, step ${step}`).toBeLessThan(TOLERANCE);
  });
  const unmoved = expected(RECORDS.map(() => STRAIGHT));
  expect(relativeError(batches[3]!, unmoved), 'evaluation').toBeLessThan(TOLERANCE);
  await noErrors();
  device.memory.releaseAll();
});

test('an image store takes what two bindings hold, and whole images within it', async () => {
  const device = await gpu();
  const small = withRoomFor(3, device);
  expect(() => new ImageStore(small, 'images', 'images', 7)).toThrow(MemoryError);
  const store = new ImageStore(small, 'images', 'images', 6);
  expect([store.first.size, store.second.size]).toEqual([3 * IMAGE_BYTES, 3 * IMAGE_BYTES]);
  expect(() => {
    store.write(5, imageBytes(1, 2));
  }).toThrow(RangeError);
  expect(() => {
    store.write(0, new Uint8Array(IMAGE_BYTES + 1));
  }).toThrow(RangeError);
  const bytes = imageBytes(23, 6);
  store.write(2, bytes.slice(0, 2 * IMAGE_BYTES));
  store.write(4, bytes.slice(2 * IMAGE_BYTES, 4 * IMAGE_BYTES));
  const read = async (buffer: GPUBuffer, at: number, count: number) =>
    new Uint8Array(await readBuffer(device, buffer, at * IMAGE_BYTES, count * IMAGE_BYTES));
  expect(await read(store.first, 2, 1)).toEqual(bytes.slice(0, IMAGE_BYTES));
  expect(await read(store.second, 0, 3)).toEqual(bytes.slice(IMAGE_BYTES, 4 * IMAGE_BYTES));
  device.memory.releaseAll();
});

test('crops and flips are uniform and independent', async () => {
  // In this image red tells the column and green the line, so two pixels of the batch tell the draw.
  const device = await gpu();
  const coded = Uint8Array.from({ length: IMAGE_BYTES }, (_, i) => {
    const [column, line] = [i % IMAGE_SIZE, Math.floor(i / IMAGE_SIZE) % IMAGE_SIZE];
    return 8 * (i < IMAGE_SIZE ** 2 ? column : line);
  });
  const images = new ImageStore(device, 'images', 'images', 1);
  images.write(0, coded);
  const rows = 256;
  const count = scope === 'smoke' ? 8 : 32;
  const input = tensor('input', 3, IMAGE_SIZE, IMAGE_SIZE, false);
  const framed = await frame(networkOf(input), one(rows));
  const records = rowRecords(Array.from({ length: rows }, () => ({ source: 'stream' }) as const));
  emitGather(framed.emit, input, {
    rows: upload(device, 'rows', records),
    images,
    replay: images,
    statistics: { mean: [0, 0, 0], std: [1, 1, 1] },
  });
  const { submitter, buffer } = await framed.plan();
  const batch = buffer(framed.emit.value(input));
  /** The coordinates that `count` neighbouring pixels from (16, 16) on came from, [pixel][row]. */
  const sources = async (channel: number, pixels: number) => {
    const at = ((channel * IMAGE_SIZE + 16) * IMAGE_SIZE + 16) * rows * 4;
    const values = new Float32Array(await readBuffer(device, batch, at, pixels * rows * 4));
    return Array.from(values, (value) => Math.round((value * 255) / 8));
  };
  const cells = new Float64Array(9 * 9 * 2);
  const repeated = new Float64Array(cells.length);
  let before = -1;
  for (let step = 0; step < count; step++) {
    framed.scalars({ seed: 77, step, augment: true });
    await submitter.run();
    const columns = await sources(0, 2);
    const lines = await sources(1, 1);
    for (let row = 0; row < rows; row++) {
      const flip = columns[rows + row]! < columns[row]!;
      const right = columns[row]! - (flip ? IMAGE_SIZE - 1 - 16 : 16) + 4;
      const down = lines[row]! - 16 + 4;
      const cell = (down * 9 + right) * 2 + (flip ? 1 : 0);
      cells[cell]!++;
      if (cell === before) repeated[cell]!++;
      before = cell;
    }
  }
  const draws = rows * count;
  expect(cells.reduce((a, b) => a + b)).toBe(draws);
  // Pearson's statistic has mean 161 and standard deviation 18 for 162 equal cells.
  const mean = draws / cells.length;
  const statistic = cells.reduce((sum, seen) => sum + (seen - mean) ** 2 / mean, 0);
  expect(statistic).toBeGreaterThan(161 - 5 * 18);
  expect(statistic).toBeLessThan(161 + 5 * 18);
  // One draw in 162 equals the one before it; a Poisson count, within five standard deviations.
  const equals = repeated.reduce((a, b) => a + b);
  expect(Math.abs(equals - mean)).toBeLessThan(5 * Math.sqrt(mean));
  await noErrors();
  device.memory.releaseAll();
});
