// Sum of products over channels: result[pixel] = Σ_c a[c][pixel] · b[c][pixel], of activations
// [C][pixels][N] → [pixels][N]. One vec4 of the batch an invocation. Writes: result. Workgroup 64.
// Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  channels: u32,
  // vec4s of one channel: pixels × N / 4.
  plane: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.plane) {
    return;
  }
  var sum = vec4f();
  for (var c = 0u; c < p.channels; c++) {
    sum += a[c * p.plane + id] * b[c * p.plane + id];
  }
  result[id] = sum;
}
