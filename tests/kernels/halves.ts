/**
 * Activations in half precision, for tests: numbers rounded to halves, and batches of them packed as the
 * kernels store them. Node has no Float16Array yet.
 */

/** Spacing of the halves around `value`: 11 significant bits, subnormals below 2⁻¹⁴. */
function spacing(value: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return 2 ** (Math.max(exponent, -14) - 10);
}

/** The half nearest to `value`, ties to even. Throws beyond the largest half. */
export function nearestHalf(value: number): number {
  if (value === 0) return 0;
  if (!(Math.abs(value) < 65520)) throw new RangeError(`${value} is no half`);
  const unit = spacing(value);
  const units = Math.abs(value) / unit;
  const below = Math.floor(units);
  const rest = units - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 === 1);
  return Math.sign(value) * (below + (up ? 1 : 0)) * unit;
}

function bitsOf(value: number): number {
  const half = nearestHalf(value);
  const sign = half < 0 ? 0x8000 : 0;
  if (half === 0) return sign;
  const unit = spacing(half);
  const mantissa = Math.abs(half) / unit;
  // Normal numbers hide their leading bit, which so adds one to the exponent field.
  return sign + Math.round(Math.log2(unit) + 24) * 1024 + mantissa;
}

function valueOf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const magnitude = exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/** Numbers, rounded to halves, as the words of a buffer: each holds two, the first in its low bits. */
export function packHalves(values: Float32Array): Float32Array<ArrayBuffer> {
  const halves = Uint16Array.from(values, bitsOf);
  return new Float32Array(halves.buffer);
}

/** The numbers that words of a buffer hold, two a word. */
export function unpackHalves(words: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return Float32Array.from(new Uint16Array(words.buffer), valueOf);
}
