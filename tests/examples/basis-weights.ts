/**
 * An example of a derived weight: all kernels of a convolution share a small basis (PENNI; Li, Wang, Chen, Wen and Li,
 * *PENNI: Pruned Kernel Sharing for Efficient CNN Inference*, ICML 2020). The weight is made of it in every pass,
 *
 *     W[o][i][tap] = Σ_k C[o][i][k] · B[k][tap],   dC = dW · Bᵀ,   dB = Cᵀ · dW,
 *
 * and coefficients C [Co][Ci][d] and basis B [d][taps] are what is trained.
 */
import { addShaders } from '../../src/gpu/shader-source.ts';
import type { ConvolutionShape } from '../../src/nn/compile/weight-layout.ts';
import type { WeightSource } from '../../src/nn/compile/weight-source.ts';
import { torchDefault } from '../../src/nn/tensor/init.ts';
import type { Parameter } from '../../src/nn/tensor/parameter.ts';

addShaders(
  import.meta.glob<string>('./basis_*.wgsl', { query: '?raw', import: 'default', eager: true }),
);

/** For `ConvolutionOptions.source`: a basis of `basis` kernels. */
export const basisWeights =
  (basis: number) =>
  (name: string, shape: ConvolutionShape): WeightSource => {
    const taps = shape.kernel ** 2;
    const row = Math.ceil(shape.outChannels / 4) * 4;
    const plane = (shape.inChannels * row) / 4;
    const coefficients = coefficientParameter(`${name}.coefficients`, shape, basis);
    const shared = basisParameter(`${name}.basis`, basis, taps);
    const weight = (label: string) => ({ label, bytes: taps * plane * 16 });
    return {
      parameters: [coefficients, shared],

      forward: (emit) => {
        const { store } = emit;
        const { label, bytes } = weight(`${name} weight`);
        const made = emit.scratch(label, bytes);
        const macs = basis * taps * shape.inChannels * shape.outChannels;
        emit.dispatch({
          label: `${name} weight`,
          kind: 'forward',
          kernel: 'basis_weight',
          parameters: {
            ...{ taps, basis, plane },
            coefficients_at: store.at(coefficients.name) / 4,
            basis_at: store.at(shared.name),
          },
          buffers: { parameters: store.parameters, weight: made },
          invocations: taps * plane,
          macs,
          denseMacs: macs,
        });
        return { buffer: made, at: 0 };
      },

      gradient: (emit) => {
        const { label, bytes } = weight(`${name} gradient of the weight`);
        return { buffer: emit.scratch(label, bytes), at: 0 };
      },

      backward: (emit, { buffer }) => {
        const { store } = emit;
        const parameters = {
          ...{ taps, basis, plane },
          coefficients_at: store.at(coefficients.name) / 4,
          basis_at: store.at(shared.name),
          accumulate: emit.accumulatesParameters,
        };
        const buffers = {
          parameters: store.parameters,
          weight_gradient: buffer,
          gradients: store.gradients,
        };
        const kind = 'weight-gradient';
        const macs = basis * taps * shape.inChannels * shape.outChannels;
        if (emit.moves(coefficients.name)) {
          emit.dispatch({
            label: `${name} coefficient gradient`,
            kernel: 'basis_coefficients_grad',
            ...{ kind, parameters, buffers, macs, denseMacs: macs },
            invocations: basis * plane,
          });
        }
        if (emit.moves(shared.name)) {
          emit.dispatch({
            label: `${name} basis gradient`,
            kernel: 'basis_grad',
            ...{ kind, parameters, buffers, macs, denseMacs: macs },
            invocations: basis * taps,
          });
        }
      },
    };
  };

/** [Co][Ci][d], stored as [d][Ci][Co padded to whole vec4s]. */
function coefficientParameter(
  name: string,
  { outChannels, inChannels, kernel }: ConvolutionShape,
  basis: number,
): Parameter {
  const row = Math.ceil(outChannels / 4) * 4;
  const each = (visit: (canonical: number, at: number) => void) => {
    for (let o = 0; o < outChannels; o++) {
      for (let i = 0; i < inChannels; i++) {
        for (let k = 0; k < basis; k++) {
          visit((o * inChannels + i) * basis + k, (k * inChannels + i) * row + o);
        }
      }
    }
  };
  return {
    name,
    role: 'matrix',
    shape: [outChannels, inChannels, basis],
    init: torchDefault(inChannels * kernel ** 2),
    storage: basis * inChannels * row,
    lists: null,
    subsets: [],
    pack: (values) => {
      const stored = new Float32Array(basis * inChannels * row);
      each((canonical, at) => {
        stored[at] = values[canonical]!;
      });
      return stored;
    },
    unpack: (stored) => {
      const values = new Float32Array(outChannels * inChannels * basis);
      each((canonical, at) => {
        values[canonical] = stored[at]!;
      });
      return values;
    },
  };
}

/** [d][taps], stored as it is. */
function basisParameter(name: string, basis: number, taps: number): Parameter {
  const storage = Math.ceil((basis * taps) / 4) * 4;
  return {
    name,
    role: 'table',
    shape: [basis, taps],
    init: { kind: 'normal', std: 1 },
    storage,
    lists: null,
    subsets: [],
    pack: (values) => {
      const stored = new Float32Array(storage);
      stored.set(values);
      return stored;
    },
    unpack: (stored) => stored.slice(0, basis * taps),
  };
}
