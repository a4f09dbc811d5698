/**
 * Initial values, from the counter-based RNG: a parameter's stream is the hash of its name, so that adding
 * a layer never changes another's values, and PyTorch fixtures start from the same numbers.
 */
import { hashUniform } from '../../gpu/rng.ts';

export type InitRule =
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'constant'; readonly value: number };

/** PyTorch's default for convolutions and linear layers: U(−1/√fan_in, 1/√fan_in). */
export const torchDefault = (fanIn: number): InitRule => ({
  kind: 'uniform',
  bound: 1 / Math.sqrt(fanIn),
});

/** He et al. (2015) in fan-out mode: N(0, 2/fan_out). */
export const kaimingFanOut = (fanOut: number): InitRule => ({
  kind: 'normal',
  std: Math.sqrt(2 / fanOut),
});

export const constant = (value: number): InitRule => ({ kind: 'constant', value });

/** The values of a parameter in PyTorch's order. */
export function initialValues(
  { name, shape, init }: { name: string; shape: readonly number[]; init: InitRule },
  seed: number,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
  const stream = fnv1a(name);
  for (let i = 0; i < values.length; i++) {
    if (init.kind === 'constant') {
      values[i] = init.value;
    } else if (init.kind === 'uniform') {
      values[i] = (2 * hashUniform(seed, stream, i) - 1) * init.bound;
    } else {
      const u = 1 - hashUniform(seed, stream, 2 * i);
      const angle = 2 * Math.PI * hashUniform(seed, stream, 2 * i + 1);
      values[i] = Math.sqrt(-2 * Math.log(u)) * Math.cos(angle) * init.std;
    }
  }
  return values;
}

/** FNV-1a over the bytes of an ASCII name (Fowler, Noll and Vo). */
export function fnv1a(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
