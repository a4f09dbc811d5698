// Ends a rebuild of index lists: what lies behind the live entries is 0, and so is the word by
// which a list of odd length is padded. The lists are then the plain builder's, word for word.
//
// A slot an invocation, of all layers. Writes: lists (tails of rowEntries and columnEntries,
// padding of the others). Workgroup 64. Base profile.
//! use block_table
//! use dispatch

struct Params {
  first_workgroup: u32,
  layers: u32,
  slot_words: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read_write> lists: array<u32>;

fn pad(at: u32, length: u32) {
  if (length % 2u == 1u) {
    lists[at + length] = 0u;
  }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id / 32u >= p.slot_words) {
    return;
  }
  let layer = layers[layer_of_slot_word(id / 32u, p.layers)];
  let entry = id - layer.slot_word_at * 32u;
  if (entry < layer.capacity && entry >= lists[layer.row_start + layer.block_rows]) {
    lists[layer.row_entries + 2u * entry] = 0u;
    lists[layer.row_entries + 2u * entry + 1u] = 0u;
    lists[layer.column_entries + 2u * entry] = 0u;
    lists[layer.column_entries + 2u * entry + 1u] = 0u;
  }
  if (entry == 0u) {
    pad(layer.block_of_slot, layer.capacity);
    pad(layer.slot_of_block, layer.blocks);
    pad(layer.row_start, layer.block_rows + 1u);
    pad(layer.column_start, layer.block_columns + 1u);
  }
}
