// The pass of conv_tile.wgsl (forward or input gradient, dense or BLOCKS; the same layouts,
// parameters and bindings) with tiles in workgroup memory: for GPUs, where reading each number once
// a workgroup is worth two barriers. Register tiles are faster on software adapters.
//
// A workgroup owns GROUPS × 8 output channels at 64/GROUPS × POSITIONS vec4s of one phase's pixels
// and batch, in the order [y][x][n]; a lane owns 8 of the channels at POSITIONS of the vec4s,
// 64/GROUPS apart. The sum over taps (or live blocks) and reduced channels goes DEPTH channels at a
// time: all lanes bring the chunk's activations and weights, zeros outside the image and past the
// last channel, then each sums up its products. A workgroup's channels lie within one block row, so
// all that decides about barriers is the same for its lanes. After Volkov and Demmel, *Benchmarking
// GPUs to tune dense linear algebra*, SC 2008.
//
// Writes: output, each element by exactly one lane. Workgroup 64. Workgroup memory: 16 · DEPTH ·
// (POSITIONS · 64/GROUPS + 2 · GROUPS) bytes, at most 8.5 KiB for the shapes in use. Base profile,
// but for NATIVE_HALF (the feature `shader-f16`).
//! if NATIVE_HALF
enable f16;
//! end
//! use dispatch

const GROUPS = $GROUPSu;
const LANES = 64u / GROUPS;
const DEPTH = $DEPTHu;
const TILE = LANES * $POSITIONSu;
const ROW = GROUPS * 2u;

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
  // Pixels along a row of one phase, and rows of one phase.
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
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
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

var<workgroup> tile_source: array<vec4f, DEPTH * TILE>;
var<workgroup> tile_weights: array<vec4f, DEPTH * ROW>;

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
  let positions = p.batch4 * p.tiles_x * p.tiles_y;
  let tiles = (positions + TILE - 1u) / TILE;
  var id = workgroup_index(wid, p.first_workgroup);
  let first = id % tiles * TILE;
  id /= tiles;
  let phase_x = id % p.output_step;
  id /= p.output_step;
  let phase_y = id % p.output_step;
  let tile_out = id / p.output_step * GROUPS * 8u;
  if (tile_out >= p.out_channels) {
    return;
  }
  let group = lane / LANES;
  let column = lane % LANES;
  let out = tile_out + group * 8u;

  //! for t in 0..POSITIONS
  let position$t = first + column + $tu * LANES;
  let n$t = position$t % p.batch4;
  let tile_x$t = position$t / p.batch4 % p.tiles_x;
  let tile_y$t = position$t / p.batch4 / p.tiles_x;
  let x$t = tile_x$t * p.output_step + phase_x;
  let y$t = tile_y$t * p.output_step + phase_y;
  let live$t = position$t < positions && x$t < p.output_width && y$t < p.output_height;
  //! for k in 0..8
  var a$t_$k = vec4f();
  //! end
  //! end

  let plane = p.source_height * p.source_width * p.batch4;
  let step = i32(p.output_step);
  // The tile's rows of pixels, to leave out taps at which all of them lie outside the image.
  let first_y = first / p.batch4 / p.tiles_x;
  let last_y = (min(first + TILE, positions) - 1u) / p.batch4 / p.tiles_x;
  //! if BLOCKS
  let row = tile_out / p.block_out;
  let inner = tile_out % p.block_out / 4u;
  let last_entry = lists[p.starts_at + row + 1u];
  for (var entry = lists[p.starts_at + row]; entry < last_entry; entry++) {
    let list_position = lists[p.entries_at + 2u * entry];
    let slot = lists[p.entries_at + 2u * entry + 1u];
    let tap = list_position & 15u;
    let first_input = list_position >> 4u;
    let inputs = min(p.block_in, p.in_channels - first_input);
    let w = p.weights_at + slot * p.block_in * p.weights_row + inner;
    let row_end = ROW;
  //! else
  for (var tap = 0u; tap < p.kernel * p.kernel; tap++) {
    let first_input = 0u;
    let inputs = p.in_channels;
    let w = p.weights_at + tap * p.in_channels * p.weights_row + tile_out / 4u;
    let row_end = p.weights_row - tile_out / 4u;
  //! end
    let ky = tap / p.kernel;
    let shift_y = i32(phase_y) + p.direction * (i32(ky) - p.pad);
    let shift_x = i32(phase_x) + p.direction * (i32(tap - ky * p.kernel) - p.pad);
    if (shift_y % step != 0 || shift_x % step != 0) {
      continue;
    }
    if (i32(last_y * p.source_step) + shift_y / step < 0
      || i32(first_y * p.source_step) + shift_y / step >= i32(p.source_height)) {
      continue;
    }
    //! for t in 0..POSITIONS
    let source_x$t = i32(tile_x$t * p.source_step) + shift_x / step;
    let source_y$t = i32(tile_y$t * p.source_step) + shift_y / step;
    let inside$t = live$t
      && source_x$t >= 0 && source_x$t < i32(p.source_width)
      && source_y$t >= 0 && source_y$t < i32(p.source_height);
    let at$t = (u32(source_y$t) * p.source_width + u32(source_x$t)) * p.batch4 + n$t;
    //! end
    for (var chunk = 0u; chunk < inputs; chunk += DEPTH) {
      // Nobody brings a chunk while another lane still sums up the one before.
      workgroupBarrier();
      for (var k = group; k < DEPTH; k += GROUPS) {
        let base = (first_input + chunk + k) * plane;
        //! for t in 0..POSITIONS
        var value$t = vec4f();
        if (inside$t && chunk + k < inputs) {
          value$t = read_source(base + at$t);
        }
        tile_source[k * TILE + column + $tu * LANES] = value$t;
        //! end
      }
      for (var i = lane; i < DEPTH * ROW; i += 64u) {
        let k = chunk + i / ROW;
        var value = vec4f();
        if (k < inputs && i % ROW < row_end) {
          value = weights[w + k * p.weights_row + i % ROW];
        }
        tile_weights[i] = value;
      }
      workgroupBarrier();
      for (var k = 0u; k < DEPTH; k++) {
        let wa = tile_weights[k * ROW + group * 2u];
        let wb = tile_weights[k * ROW + group * 2u + 1u];
        //! for t in 0..POSITIONS
        let s$t = tile_source[k * TILE + column + $tu * LANES];
        //! for k in 0..4
        a$t_$k += s$t * wa[$k];
        //! end
        //! for k in 4..8
        a$t_$k += s$t * wb[$k - 4];
        //! end
        //! end
      }
    }
  }

  let output_plane = p.output_height * p.output_width * p.batch4;
  //! for t in 0..POSITIONS
  if (live$t) {
    let at = out * output_plane + (y$t * p.output_width + x$t) * p.batch4 + n$t;
    //! for k in 0..8
    if (out + $ku < p.out_channels) {
      //! if BIAS
      let bias = weights[p.bias_at + (out + $ku) / 4u][$k % 4];
      write_output(at + $ku * output_plane, a$t_$k + bias);
      //! else
      write_output(at + $ku * output_plane, a$t_$k);
      //! end
    }
    //! end
  }
  //! end
}
