// Builds a batch [3][32][32][N] from raw bytes: row n takes its image from the task's data or from
// the replay buffer, shifted by a random crop out of 4 pixels of black padding and flipped at
// random (when step.augment is 1), scaled to [0, 1] and normalised: torchvision's RandomCrop(32,
// 4), RandomHorizontalFlip, ToTensor, Normalize. Padded rows become 0. The crop depends on (seed,
// step, row of the whole batch) alone.
// RUN neighbouring pixels of 4 rows an invocation, which draws the 4 crops once. OUTPUT_HALF:
// values as pairs of halves. Writes: batch. Workgroup 64. Base profile.
//! use dispatch
//! use rng
//! use step
//! use rows
//! use images
//! use halves

struct Params {
  first_workgroup: u32,
  rows: u32,
  first_row: u32,
  all_rows: u32,
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
//! if OUTPUT_HALF
@group(0) @binding(6) var<storage, read_write> batch: array<vec2u>;
//! else
@group(0) @binding(6) var<storage, read_write> batch: array<vec4f>;
//! end

// One line of one row's image, as the batch sees it.
struct Line {
  source: u32,
  image: u32,
  // Where the line begins in the image, in bytes; the padding has none.
  at: u32,
  visible: bool,
  // Pixel x of the batch is pixel first + direction · x of the line.
  first: i32,
  direction: i32,
}

fn line_of(row: u32, c: u32, y: u32) -> Line {
  var line = Line(record(ROW_SOURCE, row), record(ROW_INDEX, row), 0u, false, 0, 1);
  var from_y = i32(y);
  if (step.augment == 1u) {
    let place = step.step * p.all_rows + p.first_row + row;
    let draw = hash_u32(step.seed, STREAM_AUGMENT, place);
    // 9 × 9 offsets and a flip from three separate parts of the draw.
    let right = i32((((draw >> 1u) & 0x7fffu) * 9u) >> 15u) - 4;
    from_y += i32(((draw >> 16u) * 9u) >> 16u) - 4;
    let flipped = (draw & 1u) == 1u;
    line.first = select(right, right + i32(IMAGE_SIZE) - 1, flipped);
    line.direction = select(1, -1, flipped);
  }
  line.visible = line.source != SOURCE_NONE && from_y >= 0 && from_y < i32(IMAGE_SIZE);
  line.at = (c * IMAGE_SIZE + u32(clamp(from_y, 0, i32(IMAGE_SIZE) - 1))) * IMAGE_SIZE;
  return line;
}

// The pixel that comes to column x, in [0, 1].
fn pixel(line: Line, x: u32) -> f32 {
  let from_x = line.first + line.direction * i32(x);
  if (!line.visible || from_x < 0 || from_x >= i32(IMAGE_SIZE)) {
    return 0.0;
  }
  let byte = line.at + u32(from_x);
  var word = 0u;
  if (line.source == SOURCE_STREAM) {
    word = stream_word(line.image, byte / 4u, p.stream_split);
  } else {
    word = buffer_images[line.image * IMAGE_WORDS + byte / 4u];
  }
  return f32((word >> (8u * (byte % 4u))) & 0xffu) / 255.0;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let batch4 = p.rows / 4u;
  let row = (id % batch4) * 4u;
  let x = (id / batch4) % (IMAGE_SIZE / $RUNu) * $RUNu;
  let y = (id / (batch4 * (IMAGE_SIZE / $RUNu))) % IMAGE_SIZE;
  let c = id / (batch4 * (IMAGE_SIZE / $RUNu) * IMAGE_SIZE);
  if (c >= 3u) {
    return;
  }
  let mean = vec3f(p.mean0, p.mean1, p.mean2)[c];
  let deviation = vec3f(p.std0, p.std1, p.std2)[c];
  //! for r in 0..4
  let line$r = line_of(row + $ru, c, y);
  //! end
  let live = vec4u(line0.source, line1.source, line2.source, line3.source) != vec4u(SOURCE_NONE);
  var at = ((c * IMAGE_SIZE + y) * IMAGE_SIZE + x) * batch4 + row / 4u;
  for (var i = x; i < x + $RUNu; i++) {
    let values = vec4f(pixel(line0, i), pixel(line1, i), pixel(line2, i), pixel(line3, i));
    let normalized = select(vec4f(0.0), (values - mean) / deviation, live);
    //! if OUTPUT_HALF
    batch[at] = pack_rows(normalized);
    //! else
    batch[at] = normalized;
    //! end
    at += batch4;
  }
}
