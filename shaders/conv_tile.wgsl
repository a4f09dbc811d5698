// Dense convolution over activations [C][H][W][N] (N = 4·batch4, innermost), as an implicit GEMM
// with the batch across neighbouring lanes. One file serves two passes:
//   forward         output[o] = bias[o] + Σ_tap Σ_i w[tap][i][o] · source[i, shifted by tap]
//   input gradient  the same sum over transposed weights, with the taps mirrored; for stride s the
//                   output pixels of each of the s² parities form a phase with its own live taps.
// A linear layer is the one-tap, one-pixel case.
//
// Weights: [taps][reduced channels][ceil(out/4)] of vec4f over output channels. An invocation owns
// 8 output channels × PIXELS neighbouring pixels × one vec4 of the batch: activation loads are
// contiguous across lanes, weight loads uniform, accumulators named (constant-trip loops over local
// arrays are left rolled by some compilers: 7× slower on SwiftShader). No barriers.
// Writes: output, each element by exactly one invocation. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  out_channels: u32,
  in_channels: u32,
  // In vec4s: where the weights start, and one row of output channels.
  weights_at: u32,
  weights_row: u32,
  // In vec4s, when has_bias is 1.
  bias_at: u32,
  has_bias: u32,
  // 1: add to what the output holds.
  accumulate: u32,
  source_height: u32,
  source_width: u32,
  output_height: u32,
  output_width: u32,
  batch4: u32,
  kernel: u32,
  pad: i32,
  // +1 forward, −1 for the input gradient.
  direction: i32,
  // Pixels of the output between neighbours of one phase; of the source between neighbours of the
  // output.
  output_step: u32,
  source_step: u32,
  // Tiles of PIXELS along a row of one phase, and rows of one phase.
  tiles_x: u32,
  tiles_y: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  var id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let n = id % p.batch4;
  id /= p.batch4;
  let tile_x = (id % p.tiles_x) * $PIXELSu;
  id /= p.tiles_x;
  let tile_y = id % p.tiles_y;
  id /= p.tiles_y;
  let phase_x = id % p.output_step;
  id /= p.output_step;
  let phase_y = id % p.output_step;
  let out = (id / p.output_step) * 8u;
  let y = tile_y * p.output_step + phase_y;
  if (out >= p.out_channels || y >= p.output_height) {
    return;
  }

  //! for k in 0..2
  var bias$k = vec4f();
  //! end
  if (p.has_bias == 1u) {
    bias0 = weights[p.bias_at + out / 4u];
    if (out + 4u < p.out_channels) {
      bias1 = weights[p.bias_at + out / 4u + 1u];
    }
  }
  //! for t in 0..PIXELS
  //! for k in 0..4
  var a$t_$k = vec4f(bias0[$k]);
  var b$t_$k = vec4f(bias1[$k]);
  //! end
  //! end

  let plane = p.source_height * p.source_width * p.batch4;
  let step = i32(p.output_step);
  for (var ky = 0u; ky < p.kernel; ky++) {
    let shift_y = i32(phase_y) + p.direction * (i32(ky) - p.pad);
    if (shift_y % step != 0) {
      continue;
    }
    let source_y = i32(tile_y * p.source_step) + shift_y / step;
    if (source_y < 0 || source_y >= i32(p.source_height)) {
      continue;
    }
    for (var kx = 0u; kx < p.kernel; kx++) {
      let shift_x = i32(phase_x) + p.direction * (i32(kx) - p.pad);
      if (shift_x % step != 0) {
        continue;
      }
      //! for t in 0..PIXELS
      let x$t = i32((tile_x + $tu) * p.source_step) + shift_x / step;
      let inside$t = f32(x$t >= 0 && x$t < i32(p.source_width));
      let column$t = u32(clamp(x$t, 0, i32(p.source_width) - 1));
      let at$t = (u32(source_y) * p.source_width + column$t) * p.batch4 + n;
      //! end
      var w = p.weights_at + (ky * p.kernel + kx) * p.in_channels * p.weights_row + out / 4u;
      var base = 0u;
      for (var i = 0u; i < p.in_channels; i++) {
        let wa = weights[w];
        let wb = weights[w + 1u];
        //! for t in 0..PIXELS
        let s$t = source[base + at$t] * inside$t;
        //! for k in 0..4
        a$t_$k += s$t * wa[$k];
        b$t_$k += s$t * wb[$k];
        //! end
        //! end
        w += p.weights_row;
        base += plane;
      }
    }
  }

  let output_plane = p.output_height * p.output_width * p.batch4;
  //! for t in 0..PIXELS
  {
    let x = (tile_x + $tu) * p.output_step + phase_x;
    if (x < p.output_width) {
      let at = out * output_plane + (y * p.output_width + x) * p.batch4 + n;
      //! for k in 0..4
      if (out + $ku < p.out_channels) {
        let to = at + $ku * output_plane;
        if (p.accumulate == 1u) {
          a$t_$k += output[to];
        }
        output[to] = a$t_$k;
      }
      if (out + 4u + $ku < p.out_channels) {
        let to = at + (4u + $ku) * output_plane;
        if (p.accumulate == 1u) {
          b$t_$k += output[to];
        }
        output[to] = b$t_$k;
      }
      //! end
    }
  }
  //! end
}
