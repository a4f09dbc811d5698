// Batch-norm gradient with respect to its input (Ioffe and Szegedy, 2015):
//   dx = γ/σ · (dz − mean(dz) − x̂·mean(dz·x̂)),   means over the live elements of the row's group,
// 0 for padded rows; dz is the incoming gradient, 0 where a fused ReLU was off, and goes on
// unchanged to the residual input where there is one.
// One vec4 of the batch an invocation. Writes: input_gradient, residual_gradient. Workgroup 64.
// Base profile.
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
  // 1: add to what is there.
  accumulate: u32,
  accumulate_residual: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(4) var<storage, read> means: array<vec2f>;
@group(0) @binding(5) var<storage, read> parameters: array<f32>;
@group(0) @binding(6) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> input_gradient: array<vec4f>;
//! if RELU
@group(0) @binding(8) var<storage, read> y: array<vec4f>;
//! end
//! if RESIDUAL
@group(0) @binding(9) var<storage, read_write> residual_gradient: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let plane = p.pixels * p.batch4;
  if (id >= p.channels * plane) {
    return;
  }
  let c = id / plane;
  let n4 = id % p.batch4;
  let g = group_of(n4, p.groups);
  let statistic = statistics[c * p.groups + g];
  let mean = means[c * p.groups + g];
  let live = live_rows(step.groups[g], n4);
  var dz = gradient[id] * live;
  //! if RELU
  dz = select(vec4f(0.0), dz, y[id] > vec4f(0.0));
  //! end
  let normalized = (x[id] - statistic.x) * statistic.y;
  var dx = (dz - mean.x - normalized * mean.y) * live * (parameters[p.gamma_at + c] * statistic.y);
  if (p.accumulate == 1u) {
    dx += input_gradient[id];
  }
  input_gradient[id] = dx;
  //! if RESIDUAL
  if (p.accumulate_residual == 1u) {
    dz += residual_gradient[id];
  }
  residual_gradient[id] = dz;
  //! end
}
