/** Linear layer with bias: a 1×1 convolution of one-pixel images. */
import type { GraphBuilder } from '../graph.ts';
import { tensor, type Tensor } from '../tensor.ts';
import { torchDefault } from '../init.ts';
import { vectorParameter } from '../parameter.ts';
import type { Convolution, ConvolutionShape, WeightLayout } from '../weight-layout.ts';
import { weightParameter } from './convolution.ts';

/** x [Ci][1][1] → [Co][1][1]. Flatten or pool images first. */
export function linear(
  graph: GraphBuilder,
  name: string,
  x: Tensor,
  outputs: number,
  asked?: WeightLayout,
): Tensor {
  if (x.height !== 1 || x.width !== 1) {
    throw new Error(`${name}: a linear layer takes one pixel, not ${x.height}×${x.width}`);
  }
  const shape: ConvolutionShape = {
    outChannels: outputs,
    inChannels: x.channels,
    kernel: 1,
    stride: 1,
    pad: 0,
  };
  const layout = asked ?? graph.layoutFor(name, shape);
  const output = tensor(name, outputs, 1, 1);
  const weight = weightParameter(`${name}.weight`, [outputs, x.channels], shape, layout);
  const bias = vectorParameter(`${name}.bias`, outputs, torchDefault(x.channels));
  const layer: Convolution = { name, shape, input: x, output, weight, bias };
  return graph.add({
    name,
    inputs: [x],
    output,
    parameters: [weight, bias],
    forward: (emit) => {
      layout.forward(emit, layer);
    },
    backward: (emit) => {
      layout.weightGradient(emit, layer);
      emit.dispatch({
        label: `${name} bias gradient`,
        kind: 'weight-gradient',
        kernel: 'bias_grad',
        parameters: {
          channels: outputs,
          plane: emit.batch4,
          result_at: emit.store.at(bias.name) / 4,
          accumulate: emit.accumulatesParameters,
        },
        buffers: { gradient: emit.gradient(output), result: emit.store.gradients },
        invocations: bias.storage / 4,
      });
      if (x.needsGradient) layout.inputGradient(emit, layer);
    },
  });
}
