/** Readings beside a running queue: each brings what was there when it was asked for, three at a time. */
import { expect, test } from 'vitest';
import { ReadbackRing, readBuffer } from '../../src/gpu/readback.ts';
import { gpu, noErrors, upload } from './engine.ts';

test('a ring brings what was there at that point of the queue, three readings at a time', async () => {
  const device = await gpu();
  const { queue } = device.device;
  const source = upload(device, 'source', new Uint32Array(8));
  const ring = new ReadbackRing(device, 'test', 32);
  const words = async (reading: Promise<ArrayBuffer> | null) => [
    ...new Uint32Array((await reading)!),
  ];
  for (let round = 0; round < 3; round++) {
    const readings = [0, 1, 2, 3].map((i) => {
      queue.writeBuffer(
        source,
        0,
        Uint32Array.from({ length: 8 }, (_, k) => 100 * round + 10 * i + k),
      );
      return ring.read(source, 4 * i, 8);
    });
    expect(readings[3]).toBeNull();
    const first = 100 * round;
    expect(await words(readings[0]!)).toEqual([first, first + 1]);
    expect(await words(readings[1]!)).toEqual([first + 11, first + 12]);
    expect(await words(readings[2]!)).toEqual([first + 22, first + 23]);
  }
  await noErrors();
  device.memory.releaseAll();
});

test('a buffer is read from an offset on, and leaves no memory behind', async () => {
  const device = await gpu();
  const source = upload(device, 'source', Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const before = device.memory.bytesByKind();
  expect([...new Uint32Array(await readBuffer(device, source, 16))]).toEqual([5, 6, 7, 8]);
  expect([...new Uint32Array(await readBuffer(device, source, 4, 8))]).toEqual([2, 3]);
  expect(device.memory.bytesByKind()).toEqual(before);
  await noErrors();
  device.memory.releaseAll();
});
