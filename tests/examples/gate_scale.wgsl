// Every channel times one plane: forward y[c] = s · x[c]; with BACKWARD it is the input's gradient,
// y[c] = s · dy[c] + 2 t · x[c], added to what is there with ACCUMULATE. Activations [C][pixels][N],
// s and t [pixels][N]; one vec4 of the batch an invocation. Writes: y. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  channels: u32,
  // vec4s of one channel: pixels × N / 4.
  plane: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> s: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
//! if BACKWARD
@group(0) @binding(4) var<storage, read> t: array<vec4f>;
@group(0) @binding(5) var<storage, read> dy: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.channels * p.plane) {
    return;
  }
  let at = id % p.plane;
  //! if BACKWARD
  let value = s[at] * dy[id] + 2.0 * t[at] * x[id];
  //! else
  let value = s[at] * x[id];
  //! end
  //! if ACCUMULATE
  y[id] += value;
  //! else
  y[id] = value;
  //! end
}
