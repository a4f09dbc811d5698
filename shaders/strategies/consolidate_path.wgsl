// The end of a task for synaptic intelligence (Zenke, Poole and Ganguli, 2017):
//   Ω ← Ω + ω / ((w − anchor)² + ξ),   anchor ← w,   ω ← 0.
// Writes: importance (Ω), anchor, path (ω). Workgroup 64. Base profile.
//! use dispatch
//! use spans

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
  // ξ
  damping: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> importance: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> anchor: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> path: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    let w = parameters[i];
    let moved = w - anchor[i];
    importance[i] += path[i] / (moved * moved + p.damping);
    anchor[i] = w;
    path[i] = vec4f(0.0);
  }
}
