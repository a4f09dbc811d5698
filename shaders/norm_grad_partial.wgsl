// Batch-norm gradient, first half: per channel, group and lane the sums of dz and dz·x̂, where dz
// is the incoming gradient (0 where a fused ReLU was off) and x̂ = (x − mean)/σ. Padded rows carry
// dz = 0 and are masked besides. Lanes interleave as in `norm_partial`.
// Writes: partials [C][G][S] of (Σ dz, Σ dz·x̂). Workgroup 64, no barrier. Base profile.
//! use dispatch
//! use step

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  splits: u32,
  pixels: u32,
  batch4: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(4) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> partials: array<vec2f>;
//! if RELU
@group(0) @binding(6) var<storage, read> y: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let split = id % p.splits;
  let g = (id / p.splits) % p.groups;
  let c = id / (p.splits * p.groups);
  if (c >= p.channels) {
    return;
  }
  let group = step.groups[g];
  let first4 = group.x / 4u;
  let width4 = (group.y + 3u) / 4u;
  let statistic = statistics[c * p.groups + g];
  var sum = vec4f();
  var products = vec4f();
  for (var i = split; i < p.pixels * width4; i += p.splits) {
    let n4 = first4 + i % width4;
    let at = (c * p.pixels + i / width4) * p.batch4 + n4;
    var dz = gradient[at] * live_rows(group, n4);
    //! if RELU
    dz = select(vec4f(0.0), dz, y[at] > vec4f(0.0));
    //! end
    sum += dz;
    products += dz * (x[at] - statistic.x);
  }
  let total = vec4f(1.0);
  partials[id] = vec2f(dot(sum, total), dot(products, total) * statistic.y);
}
