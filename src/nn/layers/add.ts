/** Residual addition on its own; after a norm it is built into that. */
import type { GraphBuilder } from '../compile/graph.ts';
import { spanInvocations } from '../compile/pointwise.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';

/** y = a + b, equal shapes. */
export function add(graph: GraphBuilder, name: string, a: Tensor, b: Tensor): Tensor {
  if (a.channels !== b.channels || a.height !== b.height || a.width !== b.width) {
    throw new Error(`${name}: ${a.name} and ${b.name} have different shapes`);
  }
  const output = tensor(name, a.channels, a.height, a.width);
  return graph.add({
    name,
    inputs: [a, b],
    output,
    channels: 'each',
    parameters: [],
    forward: (emit) => {
      emit.dispatch({
        label: `${name} forward`,
        kind: 'forward',
        kernel: 'add',
        defines: { A_HALF: emit.half(a), B_HALF: emit.half(b), Y_HALF: emit.half(output) },
        parameters: { length: emit.vectors(a) },
        buffers: { a: emit.value(a), b: emit.value(b), y: emit.value(output) },
        invocations: spanInvocations(emit.vectors(a)),
      });
    },
    backward: (emit) => {
      for (const x of [a, b]) {
        if (!emit.needsGradient(x)) continue;
        emit.dispatch({
          label: `${name} gradient of ${x.name}`,
          kind: 'input-gradient',
          kernel: 'add_grad',
          parameters: { length: emit.vectors(x), accumulate: emit.accumulates(x) },
          buffers: { gradient: emit.gradient(output), input_gradient: emit.gradient(x) },
          invocations: spanInvocations(emit.vectors(x)),
        });
      }
    },
  });
}
