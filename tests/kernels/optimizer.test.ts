/**
 * The update against three steps of PyTorch's optimisers. Two parameters share the arena, so that ranges
 * and padding count; what is compared is how far weights moved, since their size would hide an error.
 */
import { describe, expect, test } from 'vitest';
import type { Layer } from '../../src/nn/compile/graph.ts';
import { EVERYTHING } from '../../src/nn/tensor/parameter-group.ts';
import { NO_WORK } from '../../src/nn/tensor/dense-work.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { constant } from '../../src/nn/tensor/init.ts';
import { emitUpdate } from '../../src/nn/compile/optimizer.ts';
import { vectorParameter, type Parameter } from '../../src/nn/tensor/parameter.ts';
import { type OptimizerKind } from '../../src/nn/tensor/parameter-store.ts';
import { relativeError } from '../reference/compare.ts';
import type { OptimiserCase } from '../reference/layer-cases.ts';
import { loadLayerFixtures } from '../reference/layer-fixtures.ts';
import { one } from './batch.ts';
import { noErrors, readFloats } from './engine.ts';
import { frame, networkOf } from './frame.ts';

/** A weight of 1 is rounded by 6e-8 a step, and the smallest rate here moves it by 3e-3. */
const TOLERANCE = 2e-4;

const kindOf = ({ options }: OptimiserCase): OptimizerKind =>
  options.kind === 'adam' ? 'adam' : options.momentum > 0 ? 'sgd-momentum' : 'sgd';

const grouped = (parameter: Parameter) => ({ ...parameter, group: EVERYTHING });

const fixtures = (await loadLayerFixtures()).optimiser;

describe('three steps', () => {
  test.each(fixtures.map((fixture) => [fixture.title, fixture] as const))(
    '%s',
    async (_, fixture) => {
      const { size, steps, options } = fixture;
      const head = vectorParameter('head', 5, constant(0));
      const tail = vectorParameter('tail', size, constant(0));
      const x = tensor('x', 1, 1, 1);
      const layer: Layer = {
        name: 'layer',
        role: 'body',
        channels: 'each',
        work: NO_WORK,
        inputs: [x],
        output: x,
        parameters: [grouped(head), grouped(tail)],
        forward: () => undefined,
        backward: () => undefined,
      };
      const framed = await frame(networkOf(x, [layer]), one(4), { optimizer: kindOf(fixture) });
      const { device, store, emit, scalars } = framed;
      const { queue } = device.device;
      emitUpdate(emit);
      const { submitter } = await framed.plan();
      store.write('tail', fixture.start);
      // The first parameter lives the same life, cut short.
      store.write('head', fixture.start.slice(0, 5));
      for (let step = 0; step < steps; step++) {
        const gradient = fixture.gradient.slice(step * size, (step + 1) * size);
        queue.writeBuffer(store.gradients, store.at('tail') * 4, tail.pack(gradient));
        queue.writeBuffer(store.gradients, store.at('head') * 4, head.pack(gradient.slice(0, 5)));
        scalars({
          rate: options.rate,
          weightDecay: options.weightDecay,
          momentum: options.kind === 'sgd' ? options.momentum : 0,
          update: step + 1,
        });
        await submitter.run();
        const moved = (weight: Float32Array) => weight.map((w, i) => w - fixture.start[i]!);
        const expected = moved(fixture.weight.slice(step * size, (step + 1) * size));
        const found = moved(await store.read('tail'));
        expect(relativeError(found, expected), `step ${step}`).toBeLessThan(TOLERANCE);
        expect(moved(await store.read('head'))).toEqual(found.slice(0, 5));
      }
      const { momentum, first, second } = fixture;
      const states = { velocity: momentum, first_moment: first, second_moment: second };
      for (const [name, buffer] of store.optimizer) {
        const arena = await readFloats(device, buffer, store.floats);
        const expected = states[name as keyof typeof states]!;
        const at = store.at('tail');
        expect(relativeError(arena.slice(at, at + size), expected), name).toBeLessThan(1e-6);
        expect([...arena.slice(at + size)], `padding of ${name}`).toEqual([0, 0, 0]);
      }
      expect(store.optimizer.size).toBe(Object.values(states).filter((state) => state).length);
      await noErrors();
      device.memory.releaseAll();
    },
  );
});

/** A parameter of `size` floats of which those at odd places are live. */
function halfLive(name: string, size: number): Parameter {
  const words = size / 32;
  return {
    ...vectorParameter(name, size, constant(1)),
    lists: {
      words,
      initial: () => new Uint32Array(words),
      live: () => new Uint32Array(words).fill(0xaaaaaaaa),
    },
  };
}

describe('a masked update', () => {
  test.each(['sgd', 'sgd-momentum', 'adam'] as const)(
    '%s moves what is live as without a mask, and nothing else',
    async (optimizer) => {
      const run = async (parameter: Parameter) => {
        const x = tensor('x', 1, 1, 1);
        const layer: Layer = {
          name: 'layer',
          role: 'body',
          channels: 'each',
          work: NO_WORK,
          inputs: [x],
          output: x,
          parameters: [grouped(vectorParameter('before', 3, constant(2))), grouped(parameter)],
          forward: () => undefined,
          backward: () => undefined,
        };
        const framed = await frame(networkOf(x, [layer]), one(4), { optimizer });
        const { device, store, emit, scalars } = framed;
        emitUpdate(emit);
        const { submitter } = await framed.plan();
        for (const [update, scale] of [0.5, -1, 2].entries()) {
          const gradient = Float32Array.from({ length: 64 }, (_, i) => scale * (i - 20));
          device.device.queue.writeBuffer(store.gradients, store.at(parameter.name) * 4, gradient);
          scalars({ rate: 0.1, weightDecay: 0.01, momentum: 0.9, update: update + 1 });
          await submitter.run();
        }
        const at = store.at(parameter.name);
        const states = await Promise.all(
          [store.parameters, ...store.optimizer.values()].map(async (arena) =>
            (await readFloats(device, arena)).slice(at, at + 64),
          ),
        );
        await noErrors();
        device.memory.releaseAll();
        return states;
      };
      const free = await run(vectorParameter('all', 64, constant(1)));
      const masked = await run(halfLive('half', 64));
      for (const [state, values] of masked.entries()) {
        values.forEach((value, i) => {
          expect(value).toBe(i % 2 === 1 ? free[state]![i]! : state === 0 ? 1 : 0);
        });
      }
    },
  );
});
