// Adds the copies of each histogram, and the bins of each strip of it, so that the search for
// the threshold's digit is short; the histograms are 0 again for the next pass.
//
// histogram: [groups][copies][BINS]. totals: [groups] of BINS sums, then BINS / STRIP sums of
// strips. A strip an invocation. Writes: both. Workgroup 64. Base profile.
//! use bins
//! use dispatch

struct Params {
  first_workgroup: u32,
  groups: u32,
  copies: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> histogram: array<u32>;
@group(0) @binding(2) var<storage, read_write> totals: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let group = id / (BINS / STRIP);
  let strip = id % (BINS / STRIP);
  if (group >= p.groups) {
    return;
  }
  let base = group * (BINS + BINS / STRIP);
  var sum = 0u;
  for (var bin = strip * STRIP; bin < (strip + 1u) * STRIP; bin++) {
    var count = 0u;
    for (var copy = 0u; copy < p.copies; copy++) {
      let at = (group * p.copies + copy) * BINS + bin;
      count += histogram[at];
      histogram[at] = 0u;
    }
    totals[base + bin] = count;
    sum += count;
  }
  totals[base + BINS + strip] = sum;
}
