// Batch-norm statistics that do not come from the batch: per channel, and the same for every group,
// mean, 1/√(variance + ε), scale and shift of held means and variances, in the place of what
// `norm_finalize` would write there. With SWITCHED, only once `now` says so; what is there stays.
// One invocation a channel. Writes: statistics [C][G] of (mean, 1/σ, scale, shift). Workgroup 64.
// Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  // In vec2s.
  running_at: u32,
  // In floats.
  gamma_at: u32,
  beta_at: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> held: array<vec2f>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read_write> statistics: array<vec4f>;
//! if SWITCHED
@group(0) @binding(4) var<storage, read> now: array<u32>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  //! if SWITCHED
  if (now[0] == 0u) {
    return;
  }
  //! end
  if (c >= p.channels) {
    return;
  }
  let average = held[p.running_at + c];
  let inverse = 1.0 / sqrt(average.y + p.epsilon);
  let scale = parameters[p.gamma_at + c] * inverse;
  let shift = parameters[p.beta_at + c] - average.x * scale;
  for (var g = 0u; g < p.groups; g++) {
    statistics[c * p.groups + g] = vec4f(average.x, inverse, scale, shift);
  }
}
