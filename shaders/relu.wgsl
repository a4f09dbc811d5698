// y = max(x, 0), a vec4 an invocation. Writes: y. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (i < p.length) {
    y[i] = max(x[i], vec4f(0.0));
  }
}
