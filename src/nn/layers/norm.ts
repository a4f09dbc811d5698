/**
 * Batch normalisation with statistics per declared group of rows (Ioffe and Szegedy, 2015), optionally
 * followed by a residual addition and a ReLU in the same pass: y = relu(γ·x̂ + β + residual). ε = 1e−5,
 * momentum .1, unbiased running variance, as PyTorch.
 */
import type { GraphBuilder } from '../compile/graph.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Emitter } from '../compile/emitter.ts';
import type { HeldStatistics, NormMode } from '../compile/norm-mode.ts';
import { overSubsets } from '../tensor/over-subsets.ts';
import { constant } from '../tensor/init.ts';
import { vectorParameter, type Parameter } from '../tensor/parameter.ts';
import { spanInvocations } from '../compile/pointwise.ts';
import { cutNorm } from './norm-cut.ts';

export interface NormOptions {
  readonly relu?: boolean;
  readonly residual?: Tensor;
}

const EPSILON = 1e-5;
const MOMENTUM = 0.1;
/** In the place of a gradient that is not wanted, as `norm_grad_finalize.wgsl` has it. */
const FROZEN = 0xffffffff;

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
  const statistics = (emit: Emitter) => emit.saved(`${name} statistics`, count(emit) * 16);

  /** The statistics of the batch; the running ones move with them. */
  const measure = (emit: Emitter) => {
    const { store } = emit;
    const { wide, run, splits, invocations } = cutNorm(emit, output, 'sum');
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
  };

  /** Held statistics in the place of those of the batch. */
  const hold = (emit: Emitter, { statistics: held, now }: HeldStatistics) => {
    emit.dispatch({
      label: `${name} statistics sum, held`,
      kind: 'forward',
      kernel: 'norm_hold',
      defines: { SWITCHED: now ? 1 : 0 },
      parameters: { channels, groups: emit.groups.length, ...places(emit) },
      buffers: {
        ...(now && { now }),
        held,
        parameters: emit.store.parameters,
        statistics: statistics(emit),
      },
      invocations: channels,
    });
  };

  const apply = (emit: Emitter) => {
    const { store } = emit;
    const evaluating = emit.norms === 'running';
    const { wide, run, splits, invocations } = cutNorm(emit, output, 'write');
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
      if (emit.norms === 'batch' || heldLater(emit.norms)) measure(emit);
      if (typeof emit.norms === 'object') hold(emit, emit.norms);
      apply(emit);
      if (!residual) {
        emit.recomputable(output, () => {
          apply(emit);
        });
      }
    },

    backward: (emit) => {
      if (emit.norms === 'running') {
        throw new Error(`${name}: a norm by running statistics has no gradient; hold them instead`);
      }
      const { store } = emit;
      const { wide, run, splits, invocations } = cutNorm(emit, output, 'sum');
      const partials = emit.scratch(`${name} partial gradients`, invocations * wide * 8);
      const coefficients = emit.scratch(`${name} gradient coefficients`, count(emit) * 16);
      // With a residual dz is kept, since it is the residual's gradient too, if that needs one.
      const gives = residual !== undefined && emit.needsGradient(residual);
      const adds = gives && emit.accumulates(residual) === 1;
      const kept =
        residual &&
        (gives && !adds
          ? emit.gradient(residual)
          : emit.scratch(`${name} residual gradient`, emit.vectors(output) * 16));
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
      const moves = [gamma, beta].some((parameter) => emit.moves(parameter.name));
      if (!moves && !emit.needsGradient(x)) return;
      emit.dispatch({
        label: `${name} parameter gradient sum`,
        kind: 'weight-gradient',
        kernel: 'norm_grad_finalize',
        parameters: {
          ...sizes(emit),
          splits,
          gamma_at: gradientAt(emit, gamma),
          beta_at: gradientAt(emit, beta),
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
      if (!emit.needsGradient(x)) return;
      if (typeof emit.norms === 'object') {
        const { now } = emit.norms;
        emit.dispatch({
          label: `${name} parameter gradient sum, held`,
          kind: 'input-gradient',
          kernel: 'norm_hold_gradient',
          defines: { SWITCHED: now ? 1 : 0 },
          parameters: { channels, groups: emit.groups.length },
          buffers: { ...(now && { now }), coefficients },
          invocations: channels,
        });
      }
      const pieces = cutNorm(emit, output, 'write');
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

/** Where the gradient of a scale or shift goes. */
const gradientAt = (emit: Emitter, { name }: Parameter): number =>
  emit.moves(name) ? emit.store.at(name) : FROZEN;

/** Whether the statistics of the batch are needed still, since held ones may not be in force yet. */
const heldLater = (norms: NormMode): boolean =>
  typeof norms === 'object' && norms.now !== undefined;
