/** Average pooling over windows that do not overlap; the whole plane at once is global pooling. */
import type { GraphBuilder } from '../compile/graph.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';

/** x [C][H][W] → [C][⌊H/h⌋][⌊W/w⌋] for a window of h × w. */
export function averagePool(
  graph: GraphBuilder,
  name: string,
  x: Tensor,
  windowHeight: number,
  windowWidth = windowHeight,
): Tensor {
  const { channels, height, width } = x;
  const output = tensor(
    name,
    channels,
    Math.floor(height / windowHeight),
    Math.floor(width / windowWidth),
  );
  const sizes = {
    channels,
    height,
    width,
    window_height: windowHeight,
    window_width: windowWidth,
  };
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
        kernel: 'avg_pool',
        defines: { X_HALF: emit.half(x), Y_HALF: emit.half(output) },
        parameters: { ...sizes, batch4: emit.batch4 },
        buffers: { x: emit.value(x), y: emit.value(output) },
        invocations: emit.vectors(output),
      });
    },
    backward: (emit) => {
      if (!emit.needsGradient(x)) return;
      emit.dispatch({
        label: `${name} input gradient`,
        kind: 'input-gradient',
        kernel: 'avg_pool_grad',
        parameters: { ...sizes, batch4: emit.batch4, accumulate: emit.accumulates(x) },
        buffers: { gradient: emit.gradient(output), input_gradient: emit.gradient(x) },
        invocations: emit.vectors(x),
      });
    },
  });
}

/** x [C][H][W] → [C][1][1] */
export function globalAveragePool(graph: GraphBuilder, name: string, x: Tensor): Tensor {
  return averagePool(graph, name, x, x.height, x.width);
}
