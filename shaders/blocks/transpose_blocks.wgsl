// The weights of live blocks, [slot][in][out] with output channels innermost, turned into
// [slot][out][in], so that the input gradient reads them as the forward pass does. One invocation
// turns a 4×4 patch, or with NARROW (fewer than 4 input channels a block) moves one number.
// Writes: result. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  slots: u32,
  block_out: u32,
  block_in: u32,
  // In vectors.
  weights_at: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
//! if NARROW
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
//! else
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  //! if NARROW
  let size = p.block_out * p.block_in;
  if (id >= p.slots * size) {
    return;
  }
  let o = id % size / p.block_in;
  let i = id % p.block_in;
  result[id] = weights[p.weights_at + id / size * size + i * p.block_out + o];
  //! else
  let out4 = p.block_out / 4u;
  let in4 = p.block_in / 4u;
  let slot = id / (out4 * in4);
  if (slot >= p.slots) {
    return;
  }
  let o = id % out4;
  let i = id / out4 % in4;
  let at = p.weights_at + (slot * p.block_in + 4u * i) * out4 + o;
  let turned = transpose(mat4x4f(
    weights[at],
    weights[at + out4],
    weights[at + 2u * out4],
    weights[at + 3u * out4],
  ));
  let to = (slot * p.block_out + 4u * o) * in4 + i;
  //! for k in 0..4
  result[to + $ku * in4] = turned[$k];
  //! end
  //! end
}
