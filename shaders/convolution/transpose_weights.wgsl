// Weights [taps][Ci][ceil(Co/4)] of vec4f over output channels, turned into [taps][Co][ceil(Ci/4)]
// of vec4f over input channels, so that the input gradient reads them as the forward pass does: the
// tile kernel is 1.5 times faster with its weight vectors along what an invocation owns.
// One invocation turns one 4×4 patch. Writes: result. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  taps: u32,
  in_channels: u32,
  out_channels: u32,
  // In vec4s.
  weights_at: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  var id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let out4 = (p.out_channels + 3u) / 4u;
  let in4 = (p.in_channels + 3u) / 4u;
  let o = id % out4;
  id /= out4;
  let i = id % in4;
  let tap = id / in4;
  if (tap >= p.taps) {
    return;
  }
  let last = p.in_channels - 1u;
  let at = p.weights_at + tap * p.in_channels * out4 + o;
  let turned = transpose(mat4x4f(
    weights[at + min(i * 4u, last) * out4],
    weights[at + min(i * 4u + 1u, last) * out4],
    weights[at + min(i * 4u + 2u, last) * out4],
    weights[at + min(i * 4u + 3u, last) * out4],
  ));
  let to = (tap * p.out_channels + o * 4u) * in4 + i;
  //! for k in 0..4
  if (o * 4u + $ku < p.out_channels) {
    result[to + $ku * in4] = turned[$k];
  }
  //! end
}
