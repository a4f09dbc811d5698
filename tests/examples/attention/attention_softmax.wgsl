// Softmax over the keys of each query, in place: maps [heads][T][T][N], the last T the keys. With
// GRADIENT the map holds its own gradient dA instead and becomes that of the scores,
// A ∘ (dA − Σ_j A·dA), with A in `weights`. A query's row and one vec4 of the batch an invocation.
// Writes: map. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  // Heads · tokens.
  queries: u32,
  tokens: u32,
  batch4: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> map: array<vec4f>;
//! if GRADIENT
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let query = id / p.batch4;
  if (query >= p.queries) {
    return;
  }
  let first = query * p.tokens * p.batch4 + id % p.batch4;
  let end = first + p.tokens * p.batch4;
  //! if GRADIENT
  var sum = vec4f();
  for (var at = first; at < end; at += p.batch4) {
    sum += weights[at] * map[at];
  }
  for (var at = first; at < end; at += p.batch4) {
    map[at] = weights[at] * (map[at] - sum);
  }
  //! else
  var largest = map[first];
  for (var at = first; at < end; at += p.batch4) {
    largest = max(largest, map[at]);
  }
  var sum = vec4f();
  for (var at = first; at < end; at += p.batch4) {
    let value = exp(map[at] - largest);
    map[at] = value;
    sum += value;
  }
  for (var at = first; at < end; at += p.batch4) {
    map[at] /= sum;
  }
  //! end
}
