// The input gradient of a norm whose statistics do not depend on the batch is scale·dz: of the
// coefficients (a, shift, b, c) of `norm_grad_finalize` the terms that come from the statistics, b
// and c, become 0. With SWITCHED, only once `now` says so.
// One invocation a channel. Writes: coefficients [C][G]. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> coefficients: array<vec4f>;
//! if SWITCHED
@group(0) @binding(2) var<storage, read> now: array<u32>;
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
  for (var g = 0u; g < p.groups; g++) {
    let at = c * p.groups + g;
    coefficients[at] = vec4f(coefficients[at].xy, 0.0, 0.0);
  }
}
