// y = max(x, 0). X_HALF, Y_HALF: values as pairs of halves. Writes: y. Workgroup 64. Base profile.
//! use dispatch
//! use spans
//! use halves

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
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
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    //! if Y_HALF
    //! if X_HALF
    y[i] = pack_rows(max(unpack_rows(x[i]), vec4f(0.0)));
    //! else
    y[i] = pack_rows(max(x[i], vec4f(0.0)));
    //! end
    //! else
    //! if X_HALF
    y[i] = max(unpack_rows(x[i]), vec4f(0.0));
    //! else
    y[i] = max(x[i], vec4f(0.0));
    //! end
    //! end
  }
}
