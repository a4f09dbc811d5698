// What the three histogram kernels of a selection share: parameters, bindings and the chunk
// that a workgroup takes. A pass counts, among entries whose higher digits are those of the
// threshold so far (the contenders), the next digit of |x|.
//
// values: the arena, vec4s of bits. histogram: [groups][copies][BINS]; chunks take turns with
// the copies, so that what runs at the same time meets at different addresses.
//! use bins
//! use dispatch
//! use magnitude
//! use segments

struct Params {
  first_workgroup: u32,
  segments: u32,
  chunks: u32,
  copies: u32,
  // Bits below the digits known, and below the digit counted.
  known_shift: u32,
  digit_shift: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> segments: array<Segment>;
@group(0) @binding(2) var<storage, read> states: array<vec2u>;
@group(0) @binding(3) var<storage, read> values: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> histogram: array<atomic<u32>>;

struct Chunk {
  // First bin of the histogram.
  bins: u32,
  // The lowest key of a contender; one that is `span` above it or more is none.
  base: u32,
  span: u32,
  // vec4s of the arena: the first, and the one behind the last whole one.
  first: u32,
  last: u32,
  // Entries behind the last whole vec4, 0 to 3.
  ragged: u32,
}

fn chunk_at(index: u32) -> Chunk {
  let segment = segments[segment_of_chunk(index, p.segments)];
  let begin = (index - segment.chunk_at) * CHUNK;
  let length = min(CHUNK, segment.length - begin);
  let first = segment.value_at + begin / 4u;
  return Chunk(
    (segment.group * p.copies + index % p.copies) * BINS,
    states[segment.group].x << p.known_shift,
    1u << p.known_shift,
    first,
    first + length / 4u,
    length % 4u
  );
}
