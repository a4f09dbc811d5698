// One image's share of the diagonal of the empirical Fisher information:
//   F ← keep·F + share·p(label)·g²,
// g the gradient of that image's log-likelihood, p(label) = exp(−loss) what the network gives its
// label (the weight is mammoth's). keep and share change from image to image and are the step's
// momentum and rate. With MASKED only live weights have a share: `live` has a bit a float.
// Writes: importance. Workgroup 64. Base profile.
//! use dispatch
//! use spans
//! use live
//! use step

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read> row_loss: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> importance: array<vec4f>;
//! if MASKED
@group(0) @binding(5) var<storage, read> live: array<u32>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  let weight = step.rate * exp(-row_loss[0].x);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    //! if MASKED
    let g = select(vec4f(0.0), gradients[i], live_of(live[i / 8u], i));
    //! else
    let g = gradients[i];
    //! end
    importance[i] = step.momentum * importance[i] + weight * g * g;
  }
}
