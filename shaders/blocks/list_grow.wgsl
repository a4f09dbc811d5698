// Finds the blocks that are wanted and have no slot yet, and cuts off what a caller may have
// left behind the last block of a layer.
//
// wanted: a bit a block. marks: [block_words] a bit for each block that is to grow. A word of
// 32 blocks an invocation. Writes: marks. Workgroup 64. Base profile.
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
@group(0) @binding(2) var<storage, read> wanted: array<u32>;
@group(0) @binding(3) var<storage, read> lists: array<u32>;
@group(0) @binding(4) var<storage, read_write> marks: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.block_words) {
    return;
  }
  let layer = layers[layer_of_block_word(word, p.layers)];
  let first = (word - layer.block_word_at) * 32u;
  var grown = 0u;
  var left = wanted[word] & low_bits(layer.blocks - first);
  while (left != 0u) {
    let i = firstTrailingBit(left);
    if (lists[layer.slot_of_block + first + i] == NONE) {
      grown |= 1u << i;
    }
    left &= left - 1u;
  }
  marks[word] = grown;
}
