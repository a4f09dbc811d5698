// dx = dy where y > 0, else 0 (at y = 0 the gradient is 0, as in PyTorch). Writes: input_gradient.
// Y_HALF: y as pairs of halves. Workgroup 64. Base profile.
//! use dispatch
//! use spans
//! use halves

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
//! if Y_HALF
@group(0) @binding(1) var<storage, read> y: array<vec2u>;
//! else
@group(0) @binding(1) var<storage, read> y: array<vec4f>;
//! end
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> input_gradient: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    //! if Y_HALF
    let on = unpack_rows(y[i]) > vec4f(0.0);
    //! else
    let on = y[i] > vec4f(0.0);
    //! end
    var dx = select(vec4f(0.0), gradient[i], on);
    if (p.accumulate == 1u) {
      dx += input_gradient[i];
    }
    input_gradient[i] = dx;
  }
}
