// Zeroes what one arena holds for slots that were freed or have another block than before, and
// nothing else.
//
// marks: free slots from word block_words on, and from slot_words later those that were freed
// just before. lists: after the change. A slot an invocation, of all layers. Writes: arena.
// Workgroup 64. Base profile.
//! use bits
//! use block_table
//! use dispatch

struct Params {
  first_workgroup: u32,
  layers: u32,
  block_words: u32,
  slot_words: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read> marks: array<u32>;
@group(0) @binding(3) var<storage, read> lists: array<u32>;
@group(0) @binding(4) var<storage, read_write> arena: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let word = id / 32u;
  if (word >= p.slot_words) {
    return;
  }
  let free = bit_of(marks[p.block_words + word], id);
  let freed = bit_of(marks[p.block_words + p.slot_words + word], id);
  if (free == 0u) {
    return;
  }
  let layer = layers[layer_of_slot_word(word, p.layers)];
  let slot = id - layer.slot_word_at * 32u;
  if (freed == 0u && lists[layer.block_of_slot + slot] == NONE) {
    return;
  }
  let vectors = layer.rows * layer.columns / 4u;
  let at = layer.weights_at + slot * vectors;
  for (var i = at; i < at + vectors; i++) {
    arena[i] = vec4f();
  }
}
