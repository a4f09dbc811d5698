// Average over windows of size × size at stride `size` (the whole plane for global pooling), floor
// mode: [C][H][W][N] → [C][H'][W'][N]. One output vec4 an invocation. X_HALF, Y_HALF: values as
// pairs of halves. Writes: y. Workgroup 64. Base profile.
//! use dispatch
//! use halves

struct Params {
  first_workgroup: u32,
  channels: u32,
  height: u32,
  width: u32,
  window_height: u32,
  window_width: u32,
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
  let out_height = p.height / p.window_height;
  let out_width = p.width / p.window_width;
  let n = id % p.batch4;
  let column = (id / p.batch4) % out_width;
  let row = (id / (p.batch4 * out_width)) % out_height;
  let c = id / (p.batch4 * out_width * out_height);
  if (c >= p.channels) {
    return;
  }
  var sum = vec4f();
  for (var i = 0u; i < p.window_height; i++) {
    for (var j = 0u; j < p.window_width; j++) {
      let at = (c * p.height + row * p.window_height + i) * p.width + column * p.window_width + j;
      //! if X_HALF
      sum += unpack_rows(x[at * p.batch4 + n]);
      //! else
      sum += x[at * p.batch4 + n];
      //! end
    }
  }
  let mean = sum / f32(p.window_height * p.window_width);
  //! if Y_HALF
  y[id] = pack_rows(mean);
  //! else
  y[id] = mean;
  //! end
}
