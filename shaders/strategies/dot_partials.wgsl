// Partial sums of two scalar products of arenas, a·b and b·b: an invocation takes every so many-th
// vector, in order, and `reduce_partials` adds up what they write, in order too, so that the sums
// are the same in every run. With MASKED only live numbers count: `live` has a bit a float.
// Writes: partials [invocations] of (a·b, b·b, 0, 0). Workgroup 64. Base profile.
//! use dispatch
//! use live

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
  invocations: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partials: array<vec4f>;
//! if MASKED
@group(0) @binding(4) var<storage, read> live: array<u32>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.invocations) {
    return;
  }
  var products = vec4f();
  var squares = vec4f();
  for (var i = id; i < p.length; i += p.invocations) {
    //! if MASKED
    let y = select(vec4f(0.0), b[i], live_of(live[i / 8u], i));
    //! else
    let y = b[i];
    //! end
    products += a[i] * y;
    squares += y * y;
  }
  partials[id] = vec4f(dot(products, vec4f(1.0)), dot(squares, vec4f(1.0)), 0.0, 0.0);
}
