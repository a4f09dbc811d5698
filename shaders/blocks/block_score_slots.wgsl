// Scores of the live blocks of sparse layers, from weights, gradients or whatever else lies in
// slots (storage of a slot: [columns][rows] floats, output channels innermost).
//
// scores: float 32 · word + bit of the space of blocks, or of slots with by_slot 1; blocks and
// slots that are not live get `dead`. A block or slot an invocation. Writes: scores. Workgroup
// 64. Base profile.
//! use block_score
//! use dispatch

struct Params {
  first_workgroup: u32,
  layers: u32,
  // Blocks, or slots, padding included.
  length: u32,
  by_slot: u32,
  squares: u32,
  dead: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read> lists: array<u32>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.length) {
    return;
  }
  var layer: BlockLayer;
  var block = NONE;
  var slot = NONE;
  if (p.by_slot == 1u) {
    layer = layers[layer_of_slot_word(id / 32u, p.layers)];
    slot = id - layer.slot_word_at * 32u;
    if (slot >= layer.capacity) {
      return;
    }
    block = lists[layer.block_of_slot + slot];
  } else {
    layer = layers[layer_of_block_word(id / 32u, p.layers)];
    block = id - layer.block_word_at * 32u;
    if (block >= layer.blocks) {
      return;
    }
    slot = lists[layer.slot_of_block + block];
  }
  var score = p.dead;
  if (block != NONE && slot != NONE) {
    let place = place_of(layer, block);
    let at = layer.weights_at + slot * (layer.rows * layer.columns / 4u);
    score = block_score(layer, place, at, layer.rows / 4u, p.squares);
  }
  scores[id] = score;
}
