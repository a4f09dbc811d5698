// Gradient of a bias: grad[o] = Σ over pixels and rows of gradient [Co][P][N], four channels an
// invocation; rows without a loss carry zeros. With SPLIT an invocation adds up over `run` vec4s of
// each channel alone, the result is [splits][⌈Co/4⌉], and `reduce_partials` adds the splits.
// Writes: result, padded channels 0. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  channels: u32,
  // vec4s of one channel: pixels · batch4.
  plane: u32,
  // In vec4s.
  result_at: u32,
  accumulate: u32,
  //! if SPLIT
  // vec4s of a split, the last one's may be fewer, and splits of a channel.
  run: u32,
  splits: u32,
  //! end
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  //! if SPLIT
  let quads = (p.channels + 3u) / 4u;
  let quad = id % quads;
  let split = id / quads;
  if (split >= p.splits) {
    return;
  }
  let first = split * p.run;
  let last = min(first + p.run, p.plane);
  //! else
  let quad = id;
  let first = 0u;
  let last = p.plane;
  if (quad * 4u >= p.channels) {
    return;
  }
  //! end
  var sums = vec4f();
  //! for k in 0..4
  if (quad * 4u + $ku < p.channels) {
    var sum = vec4f();
    for (var i = first; i < last; i++) {
      sum += gradient[(quad * 4u + $ku) * p.plane + i];
    }
    sums[$k] = sum.x + sum.y + sum.z + sum.w;
  }
  //! end
  if (p.accumulate == 1u) {
    sums += result[p.result_at + id];
  }
  result[p.result_at + id] = sums;
}
