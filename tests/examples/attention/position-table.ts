/** A learned number for each channel of each token, added to it: y[c, t] = x[c, t] + table[c, t]. */
import './shaders.ts';
import type { GraphBuilder } from '../../../src/nn/compile/graph.ts';
import { spanInvocations } from '../../../src/nn/compile/pointwise.ts';
import type { Parameter } from '../../../src/nn/tensor/parameter.ts';
import { tensor, type Tensor } from '../../../src/nn/tensor/tensor.ts';

/** x [C][T][1] → [C][T][1]; the table is [C, T]. */
export function positionTable(graph: GraphBuilder, name: string, x: Tensor): Tensor {
  const { channels, height: tokens } = x;
  const places = channels * tokens;
  const storage = Math.ceil(places / 4) * 4;
  const table: Parameter = {
    name: `${name}.table`,
    role: 'table',
    shape: [channels, tokens],
    init: { kind: 'normal', std: 0.02 },
    storage,
    lists: null,
    subsets: [],
    pack: (values) => {
      const stored = new Float32Array(storage);
      stored.set(values);
      return stored;
    },
    unpack: (stored) => stored.slice(0, places),
  };
  const output = tensor(name, channels, tokens, 1);
  return graph.add({
    name,
    role: 'embedding',
    inputs: [x],
    output,
    channels: 'each',
    parameters: [table],
    forward: (emit) => {
      emit.dispatch({
        label: `${name} forward`,
        kind: 'forward',
        kernel: 'table_add',
        defines: { X_HALF: emit.half(x), Y_HALF: emit.half(output) },
        parameters: { places, batch4: emit.batch4, table_at: emit.store.at(table.name) },
        buffers: { x: emit.value(x), parameters: emit.store.parameters, y: emit.value(output) },
        invocations: emit.vectors(x),
      });
    },
    backward: (emit) => {
      if (emit.moves(table.name)) {
        emit.dispatch({
          label: `${name} table gradient`,
          kind: 'weight-gradient',
          kernel: 'table_grad',
          parameters: {
            ...{ places, storage, batch4: emit.batch4 },
            result_at: emit.store.at(table.name),
            accumulate: emit.accumulatesParameters,
          },
          buffers: { gradient: emit.gradient(output), result: emit.store.gradients },
          invocations: storage,
        });
      }
      if (!emit.needsGradient(x)) return;
      emit.dispatch({
        label: `${name} input gradient`,
        kind: 'input-gradient',
        kernel: 'add_grad',
        parameters: { length: emit.vectors(x), accumulate: emit.accumulates(x) },
        buffers: { gradient: emit.gradient(output), input_gradient: emit.gradient(x) },
        invocations: spanInvocations(emit.vectors(x)),
      });
    },
  });
}
