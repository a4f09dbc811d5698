// Sets to 0 what is not marked, in place: `marks` has a bit a float, 32 a word.
// Writes: values. Workgroup 64. Base profile.
//! use dispatch
//! use spans
//! use live

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> marks: array<u32>;
@group(0) @binding(2) var<storage, read_write> values: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    values[i] = select(vec4f(0.0), values[i], live_of(marks[i / 8u], i));
  }
}
