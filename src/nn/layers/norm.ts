/**
 * Batch normalisation with statistics per declared group of rows (Ioffe and Szegedy, 2015), optionally
 * followed by a residual addition and a ReLU in the same pass: y = relu(γ·x̂ + β + residual). ε = 1e−5,
 * momentum .1, unbiased running variance, as PyTorch.
 */
import type { GraphBuilder } from '../compile/graph.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Emitter } from '../compile/emitter.ts';
import { overSubsets } from '../tensor/over-subsets.ts';
import { constant } from '../tensor/init.ts';
import { vectorParameter } from '../tensor/parameter.ts';
import { spanInvocations } from '../compile/pointwise.ts';

export interface NormOptions {
  readonly relu?: boolean;
  readonly residual?: Tensor;
}

const EPSILON = 1e-5;
const MOMENTUM = 0.1;
/**
 * Invocations that a pass over a tensor is cut into, about: few, so that what an invocation looks up once
 * is shared by many pixels and the partial sums stay short; enough to fill a GPU from small planes too.
 */
const WANTED_INVOCATIONS = { gpu: 4096, software: 512 };
/**
 * vec4s of the batch that an invocation reads and writes at once. On software adapters an access costs more than
 * the bytes that it brings (on SwiftShader norms take a third less with two at once, and four are no better); on
 * GPUs neighbouring lanes want neighbouring vec4s.
 */
