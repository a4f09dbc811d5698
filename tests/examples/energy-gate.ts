/**
 * An example of a layer with kernels of its own, beside those that models use: every pixel is scaled by the energy of
 * its channels,
 *
 *     y[c] = s · x[c],   s = Σ_k x[k]²,   dx[c] = s · dy[c] + 2 x[c] · Σ_k dy[k] x[k].
 *
 * It has no weights, mixes channels and makes several products in one pass, as attention does.
 */
import { addShaders } from '../../src/gpu/shader-source.ts';
import type { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { tensor, type Tensor } from '../../src/nn/tensor/tensor.ts';

addShaders(
  import.meta.glob<string>('./gate_*.wgsl', { query: '?raw', import: 'default', eager: true }),
);

/** x [C][H][W] → [C][H][W] */
export function energyGate(graph: GraphBuilder, name: string, x: Tensor): Tensor {
  const { channels, height, width } = x;
  const output = tensor(name, channels, height, width);
  const products = channels * height * width;
  return graph.add({
    name,
    inputs: [x],
    output,
    channels: 'mixed',
    work: {
      forward: 2 * products,
      inputGradient: 3 * products,
      weightGradient: 0,
      outside: 0,
    },
    parameters: [],
    forward: (emit) => {
      const plane = height * width * emit.batch4;
      const sizes = { channels, plane };
      const macs = products * emit.rows;
      const energy = emit.saved(`${name} energy`, plane * 16);
      emit.dispatch({
        label: `${name} energy`,
        kind: 'forward',
        kernel: 'gate_sum',
        parameters: sizes,
        buffers: { a: emit.value(x), b: emit.value(x), result: energy },
        invocations: plane,
        macs,
        denseMacs: macs,
      });
      emit.dispatch({
        label: `${name} forward`,
        kind: 'forward',
        kernel: 'gate_scale',
        defines: { BACKWARD: 0, ACCUMULATE: 0 },
        parameters: sizes,
        buffers: { x: emit.value(x), s: energy, y: emit.value(output) },
        invocations: emit.vectors(x),
        macs,
        denseMacs: macs,
      });
    },
    backward: (emit) => {
      if (!emit.needsGradient(x)) return;
      const plane = height * width * emit.batch4;
      const sizes = { channels, plane };
      const macs = products * emit.rows;
      const along = emit.scratch(`${name} gradient along x`, plane * 16);
      emit.dispatch({
        label: `${name} gradient along x`,
        kind: 'input-gradient',
        kernel: 'gate_sum',
        parameters: sizes,
        buffers: { a: emit.value(x), b: emit.gradient(output), result: along },
        invocations: plane,
        macs,
        denseMacs: macs,
      });
      emit.dispatch({
        label: `${name} input gradient`,
        kind: 'input-gradient',
        kernel: 'gate_scale',
        defines: { BACKWARD: 1, ACCUMULATE: emit.accumulates(x) },
        parameters: sizes,
        buffers: {
          x: emit.value(x),
          s: emit.saved(`${name} energy`, plane * 16),
          t: along,
          dy: emit.gradient(output),
          y: emit.gradient(x),
        },
        invocations: emit.vectors(x),
        macs: 2 * macs,
        denseMacs: 2 * macs,
      });
    },
  });
}
