// Batch-norm statistics, second half: adds the partial sums of `norm_partial` in order, writes per
// channel and group mean and 1/√(variance + ε) (biased variance) and, for `norm_apply`, scale = γ/σ
// and shift = β − mean·scale; and moves the running statistics once per group, in the order of the
// groups (momentum .1, unbiased variance), as PyTorch does when the groups are separate forward
// passes. An empty group leaves everything as it is and normalises to 0.
// One invocation a channel. Writes: statistics [C][G] of (mean, 1/σ, scale, shift), running [C] of
// (mean, variance). Workgroup 64. Base profile.
//! use dispatch
//! use step
//! use halves

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  pixels: u32,
  batch4: u32,
  splits: u32,
  // In vec2s.
  running_at: u32,
  // In floats.
  gamma_at: u32,
  beta_at: u32,
  epsilon: f32,
  momentum: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
//! if X_HALF
@group(0) @binding(2) var<storage, read> x: array<vec2u>;
//! else
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
//! end
@group(0) @binding(3) var<storage, read> partials: array<vec2f>;
@group(0) @binding(4) var<storage, read> parameters: array<f32>;
@group(0) @binding(5) var<storage, read_write> statistics: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> running: array<vec2f>;

fn read_x(at: u32) -> vec4f {
  //! if X_HALF
  return unpack_rows(x[at]);
  //! else
  return x[at];
  //! end
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (c >= p.channels) {
    return;
  }
  let gamma = parameters[p.gamma_at + c];
  let beta = parameters[p.beta_at + c];
  var average = running[p.running_at + c];
  for (var g = 0u; g < p.groups; g++) {
    let group = step.groups[g];
    let at = c * p.groups + g;
    if (group.y == 0u) {
      statistics[at] = vec4f(0.0, 0.0, 0.0, beta);
      continue;
    }
    let first4 = group.x / 4u;
    let width4 = (group.y + 3u) / 4u;
    var sums = vec2f();
    for (var s = 0u; s < p.splits; s++) {
      let from_n4 = (c * p.splits + s) * p.batch4 + first4;
      for (var i = from_n4; i < from_n4 + width4; i++) {
        sums += partials[i];
      }
    }
    let count = f32(group.y * p.pixels);
    let distance = sums.x / count;
    let variance = max(sums.y / count - distance * distance, 0.0);
    let mean = read_x(c * p.pixels * p.batch4 + first4).x + distance;
    let inverse = 1.0 / sqrt(variance + p.epsilon);
    let scale = gamma * inverse;
    statistics[at] = vec4f(mean, inverse, scale, beta - mean * scale);
    let unbiased = variance * count / max(count - 1.0, 1.0);
    average = mix(average, vec2f(mean, unbiased), p.momentum);
  }
  running[p.running_at + c] = average;
}
