// Builds a batch [3][32][32][N] from raw bytes: row n takes its image from the task's data or from
// the replay buffer, shifted by a random crop out of 4 pixels of black padding and flipped at
// random (when step.augment is 1), scaled to [0, 1] and normalised: torchvision's RandomCrop(32,
// 4), RandomHorizontal- Flip, ToTensor, Normalize. Padded rows become 0. The crop depends on (seed,
// step, row) alone.
// One pixel of 4 rows an invocation. Writes: batch. Workgroup 64. Base profile.
//! use dispatch
//! use rng
//! use step
//! use rows
//! use images

struct Params {
  first_workgroup: u32,
  rows: u32,
  stream_split: u32,
  mean0: f32,
  mean1: f32,
  mean2: f32,
  std0: f32,
  std1: f32,
  std2: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> rows: array<u32>;
@group(0) @binding(3) var<storage, read> stream0: array<u32>;
@group(0) @binding(4) var<storage, read> stream1: array<u32>;
@group(0) @binding(5) var<storage, read> buffer_images: array<u32>;
@group(0) @binding(6) var<storage, read_write> batch: array<vec4f>;

fn pixel(row: u32, c: u32, y: u32, x: u32) -> f32 {
  let kind = rows[ROW_SOURCE * p.rows + row];
  if (kind == SOURCE_NONE) {
    return 0.0;
  }
  var from_y = i32(y);
  var from_x = i32(x);
  if (step.augment == 1u) {
    let draw = hash_u32(step.seed, STREAM_AUGMENT, step.step * p.rows + row);
    // 9 × 9 offsets and a flip from three separate parts of the draw.
    let flipped = (draw & 1u) == 1u;
    from_x = select(from_x, i32(IMAGE_SIZE) - 1 - from_x, flipped);
    from_x += i32((((draw >> 1u) & 0x7fffu) * 9u) >> 15u) - 4;
    from_y += i32(((draw >> 16u) * 9u) >> 16u) - 4;
  }
  var value = 0.0;
  let inside = from_y >= 0 && from_y < i32(IMAGE_SIZE) && from_x >= 0 && from_x < i32(IMAGE_SIZE);
  if (inside) {
    let byte = (c * IMAGE_SIZE + u32(from_y)) * IMAGE_SIZE + u32(from_x);
    let image = rows[ROW_INDEX * p.rows + row];
    var word = 0u;
    if (kind == SOURCE_STREAM) {
      word = stream_word(image, byte / 4u, p.stream_split);
    } else {
      word = buffer_images[image * IMAGE_WORDS + byte / 4u];
    }
    value = f32((word >> (8u * (byte % 4u))) & 0xffu) / 255.0;
  }
  let mean = vec3f(p.mean0, p.mean1, p.mean2);
  let deviation = vec3f(p.std0, p.std1, p.std2);
  return (value - mean[c]) / deviation[c];
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let batch4 = p.rows / 4u;
  let row = (id % batch4) * 4u;
  let x = (id / batch4) % IMAGE_SIZE;
  let y = (id / (batch4 * IMAGE_SIZE)) % IMAGE_SIZE;
  let c = id / (batch4 * IMAGE_SIZE * IMAGE_SIZE);
  if (c >= 3u) {
    return;
  }
  batch[id] = vec4f(
    pixel(row, c, y, x),
    pixel(row + 1u, c, y, x),
    pixel(row + 2u, c, y, x),
    pixel(row + 3u, c, y, x),
  );
}
