// Weight gradient of 3×3 kernels that keep four of nine taps each, padding 1, at live kernels alone
// (src/sparse/layouts/pattern/pattern-lists.ts): for the kernel (o, i) of a slot and its taps in
// ascending order,
//   grad[slot][k] = Σ_pixels Σ_n gradient[o, pixel, n] · source[i, pixel shifted by tap k, n]
// with gradient [Co][H'][W'][N] and source [Ci][H][W][N], N = 4·batch4.
//
// An invocation owns one slot over a range of output rows (a split): each vector of the gradient is
// read once for the four taps, and the four sums come out as the vec4 that is stored. Nothing is
// reduced across lanes, so there is no barrier. With splits > 1 each split writes its own partial
// result and `reduce_partials` adds them in order. SOURCE_HALF: the source as pairs of halves.
// Writes: result [split][slot] vec4f, 0 for a slot without a kernel. Workgroup 64. Base profile.
//! use dispatch
//! use halves

struct Params {
  first_workgroup: u32,
  in_channels: u32,
  slots: u32,
  // In vec4s.
  result_at: u32,
  accumulate: u32,
  source_height: u32,
  source_width: u32,
  gradient_height: u32,
  gradient_width: u32,
  batch4: u32,
  stride: u32,
  splits: u32,
  rows_per_split: u32,
  // In words: where the kernels and patterns of the slots lie.
  kernels_at: u32,
  patterns_at: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
//! if SOURCE_HALF
@group(0) @binding(1) var<storage, read> source: array<vec2u>;
//! else
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
//! end
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(4) var<storage, read> lists: array<u32>;

fn read_source(at: u32) -> vec4f {
  //! if SOURCE_HALF
  return unpack_rows(source[at]);
  //! else
  return source[at];
  //! end
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let slot = id % p.slots;
  let split = id / p.slots;
  if (split >= p.splits) {
    return;
  }
  let kernel = lists[p.kernels_at + slot];
  //! for k in 0..4
  var a$k = vec4f();
  //! end
  if (kernel != 0xffffffffu) {
    let source_plane = kernel % p.in_channels * p.source_height * p.source_width;
    let gradient_plane = kernel / p.in_channels * p.gradient_height * p.gradient_width;
    let taps0 = lists[p.patterns_at + slot];
    let taps1 = taps0 & (taps0 - 1u);
    let taps2 = taps1 & (taps1 - 1u);
    let taps3 = taps2 & (taps2 - 1u);
    //! for k in 0..4
    let tap$k = i32(firstTrailingBit(taps$k));
    let shift_y$k = tap$k / 3 - 1;
    let shift_x$k = tap$k % 3 - 1;
    //! end
    let size = vec2i(i32(p.source_width), i32(p.source_height));
    let first_row = split * p.rows_per_split;
    let last_row = min(first_row + p.rows_per_split, p.gradient_height);
    for (var row = first_row; row < last_row; row++) {
      //! for k in 0..4
      let y$k = i32(row * p.stride) + shift_y$k;
      let live_y$k = y$k >= 0 && y$k < size.y;
      let row$k = source_plane + u32(clamp(y$k, 0, size.y - 1)) * p.source_width;
      //! end
      for (var column = 0u; column < p.gradient_width; column++) {
        //! for k in 0..4
        let x$k = i32(column * p.stride) + shift_x$k;
        let live$k = f32(live_y$k && x$k >= 0 && x$k < size.x);
        let at$k = (row$k + u32(clamp(x$k, 0, size.x - 1))) * p.batch4;
        //! end
        let at = (gradient_plane + row * p.gradient_width + column) * p.batch4;
        for (var n = 0u; n < p.batch4; n++) {
          let g = gradient[at + n];
          //! for k in 0..4
          a$k += read_source(at$k + n) * (g * live$k);
          //! end
        }
      }
    }
  }
  let ones = vec4f(1.0);
  let sum = vec4f(dot(a0, ones), dot(a1, ones), dot(a2, ones), dot(a3, ones));
  let to = p.result_at + split * p.slots + slot;
  if (p.accumulate == 1u) {
    result[to] += sum;
  } else {
    result[to] = sum;
  }
}
