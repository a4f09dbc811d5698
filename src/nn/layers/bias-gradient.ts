/** The gradient of a bias: the sum of the output's gradient over pixels (or tokens) and rows. */
import type { Emitter } from '../compile/emitter.ts';
import type { Parameter } from '../tensor/parameter.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Four channels are one invocation's, few for a GPU where there are many pixels: then the pixels are split for so many
 * invocations, each with some pixels at least, and the splits are added in order. One pixel is never split.
 */
const WANTED_INVOCATIONS = 2048;
const FEWEST_PIXELS = 8;

/** Emits the gradient of `bias`, which the layer `name` adds to its output. */
export function emitBiasGradient(emit: Emitter, name: string, output: Tensor, bias: Parameter) {
  const quads = bias.storage / 4;
  const pixels = output.height * output.width;
  const wanted = Math.ceil((pixels * quads) / WANTED_INVOCATIONS);
  const run = Math.min(pixels, Math.max(wanted, FEWEST_PIXELS));
  const splits = Math.ceil(pixels / run);
  const at = emit.store.at(bias.name) / 4;
  const accumulate = emit.accumulatesParameters;
  const partials =
    splits > 1 ? emit.scratch(`${name} partial bias gradients`, splits * quads * 16) : null;
  emit.dispatch({
    label: `${name} bias gradient`,
    kind: 'weight-gradient',
    kernel: 'bias_grad',
    ...(partials && { defines: { SPLIT: 1 } }),
    parameters: {
      channels: output.channels,
      plane: pixels * emit.batch4,
      result_at: partials ? 0 : at,
      accumulate: partials ? 0 : accumulate,
      ...(partials && { run: run * emit.batch4, splits }),
    },
    buffers: { gradient: emit.gradient(output), result: partials ?? emit.store.gradients },
    invocations: quads * splits,
  });
  if (!partials) return;
  emit.dispatch({
    label: `${name} bias gradient sum`,
    kind: 'weight-gradient',
    kernel: 'reduce_partials',
    parameters: { length: quads, splits, result_at: at, accumulate },
    buffers: { partials, result: emit.store.gradients },
    invocations: quads,
  });
}
