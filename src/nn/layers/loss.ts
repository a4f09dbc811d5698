/** The row-term loss on a network's logits: what each row pays is in the rows' records, not in the plan. */
import type { Virtual } from '../compile/activation-pool.ts';
import type { Emitter } from '../compile/emitter.ts';
import type { Network } from '../compile/graph.ts';

export interface LossBuffers {
  /** Records of the batch's rows, one plane a field. */
  readonly rows: GPUBuffer;
  /** [slots][classes], what distillation terms match; any buffer where no row has one. */
  readonly storedLogits: GPUBuffer;
}

/**
 * Emits the loss: the gradient of the logits, and per row (loss, right over all outputs, right within the
 * task, live), which is returned.
 */
export function emitLoss(emit: Emitter, network: Network, buffers: LossBuffers): Virtual {
  const logits = network.output;
  const rowLoss = emit.scratch('row losses', emit.rows * 16);
  emit.accumulates(logits);
  emit.dispatch({
    label: 'loss',
    kind: 'loss',
    kernel: 'row_loss',
    parameters: { rows: emit.rows, ...emit.records, classes: logits.channels },
    buffers: {
      rows: buffers.rows,
      logits: emit.value(logits),
      stored_logits: buffers.storedLogits,
      gradient: emit.gradient(logits),
      row_loss: rowLoss,
    },
    touched: { stored_logits: emit.rows * logits.channels * 4 },
    invocations: emit.rows,
  });
  return rowLoss;
}
