// Finds the next digit of each group's threshold: the highest one at which the contenders at
// or above it are as many as are wanted still. What is above it is selected for sure and no
// longer wanted. A group that wants nothing gets the highest digit, which nothing but NaN may
// have.
//
// totals: as select_strips leaves them. states: [groups] pairs (threshold so far, wanted). A
// group an invocation. Writes: states. Workgroup 64. Base profile.
//! use bins
//! use dispatch

struct Params {
  first_workgroup: u32,
  groups: u32,
  // Bits of the digit, 10 or 11.
  digit_bits: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> totals: array<u32>;
@group(0) @binding(2) var<storage, read_write> states: array<vec2u>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (group >= p.groups) {
    return;
  }
  let base = group * (BINS + BINS / STRIP);
  let known = states[group].x;
  var wanted = states[group].y;
  var strip = (1u << p.digit_bits) / STRIP - 1u;
  while (strip > 0u && totals[base + BINS + strip] < wanted) {
    wanted -= totals[base + BINS + strip];
    strip--;
  }
  var digit = strip * STRIP + STRIP - 1u;
  while (digit > strip * STRIP && totals[base + digit] < wanted) {
    wanted -= totals[base + digit];
    digit--;
  }
  states[group] = vec2u((known << p.digit_bits) | digit, wanted);
}
