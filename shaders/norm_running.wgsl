// Batch norm in evaluation: the running mean and variance as the (mean, 1/√(variance + ε)) of one
// group that holds every row. Writes: statistics [C]. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  channels: u32,
  // In vec2s.
  running_at: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> running: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> statistics: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (c >= p.channels) {
    return;
  }
  let average = running[p.running_at + c];
  statistics[c] = vec2f(average.x, 1.0 / sqrt(average.y + p.epsilon));
}
