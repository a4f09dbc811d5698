/**
 * A plan's dispatches: the same numbers whole or in parts, in any order; grids beyond one dimension; and
 * specifications that are refused in words.
 */
import { describe, expect, test } from 'vitest';
import { Pipelines, ShaderError, describeKernel, type Kernel } from '../../src/gpu/kernels.ts';
import { encodeEntry, Plan, type DispatchSpec, type PlanEntry } from '../../src/gpu/plan.ts';
import dispatchPrelude from '../../shaders/lib/dispatch.wgsl?raw';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { ROLE_STREAM, uniformTensor, type Role } from '../reference/inputs.ts';
import { one } from './batch.ts';
import { firstDifference, gpu, noErrors, readWords, storageBuffer, upload } from './engine.ts';
import { areaOf, frame, GARBAGE, networkOf } from './frame.ts';

/** Runs units of work, each in a submit of its own. */
async function runEach(units: readonly (readonly [PlanEntry, number?])[]): Promise<void> {
  const { device } = await gpu();
  for (const [entry, part] of units) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encodeEntry(pass, entry, part);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }
}

test('parts in any order equal the whole bit for bit, accumulating dispatches too', async () => {
  // Two convolutions of 75 MMAC, over 64, read one tensor, so the second gradient of it adds to the first.
  const x = tensor('x', 32, 16, 16);
  const graph = new GraphBuilder(1, 1, 1);
  const a = convolution(graph, 'a', x, 32);
  const output = add(graph, 'sum', a, convolution(graph, 'b', x, 32));
  const network = networkOf(output, graph.layers);
  const framed = await frame(network, one(32));
  const { device, store, emit } = framed;
  for (const layer of network.layers) layer.forward(emit);
  emit.accumulates(output);
  emit.beginBackward();
  for (const layer of network.layers.toReversed()) layer.backward(emit);
  const { plan, buffer, write } = await framed.plan();

  const split = plan.entries.filter(({ parts }) => parts.length > 1);
  const passes = ['forward', 'weight gradient', 'input gradient'];
  const wanted = passes.flatMap((pass) => [`a ${pass}`, `b ${pass}`]);
  expect(split.map(({ label }) => label).sort()).toEqual(wanted.sort());

  const draw = (role: Role) => uniformTensor(1, ROLE_STREAM[role], areaOf(x) * 32);
  const dy = draw('dy');
  write(emit.value(x), draw('x'));
  const results = [
    buffer(emit.value(output)),
    buffer(emit.value(a)),
    buffer(emit.gradient(x)),
    store.gradients,
  ];
  const run = async (units: readonly (readonly [PlanEntry, number?])[]) => {
    for (const each of results) {
      const garbage = new Float32Array(each.size / 4).fill(GARBAGE);
      device.device.queue.writeBuffer(each, 0, garbage);
    }
    write(emit.gradient(output), dy);
    await runEach(units);
    return Promise.all(results.map((each) => readWords(device, each)));
  };
  const whole = await run(plan.entries.map((entry) => [entry]));
  const parts = await run(
    plan.entries.flatMap((entry): (readonly [PlanEntry, number?])[] =>
      entry.parts.length > 0
        ? entry.parts.map((_, part) => [entry, part] as const).toReversed()
        : [[entry]],
    ),
  );
  expect(whole.map((words, i) => firstDifference(words, parts[i]!))).toEqual([-1, -1, -1, -1]);
  // A part that is left out leaves a hole, so the comparison can fail.
  const forward = plan.entries.find(({ label }) => label === 'a forward')!;
  const holed = await run([[forward, 0]]);
  expect(firstDifference(holed[1]!, whole[1]!)).toBeGreaterThan(0);
  await noErrors();
  device.memory.releaseAll();
});

/** Counts the visits of every invocation; a workgroup is one invocation, to make many of them. */
const COUNTING: Kernel = {
  key: 'test counting',
  name: 'counting',
  code: `
${dispatchPrelude}
struct Params {
  first_workgroup: u32,
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> visits: array<u32>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3u) {
  let i = workgroup_index(wid, p.first_workgroup);
  if (i < p.length) {
    visits[i] += 1u + i;
  }
}
`,
  bindings: [{ name: 'visits', index: 1, kind: 'storage' }],
  parameters: [
    { name: 'first_workgroup', type: 'u32' },
    { name: 'length', type: 'u32' },
  ],
  workgroup: 1,
};

