// Average over windows of size × size at stride `size` (the whole plane for global pooling), floor
// mode: [C][H][W][N] → [C][H'][W'][N]. One output vec4 an invocation. Writes: y. Workgroup 64. Base
// profile.
//! use dispatch

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
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

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
      sum += x[at * p.batch4 + n];
    }
  }
  y[id] = sum / f32(p.window_height * p.window_width);
}
