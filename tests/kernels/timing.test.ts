/** A profile has an entry for each of the plan's, and runs the plan as often as it says. */
import { expect, test } from 'vitest';
import '../../src/nn/compile/shaders.ts';
import { profilePlan } from '../../src/gpu/timing.ts';
import { Plan, type DispatchSpec } from '../../src/gpu/plan.ts';
import { describeKernel } from '../../src/gpu/kernels.ts';
import { gpu, noErrors, readFloats, upload } from './engine.ts';

test('every entry is timed, each run does its work, and nothing is kept', async () => {
  const device = await gpu();
  const [a, sum] = [new Float32Array(4).fill(1), new Float32Array(4)].map((values, i) =>
    upload(device, `vector ${i}`, values),
  ) as [GPUBuffer, GPUBuffer];
  // sum += a, and a large dispatch beside it.
  const accumulate: DispatchSpec = {
    label: 'accumulate',
    kind: 'update',
    kernel: describeKernel('add_grad'),
    parameters: { length: 1, accumulate: 1 },
    buffers: { gradient: a, input_gradient: sum },
    invocations: 1,
    macs: 3,
  };
  const length = 2 ** 18;
  const large: DispatchSpec = {
    label: 'large',
    kind: 'other',
    kernel: describeKernel('relu'),
    parameters: { length },
    buffers: {
      x: upload(device, 'x', new Float32Array(4 * length)),
      y: upload(device, 'y', new Float32Array(4 * length)),
    },
    invocations: length,
    macs: 0,
  };
  const plan = await Plan.create(device, 'test', [accumulate, large]);
  const before = device.memory.bytesByKind();
  const timed = device.adapter.features.includes('timestamp-query');
  const profile = await profilePlan(device, plan, 5);
  if (timed) {
    expect(profile).toMatchObject([
      { label: 'accumulate', kind: 'update', macs: 3 },
      { label: 'large', kind: 'other', macs: 0 },
    ]);
    const [small, big] = profile!.map(({ ms }) => ms);
    expect(small).toBeGreaterThanOrEqual(0);
    expect(big).toBeGreaterThan(0);
    expect(await readFloats(device, sum)).toEqual(new Float32Array(4).fill(5));
  } else {
    expect(profile).toBeNull();
  }
  const untimed = { ...device, adapter: { ...device.adapter, features: [] } };
  expect(await profilePlan(untimed, plan, 1)).toBeNull();
  expect(device.memory.bytesByKind()).toEqual(before);
  await noErrors();
  device.memory.releaseAll();
});
