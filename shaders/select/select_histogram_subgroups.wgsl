// Histogram of one digit of |x| over the contenders of each group, by atomics into storage, of
// which a subgroup makes one for all its lanes that have the digit of the first of them.
// Values that occur many times, whichever they are, then cost one atomic a subgroup; the rest
// costs what it costs in the base version. See lib/select_histogram.wgsl.
//
// A workgroup takes a chunk, its lanes neighbouring vec4s. Writes: histogram. Workgroup 64.
// Needs the feature `subgroups`.
enable subgroups;
// What is branched on comes from ballots, which the uniformity analysis does not follow.
diagnostic(off, subgroup_uniformity);
//! use select_histogram

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) wid: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) subgroup_lane: u32
) {
  let index = workgroup_index(wid, p.first_workgroup);
  if (index >= p.chunks) {
    return;
  }
  let chunk = chunk_at(index);
  let end = (chunk.last - chunk.first) * 4u + chunk.ragged;
  // All lanes go round equally often, so that subgroups stay whole.
  for (var begin = 0u; begin < end; begin += 256u) {
    let entry = begin + lane * 4u;
    let offsets = magnitude(values[chunk.first + min(entry, end - 1u) / 4u]) - vec4u(chunk.base);
    let inside = vec4u(entry) + vec4u(0u, 1u, 2u, 3u) < vec4u(end);
    let live = inside & (offsets < vec4u(chunk.span));
    if (subgroupAny(any(live))) {
      let digits = offsets >> vec4u(p.digit_shift);
      //! for k in 0..4
      {
        let leader = first_of(subgroupBallot(live[$k]));
        let same = live[$k] && digits[$k] == subgroupShuffle(digits[$k], leader);
        let votes = countOneBits(subgroupBallot(same));
        if (same) {
          if (subgroup_lane == leader) {
            atomicAdd(&histogram[chunk.bins + digits[$k]], votes.x + votes.y + votes.z + votes.w);
          }
        } else if (live[$k]) {
          atomicAdd(&histogram[chunk.bins + digits[$k]], 1u);
        }
      }
      //! end
    }
  }
}

// The lowest lane of a ballot; 0 where nobody voted.
fn first_of(ballot: vec4u) -> u32 {
  for (var word = 0u; word < 4u; word++) {
    if (ballot[word] != 0u) {
      return word * 32u + firstTrailingBit(ballot[word]);
    }
  }
  return 0u;
}
