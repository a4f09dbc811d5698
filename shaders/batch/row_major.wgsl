// The values of one-pixel channels by row: [C][N], as a network has them, to [N][C], so that the
// values of an image lie together. One value an invocation. Writes: result [N][C]. Workgroup 64.
// Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  rows: u32,
  channels: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.rows * p.channels) {
    return;
  }
  result[id] = values[id % p.channels * p.rows + id / p.channels];
}