const WIDE = { gpu: 1, software: 2 };
/** Pixels of an invocation: at least so many where it adds up, at most so many where it writes. */
const SHORTEST_SUM = 8;
const LONGEST_RUN = { gpu: 32, software: 128 };

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
  const gamma = overSubsets(vectorParameter(`${name}.weight`, channels, constant(1)), x.subset);
  const beta = overSubsets(vectorParameter(`${name}.bias`, channels, constant(0)), x.subset);
  const output = tensor(name, channels, height, width);
  const pixels = height * width;

  const count = (emit: Emitter) => emit.groups.length * channels;
  /** What the norm's kernels need to know. */
  const sizes = (emit: Emitter) => ({
    channels,
    groups: emit.groups.length,
    pixels,
    batch4: emit.batch4,
  });
  /** Where the parameters and running statistics are, for the kernels that turn them into a scale and a shift. */
  const places = ({ store }: Emitter) => ({
    running_at: store.runningAt(name),
    gamma_at: store.at(gamma.name),
    beta_at: store.at(beta.name),
    epsilon: EPSILON,
  });
  /** How a pass is cut: `run` pixels of `wide` batch vectors an invocation, `splits` of them a column. */
  const cut = (emit: Emitter, use: 'sum' | 'write') => {
    const { batch4, groups, store } = emit;
    const device = store.gpu.adapter.software ? 'software' : 'gpu';
    const shortest = use === 'sum' ? SHORTEST_SUM : 1;
    const longest = use === 'sum' ? pixels : LONGEST_RUN[device];
    // A lane's vectors belong to one group.
    const starts = [batch4, ...groups.map(({ start }) => start / 4)];
    const wide = starts.every((start) => start % WIDE[device] === 0) ? WIDE[device] : 1;
    const wanted = Math.ceil(emit.vectors(output) / wide / WANTED_INVOCATIONS[device]);
    const run = Math.min(Math.max(wanted, shortest), longest, pixels);
    const splits = Math.ceil(pixels / run);
    return { wide, run, splits, invocations: (channels * splits * batch4) / wide };
  };
  const statistics = (emit: Emitter) => emit.saved(`${name} statistics`, count(emit) * 16);

  const apply = (emit: Emitter) => {
    const { store } = emit;
    const evaluating = emit.mode === 'evaluate';
    const { wide, run, splits, invocations } = cut(emit, 'write');
    emit.dispatch({
      label: `${name} forward`,
      kind: 'forward',
      kernel: 'norm_apply',
      defines: {
        WIDE: wide,
        RUNNING: evaluating ? 1 : 0,
        RELU: relu ? 1 : 0,
        RESIDUAL: residual ? 1 : 0,
        X_HALF: emit.half(x),
        Y_HALF: emit.half(output),
        RESIDUAL_HALF: residual ? emit.half(residual) : 0,
      },
      parameters: { ...sizes(emit), run, splits, ...(evaluating && places(emit)) },
      buffers: {
        x: emit.value(x),
        ...(evaluating
          ? { running: store.running, parameters: store.parameters }
          : { statistics: statistics(emit) }),
        y: emit.value(output),
        ...(residual && { residual: emit.value(residual) }),
      },
      invocations,
    });
  };

  return graph.add({
    name,
    inputs: residual ? [x, residual] : [x],
    output,
    channels: 'each',
    parameters: [gamma, beta],
    running: { name, channels, scale: gamma },

    forward: (emit) => {
      const { store } = emit;
      if (emit.mode === 'train') {
        const { wide, run, splits, invocations } = cut(emit, 'sum');
        const partials = emit.scratch(`${name} partial statistics`, invocations * wide * 8);
        emit.dispatch({
          label: `${name} statistics`,
          kind: 'forward',
          kernel: 'norm_partial',
          defines: { WIDE: wide, X_HALF: emit.half(x) },
          parameters: { ...sizes(emit), run, splits },
          buffers: { x: emit.value(x), partials },
          invocations,
        });
        emit.dispatch({
          label: `${name} statistics sum`,
          kind: 'forward',
          kernel: 'norm_finalize',
          defines: { X_HALF: emit.half(x) },
          parameters: { ...sizes(emit), ...places(emit), splits, momentum: MOMENTUM },
          buffers: {
            x: emit.value(x),
            partials,
            parameters: store.parameters,
            statistics: statistics(emit),
            running: store.running,
          },
          // Of x only the pivots.
          touched: { x: count(emit) * (emit.half(x) ? 8 : 16) },
          invocations: channels,
        });
      }
      apply(emit);
      if (!residual) {
        emit.recomputable(output, () => {
          apply(emit);
        });
      }
    },

    backward: (emit) => {
      const { store } = emit;
      const { wide, run, splits, invocations } = cut(emit, 'sum');
      const partials = emit.scratch(`${name} partial gradients`, invocations * wide * 8);
      const coefficients = emit.scratch(`${name} gradient coefficients`, count(emit) * 16);
      // With a residual dz is kept, since it is the residual's gradient too.
      const adds = residual && emit.accumulates(residual) === 1;
      const kept = adds
        ? emit.scratch(`${name} residual gradient`, emit.vectors(output) * 16)
        : residual && emit.gradient(residual);
      emit.dispatch({
        label: `${name} parameter gradient`,
        kind: 'weight-gradient',
        kernel: 'norm_grad_partial',
        defines: {
          WIDE: wide,
          RELU: relu ? 1 : 0,
          RESIDUAL: residual ? 1 : 0,
          X_HALF: emit.half(x),
          Y_HALF: emit.half(output),
        },
        parameters: { ...sizes(emit), run, splits },
        buffers: {
          x: emit.value(x),
          gradient: emit.gradient(output),
          ...(relu && residual && { y: emit.value(output) }),
          ...(kept && { residual_gradient: kept }),
          statistics: statistics(emit),
          partials,
        },
        invocations,
      });
      if (adds) {
        const length = emit.vectors(output);
        emit.dispatch({
          label: `${name} residual gradient`,
          kind: 'input-gradient',
          kernel: 'add_grad',
          parameters: { length, accumulate: 1 },
          buffers: { gradient: kept!, input_gradient: emit.gradient(residual) },
          invocations: spanInvocations(length),
        });
      }
      emit.dispatch({
        label: `${name} parameter gradient sum`,
        kind: 'weight-gradient',
        kernel: 'norm_grad_finalize',
        parameters: {
          ...sizes(emit),
          splits,
          gamma_at: store.at(gamma.name),
          beta_at: store.at(beta.name),
          accumulate: emit.accumulatesParameters,
        },
        buffers: {
          statistics: statistics(emit),
          partials,
          coefficients,
          gradients: store.gradients,
        },
        invocations: channels,
      });
      const pieces = cut(emit, 'write');
      emit.dispatch({
        label: `${name} input gradient`,
        kind: 'input-gradient',
        kernel: 'norm_grad_apply',
        defines: {
          WIDE: pieces.wide,
          RELU: relu && !residual ? 1 : 0,
          X_HALF: emit.half(x),
          ACCUMULATE: emit.accumulates(x),
        },
        parameters: { ...sizes(emit), run: pieces.run, splits: pieces.splits },
        buffers: {
          x: emit.value(x),
          gradient: kept ?? emit.gradient(output),
          coefficients,
          input_gradient: emit.gradient(x),
        },
        invocations: pieces.invocations,
      });
    },
  });
}
