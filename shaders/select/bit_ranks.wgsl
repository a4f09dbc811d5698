// One level of the prefix sums by which the bits before any word of a bitmap are counted: an
// invocation goes through a run of RUN numbers and leaves for each the sum of those before it
// in the run, and the sum of all for the next level. Three levels serve 2^21 words, 67 million
// bits. Chunked scan after Blelloch, *Prefix Sums and Their Applications*, 1990.
//
// BITS 1: the numbers are the set bits of words of `bitmap`, with a last one that is 0, so
// that the rank behind the end exists too. BITS 0: the numbers are sums that the level before
// left in `ranks`, and are replaced. Writes: ranks. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  // Numbers of this level, and where they are (BITS 1: will be) in `ranks`.
  length: u32,
  at: u32,
  // Where the next level's are.
  next_at: u32,
}

const RUN = 128u;

@group(0) @binding(0) var<uniform> p: Params;
//! if BITS
@group(0) @binding(1) var<storage, read> bitmap: array<u32>;
//! end
@group(0) @binding(2) var<storage, read_write> ranks: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let run = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (run * RUN >= p.length) {
    return;
  }
  let last = min((run + 1u) * RUN, p.length);
  var sum = 0u;
  for (var i = run * RUN; i < last; i++) {
    //! if BITS
    var number = 0u;
    if (i + 1u < p.length) {
      number = countOneBits(bitmap[i]);
    }
    //! else
    let number = ranks[p.at + i];
    //! end
    ranks[p.at + i] = sum;
    sum += number;
  }
  ranks[p.next_at + run] = sum;
}
