// Compares every entry with its group's threshold: a bitmap of those above it, which are
// selected, and one of those at it, of which as many are selected as are still wanted
// (select_ties).
//
// values: the arena, vec4s of bits. states: [groups] pairs (threshold, wanted at it). A word
// of 32 entries an invocation; bits beyond a segment's end are 0. Writes: bitmap, equal.
// Workgroup 64. Base profile.
//! use bits
//! use dispatch
//! use magnitude
//! use segments

struct Params {
  first_workgroup: u32,
  segments: u32,
  words: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> segments: array<Segment>;
@group(0) @binding(2) var<storage, read> states: array<vec2u>;
@group(0) @binding(3) var<storage, read> values: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> bitmap: array<u32>;
@group(0) @binding(5) var<storage, read_write> equal: array<u32>;

// Bit 4·q + k of a word from bit 4·q of component k.
fn interleave(bits: vec4u) -> u32 {
  return bits.x | (bits.y << 1u) | (bits.z << 2u) | (bits.w << 3u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.words) {
    return;
  }
  let segment = segments[segment_of_word(word, p.segments)];
  let threshold = vec4u(states[segment.group].x);
  let first = (word - segment.word_at) * 8u;
  let vectors = (segment.length + 3u) / 4u;
  var above = vec4u();
  var at_it = vec4u();
  //! for q in 0..8
  if (first + $qu < vectors) {
    let keys = magnitude(values[segment.value_at + first + $qu]);
    above |= select(vec4u(), vec4u(1u << (4u * $qu)), keys > threshold);
    at_it |= select(vec4u(), vec4u(1u << (4u * $qu)), keys == threshold);
  }
  //! end
  let inside = low_bits(segment.length - first * 4u);
  bitmap[word] = interleave(above) & inside;
  equal[word] = interleave(at_it) & inside;
}
