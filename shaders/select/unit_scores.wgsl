// How much the gradient of each unit matters: weight · (mean |g| over the unit's live entries),
// added to what is there with accumulate 1. A unit without live entries gets 0, any other at least
// SMALLEST, so that a selection by size takes every live unit before a dead one.
//
// layers: src/sparse/select/gradient-slots.ts. live: the live mask of the arena, a bit a float. A
// unit an invocation. Writes: scores. Workgroup 64. Base profile.
//! use bits
//! use dispatch
//! use unit_layers

struct Params {
  first_workgroup: u32,
  layers: u32,
  // Scores, padding included.
  length: u32,
  accumulate: u32,
  weight: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<UnitLayer>;
@group(0) @binding(2) var<storage, read> live: array<u32>;
@group(0) @binding(3) var<storage, read> gradients: array<f32>;
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;

// The smallest normal float: smaller ones may count as 0.
const SMALLEST = 1.17549435e-38;

fn layer_of_score(score: u32) -> u32 {
  var low = 0u;
  var high = p.layers;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (layers[middle].score_at <= score) {
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
  if (id >= p.length) {
    return;
  }
  let layer = layers[layer_of_score(id)];
  let place = id - layer.score_at;
  if (place >= layer.places) {
    return;
  }
  let first = layer.arena_at + place * layer.floats;
  var sum = 0.0;
  var count = 0u;
  for (var i = first; i < first + layer.floats; i++) {
    if (bit_of(live[i / 32u], i) == 1u) {
      sum += abs(gradients[i]);
      count++;
    }
  }
  if (count == 0u) {
    scores[id] = 0.0;
    return;
  }
  var score = p.weight * sum / f32(count);
  if (p.accumulate == 1u) {
    score += scores[id];
  }
  scores[id] = max(score, SMALLEST);
}
