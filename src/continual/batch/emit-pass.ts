/**
 * One pass of a batch through a network, as everything that looks at images lists it: gather the batch, forward, and,
 * as far as the pass goes, the loss and all gradients. Whose images these are and what the result is used for is the
 * caller's: a training step, a score, an evaluation, a readout.
 */
import type { Virtual } from '../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import type { Network } from '../../nn/compile/graph.ts';
import { emitBackward, emitForward } from '../../nn/compile/layer-passes.ts';
import { emitLoss } from '../../nn/layers/loss.ts';
import { emitGather, type BatchSources } from './batch-input.ts';

/** From the images to the logits. */
export interface LogitsPass {
  readonly to: 'logits';
  readonly network: Network;
  /** The rows' records and the images that they index. */
  readonly batch: BatchSources;
}

/** To the loss of each row: what evaluations count. */
export interface LossPass extends Omit<LogitsPass, 'to'> {
  readonly to: 'loss';
  /** [slots][classes], what distillation terms match; any buffer where no row has one. */
  readonly storedLogits: GPUBuffer;
}

/** To the gradients of all parameters, in the store's arena. */
export interface GradientsPass extends Omit<LossPass, 'to'> {
  readonly to: 'gradients';
  /** Emits what comes between the loss and the backward pass, given what `emitLoss` returns. */
  readonly afterLoss?: (rowLoss: Virtual) => void;
}

/** Emits the pass. Returns what `emitLoss` returns, for passes that have a loss. */
export function emitPass(emit: Emitter, pass: LogitsPass): null;
export function emitPass(emit: Emitter, pass: LossPass | GradientsPass): Virtual;
export function emitPass(
  emit: Emitter,
  pass: LogitsPass | LossPass | GradientsPass,
): Virtual | null {
  const { network, batch } = pass;
  emitGather(emit, network.input, batch);
  emitForward(emit, network);
  if (pass.to === 'logits') return null;
  const rowLoss = emitLoss(emit, network, { rows: batch.rows, storedLogits: pass.storedLogits });
  if (pass.to === 'loss') return rowLoss;
  pass.afterLoss?.(rowLoss);
  emitBackward(emit, network);
  return rowLoss;
}
