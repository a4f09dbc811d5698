/** ReLU on its own, for networks without norms; a norm has it built in. */
import type { GraphBuilder } from '../compile/graph.ts';
import { spanInvocations } from '../compile/pointwise.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';

/** y = max(x, 0), any shape. */
export function relu(graph: GraphBuilder, name: string, x: Tensor): Tensor {
  const output = tensor(name, x.channels, x.height, x.width);
  return graph.add({
    name,
    inputs: [x],
    output,
    channels: 'each',
    parameters: [],
    forward: (emit) => {
      emit.dispatch({
        label: `${name} forward`,
        kind: 'forward',
        kernel: 'relu',
        defines: { X_HALF: emit.half(x), Y_HALF: emit.half(output) },
        parameters: { length: emit.vectors(x) },
        buffers: { x: emit.value(x), y: emit.value(output) },
        invocations: spanInvocations(emit.vectors(x)),
      });
    },
    backward: (emit) => {
      if (!emit.needsGradient(x)) return;
      emit.dispatch({
        label: `${name} input gradient`,
        kind: 'input-gradient',
        kernel: 'relu_grad',
        defines: { Y_HALF: emit.half(output) },
        parameters: { length: emit.vectors(x), accumulate: emit.accumulates(x) },
        buffers: {
          y: emit.value(output),
          gradient: emit.gradient(output),
          input_gradient: emit.gradient(x),
        },
        invocations: spanInvocations(emit.vectors(x)),
      });
    },
  });
}
