// Batch-norm statistics, second half: adds the partial sums of `norm_partial` in order, writes mean
// and 1/√(variance + ε) per channel and group (biased variance), and moves the running statistics
// once per group, in the order of the groups (momentum .1, unbiased variance), as PyTorch does when
// the groups are separate forward passes. An empty group leaves everything as it is and normalises
// to 0.
// One invocation a channel. Writes: statistics [C][G] of (mean, 1/σ), running [C] of (mean,
// variance). Workgroup 64. Base profile.
//! use dispatch
//! use step

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  splits: u32,
  pixels: u32,
  batch4: u32,
  // In vec2s.
  running_at: u32,
  epsilon: f32,
  momentum: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> partials: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> running: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (c >= p.channels) {
    return;
  }
  var average = running[p.running_at + c];
  for (var g = 0u; g < p.groups; g++) {
    let group = step.groups[g];
    let at = c * p.groups + g;
    if (group.y == 0u) {
      statistics[at] = vec2f(0.0, 0.0);
      continue;
    }
    var sums = vec2f();
    for (var s = 0u; s < p.splits; s++) {
      sums += partials[at * p.splits + s];
    }
    let count = f32(group.y * p.pixels);
    let shift = sums.x / count;
    let variance = max(sums.y / count - shift * shift, 0.0);
    let mean = x[c * p.pixels * p.batch4 + group.x / 4u].x + shift;
    statistics[at] = vec2f(mean, 1.0 / sqrt(variance + p.epsilon));
    let unbiased = variance * count / max(count - 1.0, 1.0);
    average = mix(average, vec2f(mean, unbiased), p.momentum);
  }
  running[p.running_at + c] = average;
}
