// Of the entries at a group's threshold, selects as many as are wanted still, the first ones
// in the order of indices, so that exactly the count is selected whatever the values.
//
// equal, ranks: the entries at the threshold and how many there are before each word. states:
// [groups] pairs (threshold, wanted at it). A word an invocation. Writes: bitmap. Workgroup
// 64. Base profile.
//! use dispatch
//! use ranks
//! use segments

struct Params {
  first_workgroup: u32,
  segments: u32,
  words: u32,
  rank_runs: u32,
  rank_tops: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> segments: array<Segment>;
@group(0) @binding(2) var<storage, read> states: array<vec2u>;
@group(0) @binding(3) var<storage, read> equal: array<u32>;
@group(0) @binding(4) var<storage, read> ranks: array<u32>;
@group(0) @binding(5) var<storage, read_write> bitmap: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.words || equal[word] == 0u) {
    return;
  }
  let segment = segments[segment_of_word(word, p.segments)];
  let before = rank_before(word) - rank_before(segment.group_word_at);
  let wanted = states[segment.group].y;
  if (before >= wanted) {
    return;
  }
  var left = equal[word];
  // Takes away the bits beyond those wanted, the lowest of which come first.
  var skip = left;
  for (var taken = before; taken < wanted && skip != 0u; taken++) {
    skip &= skip - 1u;
  }
  left &= ~skip;
  bitmap[word] |= left;
}
