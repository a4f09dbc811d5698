// The gradient of a sum goes on unchanged: input_gradient = gradient, or += where something is
// there already. Writes: input_gradient. Workgroup 64. Base profile.
//! use dispatch
//! use spans

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> input_gradient: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    var dx = gradient[i];
    if (p.accumulate == 1u) {
      dx += input_gradient[i];
    }
    input_gradient[i] = dx;
  }
}
