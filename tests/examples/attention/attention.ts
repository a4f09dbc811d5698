/**
 * Multi-head self-attention between the tokens of an image (Vaswani et al., *Attention Is All You Need*, NeurIPS 2017),
 * without the projections before and after it, which are linear layers. With the channels of head h of queries, keys
 * and values Q, K, V and their number w:
 *
 *     A = softmax(Q·Kᵀ / √w),  O = A·V
 *     dV = Aᵀ·dO,  dA = dO·Vᵀ,  dS = A ∘ (dA − rowsum(A ∘ dA)),  dQ = dS·K / √w,  dK = dSᵀ·Q / √w
 *
 * A map takes heads · T² numbers an image and is kept for the backward pass. The kernels are plain: an invocation makes
 * one number for four images, and nothing is shared.
 */
import './shaders.ts';
import type { Virtual } from '../../../src/nn/compile/activation-pool.ts';
import type { Emitter } from '../../../src/nn/compile/emitter.ts';
import type { GraphBuilder } from '../../../src/nn/compile/graph.ts';
import { tensor, type Tensor } from '../../../src/nn/tensor/tensor.ts';

/** qkv [3·C][T][1], queries, keys and values one behind the other → [C][T][1]. */
export function attention(graph: GraphBuilder, name: string, qkv: Tensor, heads: number): Tensor {
  const channels = qkv.channels / 3;
  const width = channels / heads;
  const tokens = qkv.height;
  if (!Number.isInteger(width)) {
    throw new Error(`${name}: ${qkv.channels} channels are not 3 times those of ${heads} heads`);
  }
  const output = tensor(name, channels, tokens, 1);
  const scale = 1 / Math.sqrt(width);
  /** First channels of each among `qkv`. */
  const [queries, keys, values] = [0, channels, 2 * channels] as const;
  /** Of one product between all pairs of tokens, for one image. */
  const products = tokens * tokens * channels;
  const mapBytes = (emit: Emitter) => heads * tokens * tokens * emit.batch4 * 16;

  /** Channels from `at` on of a value, or of a gradient, which is never stored as halves. */
  interface Part {
    readonly of: Virtual;
    readonly half: 0 | 1;
    readonly at: number;
  }
  type Pass = 'forward' | 'input-gradient';
  const sizes = (emit: Emitter) => ({ width, tokens, batch4: emit.batch4 });

  const scores = (emit: Emitter, kind: Pass, a: Part, b: Part, by: number, map: Virtual) => {
    emit.dispatch({
      label: `${name} ${kind === 'forward' ? 'scores' : 'map gradient'}`,
      kind,
      kernel: 'attention_scores',
      defines: { A_HALF: a.half, B_HALF: b.half },
      parameters: { ...sizes(emit), heads, a_at: a.at, b_at: b.at, scale: by },
      buffers: { a: a.of, b: b.of, map },
      invocations: mapBytes(emit) / 16,
      macs: products * emit.rows,
      denseMacs: products * emit.rows,
    });
  };

  const softmax = (emit: Emitter, map: Virtual, weights: Virtual | null) => {
    emit.dispatch({
      label: `${name} softmax${weights ? ' gradient' : ''}`,
      kind: weights ? 'input-gradient' : 'forward',
      kernel: 'attention_softmax',
      defines: { GRADIENT: weights ? 1 : 0 },
      parameters: { queries: heads * tokens, tokens, batch4: emit.batch4 },
      buffers: { map, ...(weights && { weights }) },
      invocations: heads * tokens * emit.batch4,
    });
  };

  /** Mixes the tokens of `x` by a map, or by it transposed, times `by`. */
  const mix = (
    emit: Emitter,
    kind: Pass,
    label: string,
    map: { of: Virtual; transposed: 0 | 1; by: number },
    x: Part,
    y: Part & { accumulate: 0 | 1 },
  ) => {
    emit.dispatch({
      label: `${name} ${label}`,
      kind,
      kernel: 'attention_mix',
      defines: {
        ...{ TRANSPOSED: map.transposed, ACCUMULATE: y.accumulate },
        ...{ X_HALF: x.half, Y_HALF: y.half },
      },
      parameters: { ...sizes(emit), channels, x_at: x.at, y_at: y.at, scale: map.by },
      buffers: { map: map.of, x: x.of, y: y.of },
      invocations: channels * tokens * emit.batch4,
      macs: products * emit.rows,
      denseMacs: products * emit.rows,
    });
  };

  return graph.add({
    name,
    inputs: [qkv],
    output,
    channels: 'mixed',
    work: { forward: 2 * products, inputGradient: 4 * products, weightGradient: 0, outside: 0 },
    parameters: [],

    forward: (emit) => {
      const map = emit.saved(`${name} map`, mapBytes(emit));
      const part = (at: number) => ({ of: emit.value(qkv), half: emit.half(qkv), at });
      const result = { of: emit.value(output), half: emit.half(output), at: 0 };
      scores(emit, 'forward', part(queries), part(keys), scale, map);
      softmax(emit, map, null);
      const whole = { of: map, transposed: 0, by: 1 } as const;
      mix(emit, 'forward', 'forward', whole, part(values), { ...result, accumulate: 0 });
    },

    backward: (emit) => {
      if (!emit.needsGradient(qkv)) return;
      const map = emit.saved(`${name} map`, mapBytes(emit));
      const change = emit.scratch(`${name} map gradient`, mapBytes(emit));
      const part = (at: number) => ({ of: emit.value(qkv), half: emit.half(qkv), at });
      const incoming: Part = { of: emit.gradient(output), half: 0, at: 0 };
      const accumulate = emit.accumulates(qkv);
      const into = (at: number) => ({ of: emit.gradient(qkv), half: 0, at, accumulate }) as const;
      scores(emit, 'input-gradient', incoming, part(values), 1, change);
      softmax(emit, change, map);
      const back = (
        label: string,
        of: Virtual,
        transposed: 0 | 1,
        by: number,
        x: Part,
        to: number,
      ) => {
        mix(emit, 'input-gradient', label, { of, transposed, by }, x, into(to));
      };
      back('gradient of values', map, 1, 1, incoming, values);
      back('gradient of queries', change, 0, scale, part(keys), queries);
      back('gradient of keys', change, 1, scale, part(queries), keys);
    },
  });
}
