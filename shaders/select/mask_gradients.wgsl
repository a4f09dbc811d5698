// Sets the gradients of all floats that an update may not move to 0, over the whole parameter arena
// in one dispatch: g ← M ∘ g, so that whatever looks at gradients finds the ones that count.
//
// moves: a bit a float. Writes: gradients. Workgroup 64. Base profile.
//! use dispatch
//! use live
//! use spans

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> moves: array<u32>;
@group(0) @binding(2) var<storage, read_write> gradients: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    let moving = live_of(moves[i / 8u], i);
    if (!all(moving)) {
      gradients[i] = select(vec4f(0.0), gradients[i], moving);
    }
  }
}
