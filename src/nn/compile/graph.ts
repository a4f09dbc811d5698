/**
 * A network as a model writes it down: tensors and the layers between them, with named parameters. Nothing
 * here knows the batch or the device; an `Emitter` turns a network and a batch into a plan.
 */
import type { ChannelChoice, ChannelSubset } from '../tensor/channel-subset.ts';
import type { Emitter } from './emitter.ts';
import type { Parameter, RunningStatistics } from '../tensor/parameter.ts';
import { EVERYTHING, type GroupChoice, type GroupedParameter } from '../tensor/parameter-group.ts';
import { denseLayout } from '../convolution/dense-layout.ts';
import { NO_WORK, type DenseWork } from '../tensor/dense-work.ts';
import { tensor, wholeChannels, type Tensor } from '../tensor/tensor.ts';
import type { LayerRole } from '../tensor/roles.ts';
import type { LayoutChoice } from './weight-layout.ts';

export interface Layer {
  /** As PyTorch would name the module: `layer1.0.conv1`. */
  readonly name: string;
  readonly role: LayerRole;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  /**
   * Whether each output channel is made of the same channel of the inputs alone, so that what the inputs lack the output
   * lacks too; or of several.
   */
  readonly channels: 'each' | 'mixed';
  /** What each pass multiplies over one image. */
  readonly work: DenseWork;
  /** In PyTorch's order. */
  readonly parameters: readonly GroupedParameter[];
  readonly running?: RunningStatistics;
  /** Emits the dispatches that compute the output. */
  forward(emit: Emitter): void;
  /** Emits the gradients of parameters that move and of the inputs that need one, given the output's. */
  backward(emit: Emitter): void;
}

export interface Network {
  readonly name: string;
  readonly input: Tensor;
  /** Logits: [classes][1][1]. */
  readonly output: Tensor;
  readonly layers: readonly Layer[];
}

/**
 * A layer as its file hands it to the graph, which gives each parameter its group. A layer that names no role shares
 * that of the layer before it, and one that names no work multiplies nothing.
 */
export type LayerDeclaration = Omit<Layer, 'role' | 'work' | 'parameters'> &
  Partial<Pick<Layer, 'role' | 'work'>> & { readonly parameters: readonly Parameter[] };

/** What the classifier of a network sees. Throws if its last layer is not what makes the logits. */
export function featuresOf({ name, layers, output }: Network): Tensor {
  const last = layers.at(-1);
  const features = last?.inputs[0];
  if (!features || last.output.storage !== output.storage) {
    throw new Error(`${name}: the last layer is not a classifier`);
  }
  return features;
}

/** Collects layers in the order in which they are applied. Each method of a layer file adds one. */
export class GraphBuilder {
  readonly layers: Layer[] = [];
  readonly input: Tensor;

  /**
   * `layoutFor` chooses how the weights of each convolution and linear layer are stored, all dense if left
   * out; `channelsFor` which channels of each inner tensor exist, all if left out; `groupFor` how each parameter is
   * trained, all alike if left out.
   */
  constructor(
    channels: number,
    height: number,
    width: number,
    readonly layoutFor: LayoutChoice = () => denseLayout,
    readonly channelsFor: ChannelChoice = () => null,
    readonly groupFor: GroupChoice = () => EVERYTHING,
  ) {
    this.input = tensor('input', channels, height, width, false);
  }

  /**
   * Appends a layer. Throws `RangeError` where inputs lack different channels, and where a layer mixes the channels of
   * an input that lacks some and has no matrix that lacks them too.
   */
  add(layer: LayerDeclaration): Tensor {
    if (this.layers.some(({ name }) => name === layer.name)) {
      throw new Error(`two layers are called ${layer.name}`);
    }
    const [subset = null, ...others] = layer.inputs.map((input) => input.subset);
    if (others.some((other) => other !== subset)) {
      const names = layer.inputs.map(({ name }) => name).join(' and ');
      throw new RangeError(`${layer.name}: ${names} do not have the same channels`);
    }
    if (layer.channels === 'mixed' && subset && !readsSubset(layer, subset)) {
      throw new RangeError(
        `${layer.name} mixes all ${subset.of} channels that ${subset.name} makes, of which ${subset.live} are left`,
      );
    }
    const { name, inputs, role = this.#roleBefore(inputs), work = NO_WORK } = layer;
    const parameters = layer.parameters.map((parameter) => ({
      ...parameter,
      group: this.groupFor(parameter, { name, role }),
    }));
    const output = {
      ...layer.output,
      needsGradient:
        inputs.some(({ needsGradient }) => needsGradient) ||
        parameters.some(({ group }) => !group.frozen),
      ...(layer.channels === 'each' && { subset }),
    };
    this.layers.push({ ...layer, output, role, work, parameters });
    return output;
  }

  /** All values of an image as channels of one pixel, in PyTorch's order; no data moves. */
  flatten(x: Tensor): Tensor {
    const pixels = x.height * x.width;
    if (x.subset && pixels > 1) {
      throw new Error(`${x.name} has ${x.channels} of ${wholeChannels(x)} channels: pool it first`);
    }
    const channels = x.channels * pixels;
    return { ...x, name: `${x.name}.flat`, channels, height: 1, width: 1 };
  }

  /** The role of the layer that makes the first input; 'body' where that is the network's own. */
  #roleBefore([first]: readonly Tensor[]): LayerRole {
    return this.layers.find(({ output }) => output.storage === first?.storage)?.role ?? 'body';
  }

  finish(name: string, output: Tensor): Network {
    return { name, input: this.input, output, layers: this.layers };
  }
}

/** Whether one of the layer's matrices has weights for just these channels of its input. */
function readsSubset({ parameters }: LayerDeclaration, subset: ChannelSubset): boolean {
  return parameters.some(({ subsets }) =>
    subsets.some((place) => place.subset === subset && place.along === 'columns'),
  );
}
