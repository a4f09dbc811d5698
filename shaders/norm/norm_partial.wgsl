// Batch-norm statistics, first half: per channel c, split s and batch vector n4 the sums of
// (x − pivot) and (x − pivot)² over `run` pixels of the live rows, with x [C][P][N], N = 4·batch4.
// The pivot, the channel's first value in the group, keeps the sums small, so that one pass loses
// no digits.
// An invocation stays with WIDE batch vectors, so that their group is looked up once; neighbouring
// lanes read neighbouring vectors. WIDE divides batch4 and what the groups start at. X_HALF: x as
// pairs of halves.
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
@group(0) @binding(2) var<storage, read> x: array<array<vec2u, $WIDE>>;
//! else
@group(0) @binding(2) var<storage, read> x: array<array<vec4f, $WIDE>>;
//! end
@group(0) @binding(3) var<storage, read_write> partials: array<vec2f>;

//! if X_HALF
fn unpacked(rows: vec2u) -> vec4f {
  return unpack_rows(rows);
}
//! else
fn unpacked(rows: vec4f) -> vec4f {
  return rows;
}
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let lanes = p.batch4 / $WIDEu;
  let n4 = (id % lanes) * $WIDEu;
  let split = (id / lanes) % p.splits;
  let c = id / (lanes * p.splits);
  if (c >= p.channels) {
    return;
  }
  let plane = c * p.pixels * lanes;
  let end = plane + min((split + 1u) * p.run, p.pixels) * lanes;
  let group = step.groups[group_of(n4, p.groups)];
  let pivot = unpacked(x[plane + group.x / (4u * $WIDEu)][0]).x;
  //! for k in 0..WIDE
  var sum$k = vec4f();
  var squares$k = vec4f();
  //! end
  for (var i = plane + split * p.run * lanes + id % lanes; i < end; i += lanes) {
    let xs = x[i];
    //! for k in 0..WIDE
    let d$k = unpacked(xs[$k]) - pivot;
    sum$k += d$k;
    squares$k += d$k * d$k;
    //! end
  }
  //! for k in 0..WIDE
  let live$k = live_rows(group, n4 + $ku);
  partials[id * $WIDEu + $ku] = vec2f(live_sum(sum$k, live$k), live_sum(squares$k, live$k));
  //! end
}
