// Weight gradient of a dense convolution: for every tap, output channel o and input channel i,
//   grad[tap][i][o] = Σ_pixels Σ_n gradient[o, pixel, n] · source[i, pixel shifted by tap, n]
// with gradient [Co][H'][W'][N] and source [Ci][H][W][N], N = 4·batch4.
//
// An invocation owns 8 output × INPUTS input channels at one tap, over a range of output rows (a
// split): four output channels are transposed in registers so that each input vector makes one
// matrix-vector product, and the sums come out as the vec4s that are stored. Lanes differ in the
// weight tile, not along the batch, so nothing is reduced across lanes and there is no barrier (the
// barrier version was 4× slower on SwiftShader). With splits > 1 each split writes its own partial
// result and `reduce_partials` adds them in order.
// Writes: [split][tap][i][ceil(Co/4)] vec4f; padded output channels get 0. Workgroup 64. Base
// profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  out_channels: u32,
  in_channels: u32,
  out_tiles: u32,
  in_tiles: u32,
  // In vec4s: start of the result, of one row of output channels, of one split.
  result_at: u32,
  result_row: u32,
  result_split: u32,
  accumulate: u32,
  source_height: u32,
  source_width: u32,
  gradient_height: u32,
  gradient_width: u32,
  batch4: u32,
  kernel: u32,
  pad: i32,
  stride: u32,
  splits: u32,
  rows_per_split: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  var id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let input = (id % p.in_tiles) * $INPUTSu;
  id /= p.in_tiles;
  let out = (id % p.out_tiles) * 8u;
  id /= p.out_tiles;
  let tap = id % (p.kernel * p.kernel);
  let split = id / (p.kernel * p.kernel);
  if (split >= p.splits) {
    return;
  }
  let dy = i32(tap / p.kernel) - p.pad;
  let dx = i32(tap % p.kernel) - p.pad;
  let plane = p.source_height * p.source_width * p.batch4;
  let out_plane = p.gradient_height * p.gradient_width * p.batch4;

  // Channels past the end read the last one; what comes of it is not stored, or stored as 0.
  //! for k in 0..8
  let g$k = min(out + $ku, p.out_channels - 1u) * out_plane;
  //! end
  //! for j in 0..INPUTS
  let s$j = min(input + $ju, p.in_channels - 1u) * plane;
  var a$j = vec4f();
  var b$j = vec4f();
  //! end

  let first_row = split * p.rows_per_split;
  let last_row = min(first_row + p.rows_per_split, p.gradient_height);
  for (var row = first_row; row < last_row; row++) {
    let y = i32(row * p.stride) + dy;
    if (y < 0 || y >= i32(p.source_height)) {
      continue;
    }
    for (var column = 0u; column < p.gradient_width; column++) {
      let x = i32(column * p.stride) + dx;
      if (x < 0 || x >= i32(p.source_width)) {
        continue;
      }
      var at_source = (u32(y) * p.source_width + u32(x)) * p.batch4;
      var at_gradient = (row * p.gradient_width + column) * p.batch4;
      for (var n = 0u; n < p.batch4; n++) {
        let ga = transpose(mat4x4f(
          gradient[g0 + at_gradient],
          gradient[g1 + at_gradient],
          gradient[g2 + at_gradient],
          gradient[g3 + at_gradient],
        ));
        let gb = transpose(mat4x4f(
          gradient[g4 + at_gradient],
          gradient[g5 + at_gradient],
          gradient[g6 + at_gradient],
          gradient[g7 + at_gradient],
        ));
        //! for j in 0..INPUTS
        let x$j = source[s$j + at_source];
        a$j += ga * x$j;
        b$j += gb * x$j;
        //! end
        at_source++;
        at_gradient++;
      }
    }
  }

  let channel = vec4u(out) + vec4u(0u, 1u, 2u, 3u);
  let live_a = select(vec4f(0.0), vec4f(1.0), channel < vec4u(p.out_channels));
  let live_b = select(vec4f(0.0), vec4f(1.0), channel + 4u < vec4u(p.out_channels));
  let at = p.result_at + split * p.result_split + tap * p.in_channels * p.result_row + out / 4u;
  //! for j in 0..INPUTS
  if (input + $ju < p.in_channels) {
    let to = at + (input + $ju) * p.result_row;
    if (p.accumulate == 1u) {
      a$j += result[to];
    }
    result[to] = a$j * live_a;
    if (out + 4u < p.out_channels) {
      if (p.accumulate == 1u) {
        b$j += result[to + 1u];
      }
      result[to + 1u] = b$j * live_b;
    }
  }
  //! end
}
