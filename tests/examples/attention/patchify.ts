/** Images as tokens: each square patch is one, with a channel for every value in it. No weights, and no gradient. */
import './shaders.ts';
import type { GraphBuilder } from '../../../src/nn/compile/graph.ts';
import { tensor, type Tensor } from '../../../src/nn/tensor/tensor.ts';

/** x [C][H][W], the images → [C·P·P][T][1] with T = (H/P)·(W/P), patches row by row. */
export function patchify(graph: GraphBuilder, name: string, x: Tensor, patch: number): Tensor {
  if (x.needsGradient) throw new Error(`${name} cuts images, which have no gradient`);
  const tokens = (x.height / patch) * (x.width / patch);
  if (!Number.isInteger(tokens)) throw new Error(`${name}: ${x.name} has no whole patches`);
  const output = tensor(name, x.channels * patch * patch, tokens, 1);
  return graph.add({
    name,
    role: 'embedding',
    inputs: [x],
    output,
    channels: 'mixed',
    parameters: [],
    forward: (emit) => {
      emit.dispatch({
        label: `${name} forward`,
        kind: 'forward',
        kernel: 'patchify',
        defines: { X_HALF: emit.half(x), Y_HALF: emit.half(output) },
        parameters: {
          channels: output.channels,
          ...{ height: x.height, width: x.width, side: patch, batch4: emit.batch4 },
        },
        buffers: { x: emit.value(x), y: emit.value(output) },
        invocations: emit.vectors(output),
      });
    },
    backward: () => undefined,
  });
}
