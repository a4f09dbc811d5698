// Convolution over activations [C][H][W][N] (N = 4·batch4, innermost), as an implicit GEMM with the
// batch across neighbouring lanes. One file serves two passes:
//   forward         output[o] = bias[o] + Σ_tap Σ_i w[tap][i][o] · source[i, shifted by tap]
//   input gradient  the same sum over transposed weights, with the taps mirrored; for stride s the
//                   output pixels of each of the s² parities form a phase with its own live taps.
// A linear layer is the one-tap, one-pixel case.
//
// Dense weights: [taps][reduced channels][ceil(out/4)] of vec4f over output channels. With BLOCKS
// the sum runs over the live blocks of the invocation's block row alone: `lists` holds where each
// row begins and, per block, (tap + 16 · first reduced channel, slot); a slot is
// [block_in][block_out], output channels innermost (src/sparse/layouts/block/block-lists.ts).
//
// An invocation owns OUT output channels × PIXELS neighbouring pixels × BATCH vec4s of the batch:
// activation loads are contiguous across lanes, weight loads uniform, accumulators named
// (constant-trip loops over local arrays are left rolled by some compilers: 7× slower on
// SwiftShader). No barriers. OUT is VECTORS vec4s; an OUT of 1 or 2 reads weights one by one and
// has no bias (NARROW). WHOLE: one access brings all VECTORS vec4s of a row of weights, for which
// rows and `weights_at` are multiples of VECTORS; an access costs SwiftShader more than the bytes
// it brings. FLAT: one loop over the inputs of all taps, not one inside another, which costs less
// where inputs are few; taps beside the image add 0.
// BIAS: begins with it, else with 0. ACCUMULATE: adds to what the output holds. ONE_PHASE: computes
// the first phase alone. RAGGED: tiles may reach over the edges of the output.
// SOURCE_HALF, OUTPUT_HALF: values as pairs of halves, sums in float32; NATIVE_HALF: bound as such,
// the same bytes. ALIGNED: no workgroup has lanes of two channel tiles, so that a compiler can see
// that weights and lists are read at one address by all of its lanes; some are idle.
// Writes: output, each element by exactly one invocation. Workgroup 64. Base profile,
// but for NATIVE_HALF (the feature `shader-f16`).
//! if NATIVE_HALF
enable f16;
//! end
//! use dispatch
//! use divide

struct Params {
  first_workgroup: u32,
  out_channels: u32,
  in_channels: u32,
  // In vectors: where the weights start, and one row of output channels.
  weights_at: u32,
  weights_row: u32,
  //! if BIAS
  // In vec4s.
  bias_at: u32,
  //! end
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
  //! if BLOCKS
  // In words: where the starts of the block rows and the entries lie.
  starts_at: u32,
  entries_at: u32,
  block_out: u32,
  block_in: u32,
  //! end
}

@group(0) @binding(0) var<uniform> p: Params;
//! if SOURCE_HALF
//! if NATIVE_HALF
@group(0) @binding(1) var<storage, read> source: array<vec4<f16>>;
//! else
@group(0) @binding(1) var<storage, read> source: array<vec2u>;
//! end
//! else
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
//! end
//! if NARROW
@group(0) @binding(2) var<storage, read> weights: array<f32>;
//! else
//! if WHOLE
@group(0) @binding(2) var<storage, read> weights: array<array<vec4f, $VECTORS>>;
//! else
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
//! end
//! end
//! if OUTPUT_HALF
//! if NATIVE_HALF
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f16>>;
//! else
@group(0) @binding(3) var<storage, read_write> output: array<vec2u>;
//! end
//! else
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;
//! end
//! if BLOCKS
@group(0) @binding(4) var<storage, read> lists: array<u32>;
//! end

fn read_source(at: u32) -> vec4f {
  //! if SOURCE_HALF
  let halves = source[at];
  //! if NATIVE_HALF
  return vec4f(halves);
  //! else
  return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y));
  //! end
  //! else
  return source[at];
  //! end
}

