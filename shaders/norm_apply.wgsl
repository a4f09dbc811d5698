// y = γ·(x − mean)/σ + β, then optionally + residual, then optionally ReLU, over [C][P][N] with the
// statistics of each row's group. One vec4 of the batch an invocation. Padded rows come out finite.
// Writes: y. Workgroup 64. Base profile.
//! use dispatch
//! use norm

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  pixels: u32,
  batch4: u32,
  // In floats.
  gamma_at: u32,
  beta_at: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(4) var<storage, read> parameters: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;
//! if RESIDUAL
@group(0) @binding(6) var<storage, read> residual: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let plane = p.pixels * p.batch4;
  if (id >= p.channels * plane) {
    return;
  }
  let c = id / plane;
  let statistic = statistics[c * p.groups + group_of(id % p.batch4, p.groups)];
  let scale = parameters[p.gamma_at + c] * statistic.y;
  var value = (x[id] - statistic.x) * scale + parameters[p.beta_at + c];
  //! if RESIDUAL
  value += residual[id];
  //! end
  //! if RELU
  value = max(value, vec4f(0.0));
  //! end
  y[id] = value;
}
