// What select_strips and select_pick do in two dispatches, by one workgroup a group: its lanes
// add up neighbouring bins, the highest first, and a scan in workgroup memory (Hillis and
// Steele, *Data Parallel Algorithms*, CACM 29(12), 1986) tells the lane in whose bins the
// threshold's digit is.
//
// histogram: [groups][copies][BINS], 0 afterwards. states: [groups] pairs (threshold so far,
// wanted). Writes: both. Workgroup 128, 512 bytes of workgroup memory. Base profile.
//! use bins
//! use dispatch

struct Params {
  first_workgroup: u32,
  groups: u32,
  copies: u32,
  // Bits of the digit, 10 or 11.
  digit_bits: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> histogram: array<u32>;
@group(0) @binding(2) var<storage, read_write> states: array<vec2u>;

var<workgroup> sums: array<u32, 128>;

fn count_of(group: u32, bin: u32) -> u32 {
  var count = 0u;
  for (var copy = 0u; copy < p.copies; copy++) {
    count += histogram[(group * p.copies + copy) * BINS + bin];
  }
  return count;
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = workgroup_index(wid, p.first_workgroup);
  if (group >= p.groups) {
    return;
  }
  let bins = (1u << p.digit_bits) / 128u;
  let lowest = (127u - lane) * bins;
  var sum = 0u;
  for (var bin = lowest; bin < lowest + bins; bin++) {
    sum += count_of(group, bin);
  }
  let state = states[group];
  sums[lane] = sum;
  workgroupBarrier();
  var through = sum;
  for (var reach = 1u; reach < 128u; reach *= 2u) {
    if (lane >= reach) {
      through += sums[lane - reach];
    }
    workgroupBarrier();
    sums[lane] = through;
    workgroupBarrier();
  }
  // Every lane has read the state before the one that found the digit writes it.
  var wanted = state.y;
  let above = through - sum;
  if ((wanted > above && wanted <= through) || (wanted == 0u && lane == 0u)) {
    wanted -= above;
    var digit = lowest + bins - 1u;
    while (digit > lowest) {
      let count = count_of(group, digit);
      if (count >= wanted) {
        break;
      }
      wanted -= count;
      digit--;
    }
    states[group] = vec2u((state.x << p.digit_bits) | digit, wanted);
  }
  for (var bin = lowest; bin < lowest + bins; bin++) {
    for (var copy = 0u; copy < p.copies; copy++) {
      histogram[(group * p.copies + copy) * BINS + bin] = 0u;
    }
  }
}
