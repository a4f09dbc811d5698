/**
 * Unstructured sparsity: any entry may be live or dead. Storage and kernels are the dense layout's, so a step
 * takes as long as a dense one: scattered zeros save a GPU nothing. The lists are the mask, a bit for each float of the
 * storage. Dead entries are stored as 0, and the masked update leaves them there; their gradients are computed, since
 * some dynamics grow by them.
 */
import { denseLayout } from '../../../nn/convolution/dense-layout.ts';
import { chosenPlaces } from '../../../nn/compile/gradient-scope.ts';
import { liveBits } from '../../../nn/tensor/parameter.ts';
import type { ConvolutionShape, WeightLayout } from '../../../nn/compile/weight-layout.ts';
import { liveAt } from '../../budget.ts';
import { randomUnits } from '../../mask/random-units.ts';

export interface UnstructuredLayoutOptions {
  /** Share of entries that are not live at first, in [0, 1). */
  readonly sparsity: number;
}

export function unstructuredLayout({ sparsity }: UnstructuredLayoutOptions): WeightLayout {
  /** Whole words of the mask. */
  const storage = (shape: ConvolutionShape) => Math.ceil(denseLayout.storage(shape) / 32) * 32;
  return {
    ...denseLayout,
    name: 'unstructured',
    storage,

    lists: (shape, name) => ({
      words: storage(shape) / 32,
      initial: (seed) => {
        const entries = shape.outChannels * shape.inChannels * shape.kernel * shape.kernel;
        const mask = new Float32Array(entries);
        for (const i of randomUnits(name, seed, entries, liveAt(sparsity, entries))) mask[i] = 1;
        return unstructuredMask(shape, mask);
      },
      live: (lists) => Uint32Array.from(lists),
    }),

    pack: (shape, values, lists) => {
      const stored = new Float32Array(storage(shape));
      stored.set(denseLayout.pack(shape, values));
      return masked(stored, lists);
    },

    unpack: (shape, stored, lists) => denseLayout.unpack(shape, masked(stored.slice(), lists)),

    weightGradient: (emit, convolution) => {
      const { shape, weight } = convolution;
      chosenPlaces(emit, weight, {
        places: storage(shape),
        floats: 1,
        of: shape.outChannels * shape.inChannels * shape.kernel * shape.kernel,
        listed: false,
      });
      denseLayout.weightGradient(emit, convolution);
    },
  };
}

/** The lists of a layer from its mask in PyTorch's order, where what is not 0 lives. */
export function unstructuredMask(
  shape: ConvolutionShape,
  mask: Float32Array,
): Uint32Array<ArrayBuffer> {
  return liveBits(denseLayout.pack(shape, mask));
}

function masked(
  stored: Float32Array<ArrayBuffer>,
  lists: Uint32Array | undefined,
): Float32Array<ArrayBuffer> {
  if (!lists) throw new Error('unstructured weights need their mask');
  for (let i = 0; i < stored.length; i++) {
    if (((lists[i >> 5]! >>> (i & 31)) & 1) === 0) stored[i] = 0;
  }
  return stored;
}
