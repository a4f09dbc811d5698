// The live mask of the parameter arena where sparse layers lie: bit i of word w says whether
// float 32 · w + i is a real entry of a live block. A sparse layer begins and ends at whole
// words, so one invocation a word writes it and no two meet; bits behind the last slot are 0,
// words of dense parameters stay as they are.
//
// lists: the layers' index lists. Writes: mask. Workgroup 64. Base profile.
//! use bits
//! use block_table
//! use dispatch

struct Params {
  first_workgroup: u32,
  layers: u32,
  // Words of all sparse layers.
  mask_words: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read> lists: array<u32>;
@group(0) @binding(3) var<storage, read_write> mask: array<u32>;

fn layer_of_mask_word(word: u32, count: u32) -> u32 {
  var low = 0u;
  var high = count;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (layers[middle].mask_word_at <= word) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.mask_words) {
    return;
  }
  let layer = layers[layer_of_mask_word(id, p.layers)];
  let word = id - layer.mask_word_at;
  let vectors = layer.rows * layer.columns / 4u;
  var bits = 0u;
  // Eight vec4s of output channels; a slot has one or more.
  for (var q = 0u; q < 8u; q++) {
    let slot = (word * 8u + q) / vectors;
    if (slot >= layer.capacity) {
      break;
    }
    let block = lists[layer.block_of_slot + slot];
    if (block == NONE) {
      continue;
    }
    let place = place_of(layer, block);
    let within = (word * 8u + q) % vectors;
    let column = place.c * layer.columns + within / (layer.rows / 4u);
    let row = place.r * layer.rows + within % (layer.rows / 4u) * 4u;
    if (column < layer.in_channels && row < layer.out_channels) {
      bits |= low_bits(min(4u, layer.out_channels - row)) << (4u * q);
    }
  }
  mask[layer.weights_at / 8u + word] = bits;
}
