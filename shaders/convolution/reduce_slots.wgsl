// Adds the partial weight gradients of chosen slots (conv_weight_grad with CHOSEN) and puts each
// sum where its slot lies: with i = place · slot_vectors + v,
//   result[chosen[place] · slot_vectors + v] = Σ_s partials[s · length + i],
// splits added in order, so the sum is the same in every run. Other slots stay as they are.
// Lengths in vec4s. Writes: result. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  // vec4s of one split, and of one slot.
  length: u32,
  slot_vectors: u32,
  splits: u32,
  result_at: u32,
  accumulate: u32,
  // In words.
  chosen_at: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> partials: array<vec4f>;
@group(0) @binding(2) var<storage, read> chosen: array<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (i >= p.length) {
    return;
  }
  var sum = vec4f();
  for (var s = 0u; s < p.splits; s++) {
    sum += partials[s * p.length + i];
  }
  let slot = chosen[p.chosen_at + i / p.slot_vectors];
  let to = p.result_at + slot * p.slot_vectors + i % p.slot_vectors;
  if (p.accumulate == 1u) {
    sum += result[to];
  }
  result[to] = sum;
}
