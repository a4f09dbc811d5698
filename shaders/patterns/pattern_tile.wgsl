// Convolution of 3×3 kernels that keep four of nine taps each, padding 1, over activations
// [C][H][W][N] (N = 4·batch4, innermost). One file serves two passes:
//   forward         output[o] = Σ_i Σ_tap w[o, i, tap] · source[i, shifted by tap]
//   input gradient  the same sum over the kernels of an input channel, with the taps mirrored; for
//                   stride s the output pixels of each of the s² parities form a phase.
//
// Only live kernels are read (src/sparse/layouts/pattern/pattern-lists.ts): `lists` holds where the
// kernels of each output channel begin, per kernel (16 · its other channel, slot), and the pattern
// of each slot, a bit a tap. A slot is four numbers, those of the taps in ascending order.
//
// An invocation owns one output channel × PIXELS neighbouring pixels × BATCH vec4s of the batch.
// Kernel, pattern and weights are the same for all lanes of a channel, so taps are skipped without
// divergence. UNIT: stride 1 and four pixels, which share what a row of taps reads: ten loads a
// kernel, or thirteen, in the place of sixteen. No barriers. SOURCE_HALF, OUTPUT_HALF: values as
// pairs of halves, sums in float32.
// After the pattern-pruned convolutions of PatDNN (Niu et al., ASPLOS 2020).
// Writes: output, each element by exactly one invocation. Workgroup 64. Base profile.
//! use dispatch
//! use halves

