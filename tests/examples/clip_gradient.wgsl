// Cuts every entry of the gradient arena off at ±most. Shapes: `length` vec4s. Writes: gradients.
// Workgroup 64. Base profile. Values clipped one by one: Graves, Generating Sequences With
// Recurrent Neural Networks, 2013.
//! use dispatch
//! use spans

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
  most: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> gradients: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    gradients[i] = clamp(gradients[i], vec4f(-p.most), vec4f(p.most));
  }
}
