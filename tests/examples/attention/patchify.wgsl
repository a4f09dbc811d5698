// Cuts images into square patches, each a token whose channels are the values of its pixels:
// x [C][H][W][N] → y [C·P·P][T][N] with T = (H/P)·(W/P), channel (c·P + dy)·P + dx. One vec4 of the
// batch an invocation. X_HALF, Y_HALF: values as pairs of halves. Writes: y. Workgroup 64. Base
// profile.
//! use dispatch
//! use halves

struct Params {
  first_workgroup: u32,
  // Values of a patch in all channels; pixels along its side.
  channels: u32,
  height: u32,
  width: u32,
  side: u32,
  batch4: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
//! if X_HALF
@group(0) @binding(1) var<storage, read> x: array<vec2u>;
//! else
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
//! end
//! if Y_HALF
@group(0) @binding(2) var<storage, read_write> y: array<vec2u>;
//! else
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let across = p.width / p.side;
  let tokens = (p.height / p.side) * across;
  let n = id % p.batch4;
  let token = (id / p.batch4) % tokens;
  let channel = id / (p.batch4 * tokens);
  if (channel >= p.channels) {
    return;
  }
  let dx = channel % p.side;
  let dy = (channel / p.side) % p.side;
  let c = channel / (p.side * p.side);
  let row = token / across * p.side + dy;
  let column = token % across * p.side + dx;
  let at = ((c * p.height + row) * p.width + column) * p.batch4 + n;
  //! if X_HALF
  let value = unpack_rows(x[at]);
  //! else
  let value = x[at];
  //! end
  //! if Y_HALF
  y[id] = pack_rows(value);
  //! else
  y[id] = value;
  //! end
}
