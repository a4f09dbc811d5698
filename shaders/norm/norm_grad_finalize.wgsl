// Batch-norm gradient, second half: adds the partial sums of `norm_grad_partial` in order. Over all
// groups they are dβ = Σ dz and dγ = Σ dz·x̂; per group their means over the live elements, m₁ and
// m₂, make the input gradient a·(dz − m₁ − x̂·m₂), a = γ/σ, which `norm_grad_apply` computes as
// a·dz + b·x + c with b = −a·m₂/σ and c = −a·m₁ − b·mean.
// One invocation a channel. Writes: coefficients [C][G] of (a, shift, b, c) with the shift of
// `norm_finalize`, gradients at γ and β where these move. Workgroup 64. Base profile.
//! use dispatch
//! use step

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  pixels: u32,
  batch4: u32,
  splits: u32,
  // In floats; FROZEN for one that does not move, which has no gradient.
  gamma_at: u32,
  beta_at: u32,
  // 1: add to the parameters' gradients that are there.
  accumulate: u32,
}

const FROZEN = 0xffffffffu;

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> statistics: array<vec4f>;
@group(0) @binding(3) var<storage, read> partials: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> coefficients: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradients: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (c >= p.channels) {
    return;
  }
  var total = vec2f();
  for (var g = 0u; g < p.groups; g++) {
    let group = step.groups[g];
    let at = c * p.groups + g;
    let first4 = group.x / 4u;
    let width4 = (group.y + 3u) / 4u;
    var sums = vec2f();
    for (var s = 0u; s < p.splits; s++) {
      let from_n4 = (c * p.splits + s) * p.batch4 + first4;
      for (var i = from_n4; i < from_n4 + width4; i++) {
        sums += partials[i];
      }
    }
    let means = sums / max(f32(group.y * p.pixels), 1.0);
    let statistic = statistics[at];
    let a = statistic.z;
    let b = -a * means.y * statistic.y;
    coefficients[at] = vec4f(a, statistic.w, b, -a * means.x - b * statistic.x);
    total += sums;
  }
  if (p.beta_at != FROZEN) {
    if (p.accumulate == 1u) {
      total.x += gradients[p.beta_at + c];
    }
    gradients[p.beta_at + c] = total.x;
  }
  if (p.gamma_at != FROZEN) {
    if (p.accumulate == 1u) {
      total.y += gradients[p.gamma_at + c];
    }
    gradients[p.gamma_at + c] = total.y;
  }
}
