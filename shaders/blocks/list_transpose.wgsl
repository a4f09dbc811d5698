// The bits of live blocks once more, in the order (column, row, tap) of the lists by block
// column.
//
// live: [block_words] in the order of block indices, then as many words in the other order,
// which are written. A word of the other order an invocation. Writes: live, second half.
// Workgroup 64. Base profile.
//! use bits
//! use block_table
//! use dispatch

struct Params {
  first_workgroup: u32,
  layers: u32,
  block_words: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read_write> live: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.block_words) {
    return;
  }
  let layer = layers[layer_of_block_word(word, p.layers)];
  let first = (word - layer.block_word_at) * 32u;
  let lines = layer.block_rows * layer.taps;
  var bits = 0u;
  for (var i = 0u; i < min(32u, layer.blocks - first); i++) {
    let block = (first + i) % lines * layer.block_columns + (first + i) / lines;
    bits |= bit_of(live[layer.block_word_at + block / 32u], block) << i;
  }
  live[p.block_words + word] = bits;
}
