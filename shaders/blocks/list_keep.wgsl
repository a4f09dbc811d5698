// Goes through the slots before a change of mask: blocks that are still wanted keep theirs,
// the other slots are free.
//
// wanted: a bit a block. marks: [block_words] left alone, [slot_words] a bit for each free
// slot, [slot_words] a bit for each that is freed just now. A word of 32 slots an invocation;
// a block has one slot at most, so no two write the same. Writes: lists (slotOfBlock of blocks
// that stay), marks. Workgroup 64. Base profile.
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
@group(0) @binding(2) var<storage, read> wanted: array<u32>;
@group(0) @binding(3) var<storage, read_write> lists: array<u32>;
@group(0) @binding(4) var<storage, read_write> marks: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.slot_words) {
    return;
  }
  let layer = layers[layer_of_slot_word(word, p.layers)];
  let first = (word - layer.slot_word_at) * 32u;
  var free = 0u;
  var freed = 0u;
  for (var i = 0u; i < min(32u, layer.capacity - first); i++) {
    let block = lists[layer.block_of_slot + first + i];
    if (block >= layer.blocks) {
      free |= 1u << i;
    } else if (bit_of(wanted[layer.block_word_at + block / 32u], block) == 1u) {
      lists[layer.slot_of_block + block] = first + i;
    } else {
      free |= 1u << i;
      freed |= 1u << i;
    }
  }
  marks[p.block_words + word] = free;
  marks[p.block_words + p.slot_words + word] = freed;
}
