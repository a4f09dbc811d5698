// Begins a rebuild of index lists: no block has a slot. A word of 32 blocks an invocation,
// of all layers. Writes: lists, slotOfBlock alone. Workgroup 64. Base profile.
//! use block_table
//! use dispatch

struct Params {
  first_workgroup: u32,
  layers: u32,
  // Words of the space of blocks.
  block_words: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read_write> lists: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.block_words) {
    return;
  }
  let layer = layers[layer_of_block_word(word, p.layers)];
  let first = (word - layer.block_word_at) * 32u;
  let last = min(first + 32u, layer.blocks);
  for (var block = first; block < last; block++) {
    lists[layer.slot_of_block + block] = NONE;
  }
}
