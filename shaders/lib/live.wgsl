// The live mask of the parameter arena, a bit a float, 32 a word: which floats of vec4 `i` are
// live, given the word that holds its bits.

fn live_of(word: u32, i: u32) -> vec4<bool> {
  return ((vec4u(word) >> (vec4u(i % 8u * 4u) + vec4u(0u, 1u, 2u, 3u))) & vec4u(1u)) == vec4u(1u);
}
