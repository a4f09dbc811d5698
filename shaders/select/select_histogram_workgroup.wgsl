// Histogram of one digit of |x| over the contenders of each group, counted in workgroup memory
// first: the version for GPUs with fast shared memory. See lib/select_histogram.wgsl.
//
// A workgroup takes a chunk, its lanes neighbouring vec4s, and adds what it counted to one
// copy of its group's histogram. The digit 0 is counted in registers: sparse arenas are full
// of zeros, which would all meet at one address. Writes: histogram. Workgroup 128, 8 KiB of
// workgroup memory. Base profile.
//! use select_histogram

var<workgroup> counted: array<atomic<u32>, BINS>;

// Counts the live ones among four offsets from the lowest contender; returns those of digit 0.
fn count(offsets: vec4u, live: vec4<bool>) -> vec4u {
  let digits = offsets >> vec4u(p.digit_shift);
  let rest = live & (digits != vec4u());
  if (any(rest)) {
    //! for k in 0..4
    if (rest[$k]) {
      atomicAdd(&counted[digits[$k]], 1u);
    }
    //! end
  }
  return vec4u(live & (digits == vec4u()));
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = workgroup_index(wid, p.first_workgroup);
  if (index >= p.chunks) {
    return;
  }
  for (var bin = lane; bin < BINS; bin += 128u) {
    atomicStore(&counted[bin], 0u);
  }
  workgroupBarrier();
  let chunk = chunk_at(index);
  let base = vec4u(chunk.base);
  let span = vec4u(chunk.span);
  var zeros = vec4u();
  for (var at = chunk.first + lane; at < chunk.last; at += 128u) {
    let offsets = magnitude(values[at]) - base;
    let live = offsets < span;
    if (any(live)) {
      zeros += count(offsets, live);
    }
  }
  if (lane == 0u && chunk.ragged > 0u) {
    let offsets = magnitude(values[chunk.last]) - base;
    let live = (offsets < span) & (vec4u(0u, 1u, 2u, 3u) < vec4u(chunk.ragged));
    zeros += count(offsets, live);
  }
  let digit0 = zeros.x + zeros.y + zeros.z + zeros.w;
  if (digit0 > 0u) {
    atomicAdd(&counted[0], digit0);
  }
  workgroupBarrier();
  for (var bin = lane; bin < BINS; bin += 128u) {
    let number = atomicLoad(&counted[bin]);
    if (number > 0u) {
      atomicAdd(&histogram[chunk.bins + bin], number);
    }
  }
}
