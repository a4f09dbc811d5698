/**
 * Bytes of training ResNet-18 of width 64 at batch 32 under DER++, as counted without a device: against sums
 * over the published shapes for what follows from them, and against the bounds that the project set itself.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { countMemory } from '../../src/bench/memory.ts';
import { trainingBytes } from '../../src/lab/report/ledger.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import { blockLayout } from '../../src/sparse/layouts/block/layout.ts';
import { block } from '../../src/sparse/layouts/block/scheme.ts';
import { coveredLayers } from '../../src/sparse/layouts/covered-layers.ts';
import { gpu } from './engine.ts';

// Opening a device is what brings GPUBufferUsage to Node.
beforeAll(gpu);

/** What every device allows. */
const LIMITS = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 };
const MB = 1e6;
/** Trainable numbers, norms among them; running statistics. */
const PARAMETERS = 11_173_962;
const RUNNING = 2 * 4800;

function bytes(sparsity: number, activations: 'f32' | 'f16', sequenced = true) {
  const layout = blockLayout({ rows: 16, columns: 16, sparsity });
  const network = buildModel(
    'resnet18',
    64,
    10,
    sparsity > 0 ? coveredLayers(block.weights, () => layout) : undefined,
  );
  return countMemory(network, 32, { activations, recompute: true, sequenced }, LIMITS);
}

describe('dense', () => {
  test('weights and gradients are four bytes a number, but for padding', () => {
    const { weights, gradients, optimizer, indices } = bytes(0, 'f32');
    expect(weights! - 4 * (PARAMETERS + RUNNING)).toBeGreaterThanOrEqual(0);
    expect(weights! - 4 * (PARAMETERS + RUNNING)).toBeLessThan(4 * 5200);
    expect(weights! - gradients!).toBe(4 * RUNNING);
    expect([optimizer, indices]).toEqual([undefined, undefined]);
  });

  test('groups in sequence take little over a third of one batch’s activations, halves less again', () => {
    const merged = bytes(0, 'f32', false).activations!;
    const sequenced = bytes(0, 'f32').activations!;
    expect(sequenced / merged).toBeLessThan(0.37);
    // Gradients stay float32.
    expect(bytes(0, 'f16').activations! / sequenced).toBeLessThan(0.65);
  });
});

test('the activations are at least what must be saved, and not much more', () => {
  // Inputs of 20 norms and outputs of 8 blocks, in units of a plane of the first stage: 64·32·32·32.
  const stages = [1, 1 / 2, 1 / 4, 1 / 8];
  const planes = stages.reduce((sum, size) => sum + 7 * size, 0);
  const halves = planes * 64 * 32 * 32 * 32 * 2;
  const found = bytes(0.9, 'f16').activations!;
  expect(found).toBeGreaterThan(halves);
  // Late layers' are dead when the first stage needs its three float32 planes of gradients.
  expect(found).toBeLessThan(halves + 2 * 64 * 32 * 32 * 32 * 4);
});

test.each([
  [0, 180],
  [0.9, 100],
  [0.95, 95],
])('at sparsity %d training takes at most %i MB', (sparsity, most) => {
  expect(trainingBytes(bytes(sparsity, 'f16'))).toBeLessThanOrEqual(most * MB);
});

test('at .9, what depends on the weights is at most 15 % of dense', () => {
  const kinds = ['weights', 'gradients', 'optimizer', 'indices'];
  const sum = (of: Record<string, number>) =>
    kinds.reduce((total, kind) => total + (of[kind] ?? 0), 0);
  expect(sum(bytes(0.9, 'f16')) / sum(bytes(0, 'f16'))).toBeLessThanOrEqual(0.15);
});
