/**
 * Convolution, 3×3 with padding 1 or 1×1 without, stride 1 or 2, no bias (a norm follows, or the model does
 * without). The work is the weight layout's.
 */
import type { GraphBuilder } from '../compile/graph.ts';
import { overSubsets } from '../tensor/over-subsets.ts';
import { kernelWork } from '../tensor/dense-work.ts';
import { tensor, wholeChannels, type Tensor } from '../tensor/tensor.ts';
import { torchDefault, type InitRule } from '../tensor/init.ts';
import type { Parameter } from '../tensor/parameter.ts';
import type { LayerRole } from '../tensor/roles.ts';
import type { Convolution, ConvolutionShape, WeightLayout } from '../compile/weight-layout.ts';
import { arenaWeight, type WeightSource } from '../compile/weight-source.ts';
import { denseLayout } from '../convolution/dense-layout.ts';

export interface ConvolutionOptions {
  readonly kernel?: 1 | 3;
  readonly stride?: 1 | 2;
  readonly init?: InitRule;
  /** 'body' if left out. */
  readonly role?: LayerRole;
  readonly layout?: WeightLayout;
  /**
   * Derives the weight from other parameters, in the dense layout's order for this shape: [taps][Ci][Co padded to
   * whole vec4s], the padding 0. The layer is dense then; what a mask may leave out is the source's business.
   */
  readonly source?: (name: string, shape: ConvolutionShape) => WeightSource;
  /** Whether nothing but the next convolution depends on the output's width, so that filters may be left out. */
  readonly inner?: boolean;
}

/** x [Ci][H][W] → [Co][⌈H/s⌉][⌈W/s⌉] */
export function convolution(
  graph: GraphBuilder,
  name: string,
  x: Tensor,
  channels: number,
  {
    kernel = 3,
    stride = 1,
    init,
    role = 'body',
    layout: asked,
    source: derive,
    inner = false,
  }: ConvolutionOptions = {},
): Tensor {
  const whole: ConvolutionShape = {
    outChannels: channels,
    inChannels: wholeChannels(x),
    kernel,
    stride,
    pad: kernel === 3 ? 1 : 0,
  };
  const layout = derive ? denseLayout : (asked ?? graph.layoutFor(name, whole, role));
  const subset = inner && !derive ? graph.channelsFor(name, channels) : null;
  const shape = { ...whole, outChannels: subset?.live ?? channels, inChannels: x.channels };
  const [height, width] = [Math.ceil(x.height / stride), Math.ceil(x.width / stride)];
  const output = { ...tensor(name, shape.outChannels, height, width), subset };
  const narrow = weightParameter(
    `${name}.weight`,
    [shape.outChannels, shape.inChannels, kernel, kernel],
    shape,
    layout,
    init ?? torchDefault(whole.inChannels * kernel * kernel),
  );
  const weight = overSubsets(narrow, subset, x.subset);
  const source = derive?.(name, shape) ?? arenaWeight(weight);
  const layer: Convolution = { name, shape, input: x, output, weight, source, bias: null };
  return graph.add({
    name,
    role,
    inputs: [x],
    output,
    channels: 'mixed',
    work: kernelWork(whole, x, output),
    parameters: source.parameters,
    forward: (emit) => {
      layout.forward(emit, layer);
    },
    backward: (emit) => {
      if (source.parameters.some((parameter) => emit.moves(parameter.name))) {
        layout.weightGradient(emit, layer);
      }
      if (emit.needsGradient(x)) layout.inputGradient(emit, layer);
    },
  });
}

/** The weights of a convolution or linear layer as the layout stores them. */
export function weightParameter(
  name: string,
  torchShape: readonly number[],
  shape: ConvolutionShape,
  layout: WeightLayout,
  init: InitRule,
): Parameter {
  return {
    name,
    role: 'matrix',
    shape: torchShape,
    init,
    storage: layout.storage(shape),
    lists: layout.lists(shape, name),
    subsets: [],
    pack: (values, lists) => layout.pack(shape, values, lists),
    unpack: (stored, lists) => layout.unpack(shape, stored, lists),
  };
}
