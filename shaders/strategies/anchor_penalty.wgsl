// The gradient of the quadratic penalty strength·Σ importance·(w − anchor)², added to what is
// there:
//   g ← g + 2·strength·importance·(w − anchor)
// (Kirkpatrick et al., 2017, without their ½, as mammoth). With PATH, as mammoth's synaptic
// intelligence goes on from there: g ← clamp(g, −1, 1), and the path integral of Zenke et al.
// (2017) under a plain SGD step, −g·Δw = rate·g², is added up; with MASKED, that of live weights,
// which alone move: `live` has a bit a float. Writes: gradients, path. Workgroup 64. Base profile.
//! use dispatch
//! use spans
//! use live
//! use step

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
  strength: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(2) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(3) var<storage, read> importance: array<vec4f>;
@group(0) @binding(4) var<storage, read> anchor: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradients: array<vec4f>;
//! if PATH
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(6) var<storage, read_write> path: array<vec4f>;
//! if MASKED
@group(0) @binding(7) var<storage, read> live: array<u32>;
//! end
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    var g = gradients[i] + 2.0 * p.strength * importance[i] * (parameters[i] - anchor[i]);
    //! if PATH
    g = clamp(g, vec4f(-1.0), vec4f(1.0));
    //! if MASKED
    g = select(vec4f(0.0), g, live_of(live[i / 8u], i));
    //! end
    path[i] += step.rate * g * g;
    //! end
    gradients[i] = g;
  }
}
