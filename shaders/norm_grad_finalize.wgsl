// Batch-norm gradient, second half: adds the partial sums in order; per group the means over the
// live elements that `norm_grad_apply` needs, and over all groups dβ = Σ dz and dγ = Σ dz·x̂.
// One invocation a channel. Writes: means [C][G], gradients at γ and β. Workgroup 64. Base profile.
//! use dispatch
//! use step

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  splits: u32,
  pixels: u32,
  // In floats.
  gamma_at: u32,
  beta_at: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> partials: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> means: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> gradients: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (c >= p.channels) {
    return;
  }
  var total = vec2f();
  for (var g = 0u; g < p.groups; g++) {
    let at = c * p.groups + g;
    var sums = vec2f();
    for (var s = 0u; s < p.splits; s++) {
      sums += partials[at * p.splits + s];
    }
    means[at] = sums / max(f32(step.groups[g].y * p.pixels), 1.0);
    total += sums;
  }
  if (p.accumulate == 1u) {
    total += vec2f(gradients[p.beta_at + c], gradients[p.gamma_at + c]);
  }
  gradients[p.beta_at + c] = total.x;
  gradients[p.gamma_at + c] = total.y;
}
