/** What the engine counts of its buffers: sizes as handed out, by kind, at most, and nothing after the end. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Memory, MemoryError } from '../../src/gpu/memory.ts';
import { gpu, noErrors } from './engine.ts';

let memory: Memory;

beforeEach(async () => {
  memory = new Memory((await gpu()).device);
});

afterEach(async () => {
  memory.releaseAll();
  await noErrors();
});

const allocate = (kind: Parameters<Memory['allocate']>[0], bytes: number) =>
  memory.allocate(kind, `${kind} of ${bytes}`, bytes, GPUBufferUsage.STORAGE);

test('bytes are counted by kind in whole vectors, and the peak stays', () => {
  const weights = allocate('weights', 4);
  allocate('weights', 16);
  const images = allocate('images', 1001);
  expect([weights.size, images.size]).toEqual([16, 1008]);
  expect(memory.bytesByKind()).toEqual({ weights: 32, images: 1008 });
  memory.free(images);
  expect(memory.bytesByKind()).toEqual({ weights: 32 });
  allocate('replay', 100);
  expect(memory).toMatchObject({ created: 4, peakBytes: 32 + 1008 });
  expect(() => {
    memory.free(images);
  }).toThrow('images of 1001 was not allocated here, or is freed already');
});

test('a buffer beyond what a binding may be is refused, and not counted', () => {
  const { maxStorageBufferBindingSize } = memory.device.limits;
  const tooMuch = () => allocate('images', maxStorageBufferBindingSize + 1);
  expect(tooMuch).toThrow(MemoryError);
  expect(tooMuch).toThrow(`a buffer may have ${maxStorageBufferBindingSize} bytes here`);
  expect(memory).toMatchObject({ created: 0, peakBytes: 0 });
});

test('releasing everything ends the buffers and the count', async () => {
  const buffer = allocate('control', 64);
  memory.releaseAll();
  expect(memory.bytesByKind()).toEqual({});
  expect(memory).toMatchObject({ created: 0, peakBytes: 0 });
  // A destroyed buffer cannot be written any more.
  const { device } = memory;
  device.pushErrorScope('validation');
  device.queue.writeBuffer(buffer, 0, new Uint8Array(4));
  expect(await device.popErrorScope()).not.toBeNull();
});
