/**
 * Linear layer with bias over the channels of every pixel or token: a 1×1 convolution. Features and logits have one
 * pixel; a token tensor is [C][T][1][N], a token a line of the plane.
 */
import type { GraphBuilder } from '../compile/graph.ts';
import { overSubsets } from '../tensor/over-subsets.ts';
import { kernelWork } from '../tensor/dense-work.ts';
import { tensor, wholeChannels, type Tensor } from '../tensor/tensor.ts';
import { torchDefault } from '../tensor/init.ts';
import { vectorParameter } from '../tensor/parameter.ts';
import type { LayerRole } from '../tensor/roles.ts';
import type { Convolution, ConvolutionShape, WeightLayout } from '../compile/weight-layout.ts';
import { arenaWeight } from '../compile/weight-source.ts';
import { emitBiasGradient } from './bias-gradient.ts';
import { weightParameter } from './convolution.ts';

export interface LinearOptions {
  /** 'body' if left out. */
  readonly role?: LayerRole;
  readonly layout?: WeightLayout;
  /** Whether nothing but the next layer depends on the outputs' number, so that units may be left out. */
  readonly inner?: boolean;
}

/** x [Ci][H][W] → [Co][H][W]. For one answer an image, flatten or pool it first. */
export function linear(
  graph: GraphBuilder,
  name: string,
  x: Tensor,
  outputs: number,
  { role = 'body', layout: asked, inner = false }: LinearOptions = {},
): Tensor {
  const whole: ConvolutionShape = {
    outChannels: outputs,
    inChannels: wholeChannels(x),
    kernel: 1,
    stride: 1,
    pad: 0,
  };
  const layout = asked ?? graph.layoutFor(name, whole, role);
  const subset = inner ? graph.channelsFor(name, outputs) : null;
  const shape = { ...whole, outChannels: subset?.live ?? outputs, inChannels: x.channels };
  const { outChannels, inChannels } = shape;
  const output = { ...tensor(name, outChannels, x.height, x.width), subset };
  const init = torchDefault(whole.inChannels);
  const narrow = weightParameter(`${name}.weight`, [outChannels, inChannels], shape, layout, init);
  const weight = overSubsets(narrow, subset, x.subset);
  const bias = overSubsets(vectorParameter(`${name}.bias`, outChannels, init), subset);
  const source = arenaWeight(weight);
  const layer: Convolution = { name, shape, input: x, output, weight, source, bias };
  return graph.add({
    name,
    role,
    inputs: [x],
    output,
    channels: 'mixed',
    work: kernelWork(whole, x, output),
    parameters: [weight, bias],
    forward: (emit) => {
      layout.forward(emit, layer);
    },
    backward: (emit) => {
      if (emit.moves(weight.name)) layout.weightGradient(emit, layer);
      if (emit.moves(bias.name)) emitBiasGradient(emit, name, output, bias);
      if (emit.needsGradient(x)) layout.inputGradient(emit, layer);
    },
  });
}
