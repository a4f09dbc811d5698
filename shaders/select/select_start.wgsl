// Begins a selection: histograms 0, and for each group no digit of its threshold known yet and
// all of its count wanted.
//
// histogram: [groups][copies][BINS], here as vec4s, one an invocation. states: [groups] pairs
// (threshold so far, entries still wanted at it). Writes: both. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  // vec4s of the histograms.
  length: u32,
  groups: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> histogram: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> states: array<vec2u>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id < p.length) {
    histogram[id] = vec4u();
  }
  if (id < p.groups) {
    states[id] = vec2u(0u, counts[id]);
  }
}
