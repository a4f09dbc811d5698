// Batch-norm statistics, first half: per channel c, group g and lane s the sums of (x − pivot) and
// (x − pivot)² over the live rows that lane s visits, with x [C][P][N], N = 4·batch4. The pivot,
// the channel's first value in the group, keeps the sums small, so that one pass loses no digits.
// Lanes interleave, so neighbouring lanes read neighbouring vectors.
// Writes: partials [C][G][S] of (Σ, Σ²). Workgroup 64, no barrier. Base profile.
//! use dispatch
//! use step

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  splits: u32,
  pixels: u32,
  batch4: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partials: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let split = id % p.splits;
  let g = (id / p.splits) % p.groups;
  let c = id / (p.splits * p.groups);
  if (c >= p.channels) {
    return;
  }
  let group = step.groups[g];
  let first4 = group.x / 4u;
  let width4 = (group.y + 3u) / 4u;
  let plane = c * p.pixels * p.batch4;
  let pivot = x[plane + first4].x;
  var sum = vec4f();
  var squares = vec4f();
  for (var i = split; i < p.pixels * width4; i += p.splits) {
    let n4 = first4 + i % width4;
    let d = (x[plane + (i / width4) * p.batch4 + n4] - pivot) * live_rows(group, n4);
    sum += d;
    squares += d * d;
  }
  let first_moment = sum.x + sum.y + sum.z + sum.w;
  let second_moment = squares.x + squares.y + squares.z + squares.w;
  partials[id] = vec2f(first_moment, second_moment);
}