fn write_output(at: u32, value: vec4f) {
  //! if OUTPUT_HALF
  //! if NATIVE_HALF
  output[at] = vec4<f16>(value);
  //! else
  output[at] = vec2u(pack2x16float(value.xy), pack2x16float(value.zw));
  //! end
  //! else
  //! if ACCUMULATE
  output[at] += value;
  //! else
  output[at] = value;
  //! end
  //! end
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let lanes = p.batch4 / $BATCHu;
  //! if ONE_PHASE
  let phases = 1u;
  //! else
  let phases = p.output_step * p.output_step;
  //! end
  //! if ALIGNED
  let tiles = lanes * p.tiles_x * p.tiles_y * phases;
  let workgroups = (tiles + 63u) / 64u;
  let workgroup = workgroup_index(wid, p.first_workgroup);
  var id = workgroup % workgroups * 64u + lane;
  if (id >= tiles) {
    return;
  }
  let out = workgroup / workgroups * $OUTu;
  //! else
  var id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  //! end
  // The steps are 1 or 2, so a phase is a parity: one less is the mask and the shift of a division.
  let step_bits = p.output_step - 1u;
  let by_lanes = quotient(id, lanes);
  let n = id - by_lanes * lanes;
  let by_column = quotient(by_lanes, p.tiles_x);
  let tile_x = (by_lanes - by_column * p.tiles_x) * $PIXELSu;
  let by_row = quotient(by_column, p.tiles_y);
  let tile_y = by_column - by_row * p.tiles_y;
  //! if ONE_PHASE
  let phase_x = 0u;
  let phase_y = 0u;
  let by_phase = by_row;
  //! else
  let phase_x = by_row & step_bits;
  let phase_y = (by_row >> step_bits) & step_bits;
  let by_phase = by_row >> (2u * step_bits);
  //! end
  //! if ALIGNED
  //! else
  let out = by_phase * $OUTu;
  //! end
  let y = tile_y * p.output_step + phase_y;
  if (out >= p.out_channels || y >= p.output_height) {
    return;
  }

  //! for v in 0..VECTORS
  var bias$v = vec4f();
  //! if BIAS
  if (out + 4u * $vu < p.out_channels) {
    let bias_at$v = p.bias_at + out / 4u + $vu;
    //! if WHOLE
    bias$v = weights[bias_at$v / $VECTORSu][bias_at$v % $VECTORSu];
    //! else
    bias$v = weights[bias_at$v];
    //! end
  }
  //! end
  //! end
  //! for t in 0..POSITIONS
  //! for v in 0..VECTORS
  //! for k in 0..PER_VECTOR
  var a$t_$v_$k = vec4f(bias$v[$k]);
  //! end
  //! end
  //! end

  // Where the middle tap lies in a plane; what lies beside a row is read from elsewhere and left
  // out.
  let first_y = i32(tile_y * p.source_step);
  //! for t in 0..POSITIONS
  let x$t = i32((tile_x + $tu / $BATCHu) * p.source_step);
  let center$t = (first_y * i32(p.source_width) + x$t) * i32(p.batch4)
    + i32(n + $tu % $BATCHu * lanes);
  //! end
  //! if ACCUMULATE
  // Whether any tap lies inside; what none reaches is 0, and adding 0 needs no writing.
  var reached = false;
  //! end
  let plane = p.source_height * p.source_width * p.batch4;
  //! if WHOLE
  let weights_at = p.weights_at / $VECTORSu;
  let weights_row = p.weights_row / $VECTORSu;
  //! else
  let weights_at = p.weights_at;
  let weights_row = p.weights_row;
  //! end
  //! if BLOCKS
  let row = quotient(out, p.block_out);
  //! if WHOLE
  let inner = (out - row * p.block_out) / $OUTu;
  //! else
  let inner = (out - row * p.block_out) / $PER_VECTORu;
  //! end
  let last_entry = lists[p.starts_at + row + 1u];
  for (var entry = lists[p.starts_at + row]; entry < last_entry; entry++) {
    let position = lists[p.entries_at + 2u * entry];
    let slot = lists[p.entries_at + 2u * entry + 1u];
    let tap = position & 15u;
    let first_input = position >> 4u;
    let inputs = min(p.block_in, p.in_channels - first_input);
    var w = weights_at + slot * p.block_in * weights_row + inner;
  //! else
  //! if FLAT
  //! if WHOLE
  var w = weights_at + out / $OUTu;
  //! else
  var w = weights_at + out / 4u;
  //! end
  for (var each = 0u; each < p.kernel * p.kernel * p.in_channels; each++) {
    let tap = quotient(each, p.in_channels);
    let first_input = each - tap * p.in_channels;
  //! else
  for (var tap = 0u; tap < p.kernel * p.kernel; tap++) {
    let first_input = 0u;
    let inputs = p.in_channels;
    //! if WHOLE
    var w = weights_at + tap * p.in_channels * weights_row + out / $OUTu;
    //! else
    var w = weights_at + tap * p.in_channels * weights_row + out / 4u;
    //! end
  //! end
  //! end
    // tap / 3 for the nine taps; a kernel of one has tap 0 alone.
    let ky = (tap * 11u) >> 5u;
    let shift_y = i32(phase_y) + p.direction * (i32(ky) - p.pad);
    let shift_x = i32(phase_x) + p.direction * (i32(tap - ky * 3u) - p.pad);
    let move_y = shift_y >> step_bits;
    let move_x = shift_x >> step_bits;
    let live = ((shift_y | shift_x) & i32(step_bits)) == 0
      && bitcast<u32>(first_y + move_y) < p.source_height;
    //! if FLAT
    //! else
    // No `continue`: some compilers copy the accumulators at each edge of the loop.
    let count = select(0u, inputs, live);
    //! end
    let moved = (move_y * i32(p.source_width) + move_x) * i32(p.batch4);
    //! for t in 0..POSITIONS
    //! if FLAT
    let inside$t = live && bitcast<u32>(x$t + move_x) < p.source_width;
    //! else
    let inside$t = bitcast<u32>(x$t + move_x) < p.source_width;
    //! end
    let at$t = bitcast<u32>(center$t + moved);
    //! end
    //! if ACCUMULATE
    reached = reached || live;
    //! end
    var base = first_input * plane;
    //! if FLAT
    {
    //! else
    for (var i = 0u; i < count; i++) {
    //! end
      //! if NARROW
      //! for k in 0..PER_VECTOR
      let w0_$k = weights[w + $ku];
      //! end
      //! else
      //! if WHOLE
      let whole = weights[w];
      //! end
      //! for v in 0..VECTORS
      //! if WHOLE
      let w$v = whole[$v];
      //! else
      let w$v = weights[w + $vu];
      //! end
      //! for k in 0..4
      let w$v_$k = w$v[$k];
      //! end
      //! end
      //! end
      //! for t in 0..POSITIONS
      let s$t = select(vec4f(0.0), read_source(base + at$t), inside$t);
      //! for v in 0..VECTORS
      //! for k in 0..PER_VECTOR
      a$t_$v_$k += s$t * w$v_$k;
      //! end
      //! end
      //! end
      w += weights_row;
      base += plane;
    }
  }

  //! if ACCUMULATE
  if (!reached) {
    return;
  }
  //! end
  let output_plane = p.output_height * p.output_width * p.batch4;
  //! for t in 0..POSITIONS
  {
    let x = (tile_x + $tu / $BATCHu) * p.output_step + phase_x;
    //! if RAGGED
    if (x < p.output_width)
    //! end
    {
      let column = y * p.output_width + x;
      let at = out * output_plane + column * p.batch4 + n + $tu % $BATCHu * lanes;
      //! for v in 0..VECTORS
      //! for k in 0..PER_VECTOR
      //! if RAGGED
      if (out + 4u * $vu + $ku < p.out_channels)
      //! end
      {
        write_output(at + (4u * $vu + $ku) * output_plane, a$t_$v_$k);
      }
      //! end
      //! end
    }
  }
  //! end
}
