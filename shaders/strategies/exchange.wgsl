// Exchanges two arenas in place, so that one may be shown in the place of the other and brought
// back to the bit without a third. Vectors are moved as words: no rounding, whatever they hold.
// Writes: a, b. Workgroup 64. Base profile.
//! use dispatch
//! use spans

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> a: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> b: array<vec4u>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    let held = a[i];
    a[i] = b[i];
    b[i] = held;
  }
}