struct Params {
  first_workgroup: u32,
  out_channels: u32,
  // In floats.
  weights_at: u32,
  // 1: add to what the output holds.
  accumulate: u32,
  source_height: u32,
  source_width: u32,
  output_height: u32,
  output_width: u32,
  batch4: u32,
  // +1 forward, −1 for the input gradient.
  direction: i32,
  // Pixels of the output between neighbours of one phase; of the source between neighbours of the
  // output.
  output_step: u32,
  source_step: u32,
  // Tiles of PIXELS along a row of one phase, and rows of one phase.
  tiles_x: u32,
  tiles_y: u32,
  // In words: where the starts of the channels, the kernels and the patterns lie.
  starts_at: u32,
  entries_at: u32,
  patterns_at: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
//! if SOURCE_HALF
@group(0) @binding(1) var<storage, read> source: array<vec2u>;
//! else
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
//! end
@group(0) @binding(2) var<storage, read> weights: array<f32>;
//! if OUTPUT_HALF
@group(0) @binding(3) var<storage, read_write> output: array<vec2u>;
//! else
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;
//! end
@group(0) @binding(4) var<storage, read> lists: array<u32>;

fn read_source(at: u32) -> vec4f {
  //! if SOURCE_HALF
  return unpack_rows(source[at]);
  //! else
  return source[at];
  //! end
}

// The weight of a tap that the pattern keeps.
fn weight_of(slot: u32, pattern: u32, tap: u32) -> f32 {
  return weights[p.weights_at + 4u * slot + countOneBits(pattern & ((1u << tap) - 1u))];
}

fn write_output(at: u32, value: vec4f) {
  //! if OUTPUT_HALF
  output[at] = pack_rows(value);
  //! else
  if (p.accumulate == 1u) {
    output[at] += value;
  } else {
    output[at] = value;
  }
  //! end
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  var id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let lanes = p.batch4 / $BATCHu;
  let n = id % lanes;
  id /= lanes;
  let tile_x = (id % p.tiles_x) * $PIXELSu;
  id /= p.tiles_x;
  let tile_y = id % p.tiles_y;
  id /= p.tiles_y;
  let phase_x = id % p.output_step;
  id /= p.output_step;
  let phase_y = id % p.output_step;
  let out = id / p.output_step;
  let y = tile_y * p.output_step + phase_y;
  if (out >= p.out_channels || y >= p.output_height) {
    return;
  }

  // Where each row and column of taps reads, and which taps meet a row of the image in this phase.
  let step = i32(p.output_step);
  let size = vec2i(i32(p.source_width), i32(p.source_height));
  //! for k in 0..3
  let shift_y$k = i32(phase_y) + p.direction * ($k - 1);
  let source_y$k = i32(tile_y * p.source_step) + shift_y$k / step;
  let live_y$k = shift_y$k % step == 0 && source_y$k >= 0 && source_y$k < size.y;
  let row$k = u32(clamp(source_y$k, 0, size.y - 1)) * p.source_width * p.batch4;
  //! if UNIT
  //! else
  let shift_x$k = i32(phase_x) + p.direction * ($k - 1);
  let live_x$k = shift_x$k % step == 0;
  //! for t in 0..POSITIONS
  let x$k_$t = i32((tile_x + $tu / $BATCHu) * p.source_step) + shift_x$k / step;
  let inside$k_$t = f32(x$k_$t >= 0 && x$k_$t < size.x);
  let column$k_$t = u32(clamp(x$k_$t, 0, size.x - 1)) * p.batch4 + n + $tu % $BATCHu * lanes;
  //! end
  //! end
  //! end
  //! if UNIT
  // The pixels from one before the tile to one behind it, and the taps that read to either side.
  //! for t in 0..6
  let x$t = i32(tile_x + $tu) - 1;
  let inside$t = f32(x$t >= 0 && x$t < size.x);
  let column$t = u32(clamp(x$t, 0, size.x - 1)) * p.batch4 + n;
  //! end
  let before = u32(1 - p.direction);
  let behind = 2u - before;
  //! else
  var reachable = 0u;
  //! for j in 0..3
  //! for k in 0..3
  reachable |= select(0u, 1u << (3u * $ju + $ku), live_y$j && live_x$k);
  //! end
  //! end
  //! end

  //! for t in 0..POSITIONS
  var a$t = vec4f();
  //! end
  let plane = p.source_height * p.source_width * p.batch4;
  let last_entry = lists[p.starts_at + out + 1u];
  for (var entry = lists[p.starts_at + out]; entry < last_entry; entry++) {
    let base = (lists[p.entries_at + 2u * entry] >> 4u) * plane;
    let slot = lists[p.entries_at + 2u * entry + 1u];
    let pattern = lists[p.patterns_at + slot];
    //! if UNIT
    //! for j in 0..3
    // A row of a pattern that has any tap has the middle one.
    if (live_y$j && (pattern & (2u << (3u * $ju))) != 0u) {
      let at = base + row$j;
      let middle = weight_of(slot, pattern, 3u * $ju + 1u);
      //! for t in 1..5
      let s$t = read_source(at + column$t) * inside$t;
      //! end
      a0 += s1 * middle;
      a1 += s2 * middle;
      a2 += s3 * middle;
      a3 += s4 * middle;
      if ((pattern & (1u << (3u * $ju + before))) != 0u) {
        let weight = weight_of(slot, pattern, 3u * $ju + before);
        a0 += read_source(at + column0) * (weight * inside0);
        a1 += s1 * weight;
        a2 += s2 * weight;
        a3 += s3 * weight;
      }
      if ((pattern & (1u << (3u * $ju + behind))) != 0u) {
        let weight = weight_of(slot, pattern, 3u * $ju + behind);
        a0 += s2 * weight;
        a1 += s3 * weight;
        a2 += s4 * weight;
        a3 += read_source(at + column5) * (weight * inside5);
      }
    }
    //! end
    //! else
    let taps = pattern & reachable;
    //! for j in 0..3
    //! for k in 0..3
    if ((taps & (1u << (3u * $ju + $ku))) != 0u) {
      let weight = weight_of(slot, pattern, 3u * $ju + $ku);
      let at = base + row$j;
      //! for t in 0..POSITIONS
      a$t += read_source(at + column$k_$t) * (weight * inside$k_$t);
      //! end
    }
    //! end
    //! end
    //! end
  }

  let output_plane = p.output_height * p.output_width * p.batch4;
  //! for t in 0..POSITIONS
  {
    let x = (tile_x + $tu / $BATCHu) * p.output_step + phase_x;
    if (x < p.output_width) {
      let column = y * p.output_width + x;
      write_output(out * output_plane + column * p.batch4 + n + $tu % $BATCHu * lanes, a$t);
    }
  }
  //! end
}
