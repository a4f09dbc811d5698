/**
 * Batch normalisation with statistics per declared group of rows (Ioffe and Szegedy, 2015), optionally
 * followed by a residual addition and a ReLU in the same pass: y = relu(γ·x̂ + β + residual). ε = 1e−5,
 * momentum .1, unbiased running variance, as PyTorch.
 */
import type { GraphBuilder } from '../graph.ts';
import { tensor, type Tensor } from '../tensor.ts';
import type { Emitter } from '../emitter.ts';
import { constant } from '../init.ts';
import { vectorParameter } from '../parameter.ts';

export interface NormOptions {
  readonly relu?: boolean;
  readonly residual?: Tensor;
}

const EPSILON = 1e-5;
const MOMENTUM = 0.1;
/** vec4s that one lane of a statistics kernel adds up, about. */
const VECTORS_PER_LANE = 64;
const MOST_LANES = 64;

/** x [C][H][W] → [C][H][W] */
export function norm(
  graph: GraphBuilder,
  name: string,
  x: Tensor,
  { relu = false, residual }: NormOptions = {},
): Tensor {
  const { channels, height, width } = x;
  const same = (other: Tensor) =>
    other.channels === channels && other.height === height && other.width === width;
  if (residual && !same(residual)) {
    throw new Error(`${name}: the residual ${residual.name} has another shape than ${x.name}`);
  }
  const gamma = vectorParameter(`${name}.weight`, channels, constant(1));
  const beta = vectorParameter(`${name}.bias`, channels, constant(0));
  const output = tensor(name, channels, height, width);
  const pixels = height * width;
  const defines = { RELU: relu ? 1 : 0, RESIDUAL: residual ? 1 : 0 };

  /** What all the norm's kernels need to know; running statistics are those of every row. */
  const sizes = (emit: Emitter) => ({
    channels,
    groups: emit.mode === 'train' ? emit.groups.length : 1,
    pixels,
    batch4: emit.batch4,
  });
  const lanes = (emit: Emitter) =>
    Math.min(MOST_LANES, Math.max(1, Math.floor((pixels * emit.batch4) / VECTORS_PER_LANE)));
  const statistics = (emit: Emitter) =>
    emit.saved(`${name} statistics`, channels * emit.groups.length * 8);

  return graph.add({
    name,
    inputs: residual ? [x, residual] : [x],
    output,
    parameters: [gamma, beta],
    running: { name, channels },

    forward: (emit) => {
      const { store } = emit;
      const runningAt = store.runningAt(name);
      if (emit.mode === 'train') {
        const splits = lanes(emit);
        const count = channels * emit.groups.length * splits;
        const partials = emit.scratch(`${name} partial statistics`, count * 8);
        emit.dispatch({
          label: `${name} statistics`,
          kind: 'forward',
          kernel: 'norm_partial',
          parameters: { ...sizes(emit), splits },
          buffers: { x: emit.value(x), partials },
          invocations: count,
        });
        emit.dispatch({
          label: `${name} statistics sum`,
          kind: 'forward',
          kernel: 'norm_finalize',
          parameters: {
            ...sizes(emit),
            splits,
            running_at: runningAt,
            epsilon: EPSILON,
            momentum: MOMENTUM,
          },
          buffers: {
            x: emit.value(x),
            partials,
            statistics: statistics(emit),
            running: store.running,
          },
          invocations: channels,
        });
      } else {
        emit.dispatch({
          label: `${name} running statistics`,
          kind: 'forward',
          kernel: 'norm_running',
          parameters: { channels, running_at: runningAt, epsilon: EPSILON },
          buffers: { running: store.running, statistics: statistics(emit) },
          invocations: channels,
        });
      }
      emit.dispatch({
        label: `${name} forward`,
        kind: 'forward',
        kernel: 'norm_apply',
        defines,
        parameters: {
          ...sizes(emit),
          gamma_at: store.at(gamma.name),
          beta_at: store.at(beta.name),
        },
        buffers: {
          x: emit.value(x),
          statistics: statistics(emit),
          parameters: store.parameters,
          y: emit.value(output),
          ...(residual && { residual: emit.value(residual) }),
        },
        invocations: emit.vectors(output),
      });
    },

    backward: (emit) => {
      const { store } = emit;
      const splits = lanes(emit);
      const count = channels * emit.groups.length * splits;
      const partials = emit.scratch(`${name} partial gradients`, count * 8);
      const means = emit.scratch(`${name} gradient means`, channels * emit.groups.length * 8);
      const seen = {
        x: emit.value(x),
        statistics: statistics(emit),
        gradient: emit.gradient(output),
        ...(relu && { y: emit.value(output) }),
      };
      emit.dispatch({
        label: `${name} parameter gradient`,
        kind: 'weight-gradient',
        kernel: 'norm_grad_partial',
        defines: { RELU: defines.RELU },
        parameters: { ...sizes(emit), splits },
        buffers: { ...seen, partials },
        invocations: count,
      });
      emit.dispatch({
        label: `${name} parameter gradient sum`,
        kind: 'weight-gradient',
        kernel: 'norm_grad_finalize',
        parameters: {
          channels,
          groups: emit.groups.length,
          splits,
          pixels,
          gamma_at: store.at(gamma.name),
          beta_at: store.at(beta.name),
          accumulate: 0,
        },
        buffers: { partials, means, gradients: store.gradients },
        invocations: channels,
      });
      emit.dispatch({
        label: `${name} input gradient`,
        kind: 'input-gradient',
        kernel: 'norm_grad_apply',
        defines,
        parameters: {
          ...sizes(emit),
          gamma_at: store.at(gamma.name),
          accumulate: emit.accumulates(x),
          accumulate_residual: residual ? emit.accumulates(residual) : 0,
        },
        buffers: {
          ...seen,
          means,
          parameters: store.parameters,
          input_gradient: emit.gradient(x),
          ...(residual && { residual_gradient: emit.gradient(residual) }),
        },
        invocations: emit.vectors(x),
      });
    },
  });
}
