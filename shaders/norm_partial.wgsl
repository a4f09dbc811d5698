// Batch-norm statistics, first half: per channel c, split s and batch vector n4 the sums of
// (x − pivot) and (x − pivot)² over `run` pixels of the live rows, with x [C][P][N], N = 4·batch4.
// The pivot, the channel's first value in the group, keeps the sums small, so that one pass loses
// no digits.
// An invocation stays with one batch vector, so that its group is looked up once; neighbouring
// lanes read neighbouring vectors. X_HALF: x as pairs of halves.
// Writes: partials [C][S][N/4] of (Σ, Σ²). Workgroup 64, no barrier. Base profile.
//! use dispatch
//! use norm
//! use halves

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  pixels: u32,
  batch4: u32,
  // Pixels of an invocation, the last one's may be fewer, and invocations a column of pixels.
  run: u32,
  splits: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
//! if X_HALF
@group(0) @binding(2) var<storage, read> x: array<vec2u>;
//! else
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
//! end
@group(0) @binding(3) var<storage, read_write> partials: array<vec2f>;

fn read_x(at: u32) -> vec4f {
  //! if X_HALF
  return unpack_rows(x[at]);
  //! else
  return x[at];
  //! end
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let batch4 = p.batch4;
  let n4 = id % batch4;
  let split = (id / batch4) % p.splits;
  let c = id / (batch4 * p.splits);
  if (c >= p.channels) {
    return;
  }
  let group = step.groups[group_of(n4, p.groups)];
  let plane = c * p.pixels * batch4;
  let end = plane + min((split + 1u) * p.run, p.pixels) * batch4;
  let pivot = read_x(plane + group.x / 4u).x;
  var sum = vec4f();
  var squares = vec4f();
  for (var i = plane + split * p.run * batch4 + n4; i < end; i += batch4) {
    let d = read_x(i) - pivot;
    sum += d;
    squares += d * d;
  }
  let live = live_rows(group, n4);
  partials[id] = vec2f(live_sum(sum, live), live_sum(squares, live));
}
