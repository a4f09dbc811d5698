// The entries that a bitmap selects as lists of ascending indices within their segments, one
// behind the other, and where each segment's begins.
//
// bitmap, ranks: the selection and how many there are before each word. indices: [selected],
// those beyond its length are left out. starts: [segments + 1]. A word an invocation. Writes:
// indices, starts. Workgroup 64. Base profile.
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
@group(0) @binding(2) var<storage, read> bitmap: array<u32>;
@group(0) @binding(3) var<storage, read> ranks: array<u32>;
@group(0) @binding(4) var<storage, read_write> indices: array<u32>;
@group(0) @binding(5) var<storage, read_write> starts: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let word = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (word >= p.words) {
    return;
  }
  let s = segment_of_word(word, p.segments);
  let word_at = segments[s].word_at;
  var at = rank_before(word);
  if (word == word_at) {
    starts[s] = at;
  }
  if (word + 1u == p.words) {
    starts[p.segments] = rank_before(p.words);
  }
  var left = bitmap[word];
  while (left != 0u) {
    if (at < arrayLength(&indices)) {
      indices[at] = (word - word_at) * 32u + firstTrailingBit(left);
    }
    at++;
    left &= left - 1u;
  }
}
