// Scores of the blocks of layers that are stored dense, [taps][Ci][ceil(Co / 4)] of vec4f over
// output channels.
//
// scores: float 32 · word + bit of the space of blocks. A block an invocation. Writes: scores.
// Workgroup 64. Base profile.
//! use block_score
//! use dispatch

struct Params {
  first_workgroup: u32,
  layers: u32,
  // Blocks, padding included.
  length: u32,
  squares: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read> values: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.length) {
    return;
  }
  let layer = layers[layer_of_block_word(id / 32u, p.layers)];
  let block = id - layer.block_word_at * 32u;
  if (block >= layer.blocks) {
    return;
  }
  let place = place_of(layer, block);
  let stride = (layer.out_channels + 3u) / 4u;
  let line = place.tap * layer.in_channels + place.c * layer.columns;
  let at = layer.weights_at + line * stride + place.r * (layer.rows / 4u);
  scores[id] = block_score(layer, place, at, stride, p.squares);
}
