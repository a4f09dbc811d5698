/** On stand-ins for WebGPU's classes, since the meter wraps whatever prototypes the runtime has. */
import { beforeAll, expect, test } from 'vitest';
import { Account, difference, metered } from '../../../src/bench/meter.ts';

class Device {
  createBuffer({ size }: { readonly size: number }) {
    return new Buffer(size);
  }
  createComputePipeline() {
    return 'pipeline';
  }
  createComputePipelineAsync() {
    return Promise.resolve('pipeline');
  }
}
class Buffer {
  constructor(readonly size: number) {}
  destroy() {
    return undefined;
  }
}
class Queue {
  submit() {
    return undefined;
  }
  writeBuffer(..._values: unknown[]) {
    return undefined;
  }
}
class Encoder {
  beginComputePass() {
    return new Pass();
  }
}
class Pass {
  dispatchWorkgroups() {
    return undefined;
  }
  dispatchWorkgroupsIndirect() {
    return undefined;
  }
}

beforeAll(() => {
  Object.assign(globalThis, {
    GPUDevice: Device,
    GPUBuffer: Buffer,
    GPUQueue: Queue,
    GPUCommandEncoder: Encoder,
    GPUComputePassEncoder: Pass,
  });
});

test('counts what happens while an account is open, and nothing else', async () => {
  const device = new Device();
  const queue = new Queue();
  const account = new Account();
  const work = async () => {
    const pass = new Encoder().beginComputePass();
    pass.dispatchWorkgroups();
    pass.dispatchWorkgroups();
    pass.dispatchWorkgroupsIndirect();
    queue.submit();
    device.createComputePipeline();
    await device.createComputePipelineAsync();
    return device.createBuffer({ size: 64 });
  };
  const buffer = await metered(account, work);
  await work();
  expect(buffer.size).toBe(64);
  expect(account.counts).toEqual({
    dispatches: 3,
    passes: 1,
    submits: 1,
    buffers: 1,
    bufferBytes: 64,
    writtenBytes: 0,
    pipelines: 2,
  });
});

test('knows how many bytes writeBuffer takes', async () => {
  const account = new Account();
  const queue = new Queue();
  const floats = new Float32Array(10);
  await metered(account, () => {
    queue.writeBuffer('buffer', 0, floats);
    queue.writeBuffer('buffer', 0, floats, 4);
    queue.writeBuffer('buffer', 0, floats, 4, 3);
    queue.writeBuffer('buffer', 0, floats.buffer, 8, 12);
    return Promise.resolve();
  });
  expect(account.counts.writtenBytes).toBe(40 + 24 + 12 + 12);
});

test('keeps the peak of live bytes by owner, whoever destroys them', async () => {
  const device = new Device();
  const [one, other] = [new Account(), new Account()];
  const first = await metered(one, () => Promise.resolve(device.createBuffer({ size: 100 })));
  await metered(other, () => {
    device.createBuffer({ size: 1000 });
    first.destroy();
    first.destroy();
    return Promise.resolve();
  });
  await metered(one, () => Promise.resolve(device.createBuffer({ size: 70 })));
  expect(one.peakBytes).toBe(100);
  expect(other.peakBytes).toBe(1000);
  await metered(one, () => Promise.resolve(device.createBuffer({ size: 70 })));
  expect(one.peakBytes).toBe(140);
});

test('refuses two at once, and is free again after a failure', async () => {
  const account = new Account();
  await expect(metered(account, () => metered(account, () => Promise.resolve()))).rejects.toThrow(
    'at once',
  );
  await expect(metered(account, () => Promise.resolve(1))).resolves.toBe(1);
});

test('difference subtracts counter by counter', () => {
  const account = new Account();
  account.add('dispatches', 5);
  const before = account.counts;
  account.add('dispatches', 2);
  account.add('bufferBytes', 8);
  expect(difference(account.counts, before)).toMatchObject({
    dispatches: 2,
    bufferBytes: 8,
    submits: 0,
  });
});
