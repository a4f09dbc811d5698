// Numbers the free slots of each layer in ascending order and empties them.
//
// marks, ranks: free slots from word block_words on, and how many there are before each word.
// free_slots: [32 · slot_words], each layer's from its first slot on. A word of 32 slots an
// invocation. Writes: free_slots, lists (blockOfSlot). Workgroup 64. Base profile.
//! use block_table
//! use dispatch
//! use ranks

struct Params {
  first_workgroup: u32,
  layers: u32,
  block_words: u32,
  slot_words: u32,
  rank_runs: u32,
  rank_tops: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read> marks: array<u32>;
@group(0) @binding(3) var<storage, read> ranks: array<u32>;
@group(0) @binding(4) var<storage, read_write> free_slots: array<u32>;
@group(0) @binding(5) var<storage, read_write> lists: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.slot_words) {
    return;
  }
  let layer = layers[layer_of_slot_word(word, p.layers)];
  let begin = p.block_words + layer.slot_word_at;
  var at = layer.slot_word_at * 32u + rank_before(p.block_words + word) - rank_before(begin);
  var left = marks[p.block_words + word];
  while (left != 0u) {
    let slot = (word - layer.slot_word_at) * 32u + firstTrailingBit(left);
    free_slots[at] = slot;
    lists[layer.block_of_slot + slot] = NONE;
    at++;
    left &= left - 1u;
  }
}
