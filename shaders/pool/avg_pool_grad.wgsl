// Gradient of average pooling: every pixel of a window gets its share of the window's gradient;
// pixels that floor mode left out get 0. One input vec4 an invocation. Writes: input_gradient.
// Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  channels: u32,
  height: u32,
  width: u32,
  window_height: u32,
  window_width: u32,
  batch4: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> input_gradient: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let out_height = p.height / p.window_height;
  let out_width = p.width / p.window_width;
  let n = id % p.batch4;
  let column = (id / p.batch4) % p.width / p.window_width;
  let row = (id / (p.batch4 * p.width)) % p.height / p.window_height;
  let c = id / (p.batch4 * p.width * p.height);
  if (c >= p.channels) {
    return;
  }
  var dx = vec4f();
  if (row < out_height && column < out_width) {
    let window = (c * out_height + row) * out_width + column;
    dx = gradient[window * p.batch4 + n] / f32(p.window_height * p.window_width);
  }
  if (p.accumulate == 1u) {
    dx += input_gradient[id];
  }
  input_gradient[id] = dx;
}
