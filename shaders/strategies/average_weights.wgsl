// Exponential moving average of an arena over training steps:
//   a ← α·a + (1 − α)·w,   α = min(1 − 1/(t + 2), decay),
// with t counted from 0 at the step in `origin`, so that the average of few steps is nearly their
// mean (Arani et al., 2022, as in their code). What is 0 in both stays so.
// Writes: average. Workgroup 64. Base profile.
//! use dispatch
//! use spans
//! use step

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
  decay: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> origin: array<u32>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> average: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  let seen = f32(step.step - origin[0]);
  let kept = min(1.0 - 1.0 / (seen + 2.0), p.decay);
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    average[i] = kept * average[i] + (1.0 - kept) * values[i];
  }
}
