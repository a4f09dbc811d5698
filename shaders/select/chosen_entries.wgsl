// Which floats of the parameter arena an update may move: where units are chosen, the live entries
// of those; everywhere else whatever is live.
//
// layers: src/sparse/select/gradient-slots.ts. live and moves: a bit a float of the arena. chosen:
// a bit a unit, each layer from its own first word on. A word an invocation. Writes: moves.
// Workgroup 64. Base profile.
//! use bits
//! use dispatch
//! use unit_layers

struct Params {
  first_workgroup: u32,
  layers: u32,
  // Of the arena.
  words: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<UnitLayer>;
@group(0) @binding(2) var<storage, read> live: array<u32>;
@group(0) @binding(3) var<storage, read> chosen: array<u32>;
@group(0) @binding(4) var<storage, read_write> moves: array<u32>;

fn layer_of_float(at: u32) -> u32 {
  var low = 0u;
  var high = p.layers;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (layers[middle].arena_at <= at) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.words) {
    return;
  }
  let at = word * 32u;
  let layer = layers[layer_of_float(at)];
  // Wraps round to a large number for a word before the first layer.
  let within = at - layer.arena_at;
  if (within >= layer.places * layer.floats) {
    moves[word] = live[word];
    return;
  }
  // Units have 1, 2, 4, … floats, so that whole ones fill a word, or whole words one of them.
  let run = min(layer.floats, 32u);
  var bits = 0u;
  for (var i = 0u; i < 32u; i += run) {
    let place = (within + i) / layer.floats;
    if (place < layer.places && bit_of(chosen[layer.word_at + place / 32u], place) == 1u) {
      bits |= low_bits(run) << i;
    }
  }
  moves[word] = live[word] & bits;
}
