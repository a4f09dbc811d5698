// Puts rows into the replay buffer: for every row with a store slot, its raw image (not the
// augmented one) and the logits that this step's forward pass gave it. No two rows share a slot.
// A word of an image, or a logit, an invocation. Writes: buffer_images [M][768], stored_logits
// [M][K]. Workgroup 64. Base profile.
//! use dispatch
//! use rows
//! use images

struct Params {
  first_workgroup: u32,
  rows: u32,
  first_row: u32,
  all_rows: u32,
  classes: u32,
  stream_split: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> stream0: array<u32>;
@group(0) @binding(3) var<storage, read> stream1: array<u32>;
@group(0) @binding(4) var<storage, read> logits: array<f32>;
@group(0) @binding(5) var<storage, read_write> buffer_images: array<u32>;
@group(0) @binding(6) var<storage, read_write> stored_logits: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let words = IMAGE_WORDS + p.classes;
  let row = id / words;
  let word = id % words;
  if (row >= p.rows) {
    return;
  }
  let slot = record(ROW_STORE_SLOT, row);
  if (slot == NO_SLOT) {
    return;
  }
  if (word < IMAGE_WORDS) {
    let image = record(ROW_INDEX, row);
    buffer_images[slot * IMAGE_WORDS + word] = stream_word(image, word, p.stream_split);
  } else {
    let k = word - IMAGE_WORDS;
    stored_logits[slot * p.classes + k] = logits[k * p.rows + row];
  }
}
