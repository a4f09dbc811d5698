// Bits of words of 32: number i of a bitmap is bit i % 32 of its word i / 32.

// The `count` lowest bits of a word, 32 or more being all of them.
fn low_bits(count: u32) -> u32 {
  return select((1u << (count & 31u)) - 1u, 0xffffffffu, count >= 32u);
}

fn bit_of(word: u32, i: u32) -> u32 {
  return (word >> (i % 32u)) & 1u;
}
