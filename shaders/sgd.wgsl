// Stochastic gradient descent over the whole parameter arena in one dispatch, as PyTorch's SGD:
//   g ← g + λ·w,   v ← μ·v + g (with momentum),   w ← w − η·(v or g)
// A vec4 an invocation. Writes: parameters, velocity. Workgroup 64. Base profile.
//! use dispatch
//! use step

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
//! if MOMENTUM
@group(0) @binding(4) var<storage, read_write> velocity: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (i >= p.length) {
    return;
  }
  let w = parameters[i];
  var g = gradients[i] + step.weight_decay * w;
  //! if MOMENTUM
  g += step.momentum * velocity[i];
  velocity[i] = g;
  //! end
  parameters[i] = w - step.rate * g;
}