describe('a grid of more workgroups than one dimension holds', () => {
  const LENGTH = 70_001;
  test.each([
    { about: 'whole', macs: 0, parts: 0 },
    // Half of it would fit; parts are cut by MACs and by what one row of the grid holds.
    { about: 'in two parts', macs: 100e6, parts: 2 },
    { about: 'in seven parts', macs: 64e6 * 6.5, parts: 7 },
  ])('$about', async ({ macs, parts }) => {
    const device = await gpu();
    const visits = storageBuffer(device, 'visits', LENGTH * 4);
    const spec: DispatchSpec = {
      label: 'count',
      kind: 'other',
      kernel: COUNTING,
      parameters: { length: LENGTH },
      buffers: { visits },
      invocations: LENGTH,
      macs,
    };
    const plan = await Plan.create(device, 'count', [spec]);
    const entry = plan.entries[0]!;
    expect(entry.parts).toHaveLength(parts);
    await runEach(parts > 0 ? entry.parts.map((_, i) => [entry, i] as const) : [[entry]]);
    const seen = await readWords(device, visits, LENGTH);
    const once = Uint32Array.from({ length: LENGTH }, (_, i) => 1 + i);
    expect(firstDifference(seen, once)).toBe(-1);
    await noErrors();
    device.memory.releaseAll();
  });
});

describe('what a plan refuses', () => {
  const make = async (change: Partial<DispatchSpec>) => {
    const device = await gpu();
    const x = upload(device, 'x', new Float32Array(64));
    const y = upload(device, 'y', new Float32Array(64));
    const spec: DispatchSpec = {
      label: 'relu1 forward',
      kind: 'forward',
      kernel: describeKernel('relu'),
      parameters: { length: 16 },
      buffers: { x, y },
      invocations: 16,
      macs: 0,
      ...change,
    };
    return Plan.create(device, 'test', [spec]).finally(() => {
      device.memory.releaseAll();
    });
  };

  test('nothing, where the specification is whole', async () => {
    await expect(make({})).resolves.toBeInstanceOf(Plan);
  });
  test('a binding without a buffer', async () => {
    await expect(make({ buffers: {} })).rejects.toThrow('relu1 forward: nothing is bound to x');
  });
  test('a parameter that the kernel does not have', async () => {
    const parameters = { length: 16, widht: 4 };
    await expect(make({ parameters })).rejects.toThrow('relu1 forward: relu takes no widht');
  });
  test.each([{}, { length: NaN }, { length: Infinity }])('parameters %o', async (parameters) => {
    const why = /relu1 forward: relu needs length, not (undefined|NaN|Infinity)/;
    await expect(make({ parameters })).rejects.toThrow(why);
  });
});

test('a shader that does not compile is named, with the line', async () => {
  const { device } = await gpu();
  const relu = describeKernel('relu');
  const code = relu.code.replace('max(x[i], vec4f(0.0))', 'max(x[i], nothing)');
  device.pushErrorScope('validation');
  const failure = await new Pipelines(device)
    .get({ ...relu, code })
    .catch((error: unknown) => error);
  await device.popErrorScope();
  expect(failure).toBeInstanceOf(ShaderError);
  const { message } = failure as ShaderError;
  expect(message).toContain('relu does not compile');
  expect(message).toContain('y[i] = max(x[i], nothing);');
  const line = code.split('\n').findIndex((text) => text.includes('nothing')) + 1;
  expect(message).toMatch(new RegExp(`^${line}: .*nothing`, 'm'));
  await noErrors();
});

test('pipelines are compiled once, and all that are missing at once', async () => {
  const { device } = await gpu();
  const pipelines = new Pipelines(device);
  const kernels = ['relu', 'add', 'relu'].map((name) => describeKernel(name));
  const heard: string[] = [];
  const made = await pipelines.prepare(kernels, (done, of) => heard.push(`${done} of ${of}`));
  expect(heard).toEqual(['1 of 2', '2 of 2']);
  expect([...made.keys()]).toEqual(['relu', 'add']);
  expect(await pipelines.get(describeKernel('relu'))).toBe(made.get('relu'));
});
