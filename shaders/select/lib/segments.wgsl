// Segments of an arena that a selection ranges over: consecutive in the bit space, each padded
// to whole words there, and cut into chunks of CHUNK entries that never span two segments. The
// same constant and fields are in src/sparse/select/top-k-table.ts. A kernel that uses this binds
// `segments`.

struct Segment {
  // First value, in vec4s of the arena.
  value_at: u32,
  // Entries.
  length: u32,
  // First word of the bitmap.
  word_at: u32,
  // First chunk.
  chunk_at: u32,
  // Segments of one group share a count; they are neighbours.
  group: u32,
  // First word of the group's first segment.
  group_word_at: u32,
}

const CHUNK = 8192u;

// The last segment that begins at or before `chunk`.
fn segment_of_chunk(chunk: u32, count: u32) -> u32 {
  var low = 0u;
  var high = count;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (segments[middle].chunk_at <= chunk) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

// The last segment that begins at or before `word` of the bitmap.
fn segment_of_word(word: u32, count: u32) -> u32 {
  var low = 0u;
  var high = count;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (segments[middle].word_at <= word) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}
