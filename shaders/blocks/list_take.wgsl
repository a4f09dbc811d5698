// Gives free slots to the blocks that are to grow, both in ascending order; blocks for which
// no slot is left stay dead.
//
// wanted: a bit a block. marks, ranks: growing blocks, then free slots, and how many bits
// there are before each word. live: [block_words] a bit for each block that has a slot now. A
// word of 32 blocks an invocation; each slot is taken once. Writes: live, lists (blockOfSlot,
// slotOfBlock). Workgroup 64. Base profile.
//! use bits
//! use block_table
//! use dispatch
//! use ranks

struct Params {
  first_workgroup: u32,
  layers: u32,
  block_words: u32,
  rank_runs: u32,
  rank_tops: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read> wanted: array<u32>;
@group(0) @binding(3) var<storage, read> marks: array<u32>;
@group(0) @binding(4) var<storage, read> ranks: array<u32>;
@group(0) @binding(5) var<storage, read> free_slots: array<u32>;
@group(0) @binding(6) var<storage, read_write> lists: array<u32>;
@group(0) @binding(7) var<storage, read_write> live: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.block_words) {
    return;
  }
  let layer = layers[layer_of_block_word(word, p.layers)];
  let first = (word - layer.block_word_at) * 32u;
  let slots = p.block_words + layer.slot_word_at;
  let free = rank_before(slots + words_of(layer.capacity)) - rank_before(slots);
  var taken = rank_before(word) - rank_before(layer.block_word_at);
  var left = marks[word];
  var alive = wanted[word] & low_bits(layer.blocks - first) & ~left;
  while (left != 0u && taken < free) {
    let i = firstTrailingBit(left);
    let slot = free_slots[layer.slot_word_at * 32u + taken];
    lists[layer.slot_of_block + first + i] = slot;
    lists[layer.block_of_slot + slot] = first + i;
    alive |= 1u << i;
    taken++;
    left &= left - 1u;
  }
  live[word] = alive;
}
