// The weight gradient of conv_weight_grad.wgsl (dense, BLOCKS or CHOSEN; the same layouts,
// parameters and bindings) with tiles in workgroup memory: for GPUs, where neighbouring lanes
// should read neighbouring addresses, which the register version's do not.
//
// A workgroup owns LANES_OUT × OUT output channels by LANES_IN × INPUTS input channels at one tap
// (of one block) over a range of output rows (a split). The sum over pixels and batch goes DEPTH
// vec4s at a time: all lanes bring the chunk of both tensors, channel by channel, zeros past the
// last channel; pixels whose input lies outside the image are not visited. PARTS = 64 / (LANES_OUT
// · LANES_IN) groups of lanes each sum up a share of every chunk; their sums are added in order at
// the end. A lane owns OUT neighbouring output channels and INPUTS input channels LANES_IN apart,
// so that lanes meet in no bank of the memory; channels lie DEPTH + 1 vec4s apart for the same
// reason.
//
// Writes: as conv_weight_grad. Workgroup 64. Workgroup memory: 16 · ((DEPTH + 1) · (LANES_OUT · OUT
// + LANES_IN · INPUTS) + 64) bytes, at most 11 KiB for the shapes in use. Base profile, but for
// NATIVE_HALF (the feature `shader-f16`).
//! if NATIVE_HALF
enable f16;
//! end
//! use dispatch

const LANES_OUT = $LANES_OUTu;
const LANES_IN = $LANES_INu;
const OWNERS = LANES_OUT * LANES_IN;
const PARTS = 64u / OWNERS;
const DEPTH = $DEPTHu;
const STRIDE = DEPTH + 1u;
const TILE_OUT = LANES_OUT * $OUTu;
const TILE_IN = LANES_IN * $INPUTSu;

struct Params {
  first_workgroup: u32,
  out_channels: u32,
  in_channels: u32,
  // Tiles along the output and input channels, of the layer or of one block.
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
  //! if BLOCKS
  // In words: where the blocks of the slots lie.
  blocks_at: u32,
  slots: u32,
  block_columns: u32,
  block_out: u32,
  block_in: u32,
  //! if CHOSEN
  // In words: where the slots to compute are listed; `slots` is their number.
  chosen_at: u32,
  //! end
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
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;
//! if BLOCKS
@group(0) @binding(4) var<storage, read> lists: array<u32>;
//! if CHOSEN
@group(0) @binding(5) var<storage, read> chosen: array<u32>;
//! end
//! end

var<workgroup> tile_gradient: array<vec4f, TILE_OUT * STRIDE>;
var<workgroup> tile_source: array<vec4f, TILE_IN * STRIDE>;
var<workgroup> sums: array<vec4f, 64>;

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

fn store(to: u32, value: vec4f) {
  if (p.accumulate == 1u) {
    result[to] += value;
  } else {
    result[to] = value;
  }
}

// The sum of what the parts found, in their order. All lanes must come here together.
fn over_parts(lane: u32, value: vec4f) -> vec4f {
  if (PARTS == 1u) {
    return value;
  }
  workgroupBarrier();
  sums[lane] = value;
  workgroupBarrier();
  var total = vec4f();
  for (var part = 0u; part < PARTS; part++) {
    total += sums[part * OWNERS + lane % OWNERS];
  }
  return total;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  var id = workgroup_index(wid, p.first_workgroup);
  let inner_in = id % p.in_tiles * TILE_IN;
  id /= p.in_tiles;
  let inner_out = id % p.out_tiles * TILE_OUT;
  id /= p.out_tiles;
  let part = lane / OWNERS;
  let lane_in = lane % LANES_IN;
  let lane_out = lane % OWNERS / LANES_IN;
  let own_out = lane_out * $OUTu;
  //! if BLOCKS
  let place = id % p.slots;
  let split = id / p.slots;
  if (split >= p.splits) {
    return;
  }
  //! if CHOSEN
  let slot = chosen[p.chosen_at + place];
  // Partial results of the chosen slots lie close together.
  let line = select(slot, place, p.splits > 1u) * p.block_in;
  //! else
  let slot = place;
  let line = slot * p.block_in;
  //! end
  let block = lists[p.blocks_at + slot];
  let to = p.result_at + split * p.result_split + (inner_out + own_out) / 4u
    + (line + inner_in + lane_in) * p.result_row;
  if (block == 0xffffffffu) {
    if (part == 0u) {
      //! for j in 0..INPUTS
      store(to + $ju * LANES_IN * p.result_row, vec4f());
      //! if WIDE
      store(to + $ju * LANES_IN * p.result_row + 1u, vec4f());
      //! end
      //! end
    }
    return;
  }
  let taps = p.kernel * p.kernel;
  let tap = block / p.block_columns % taps;
  let input = block % p.block_columns * p.block_in + inner_in;
  let out = block / p.block_columns / taps * p.block_out + inner_out;
  //! else
  let tap = id % (p.kernel * p.kernel);
  let split = id / (p.kernel * p.kernel);
  if (split >= p.splits) {
    return;
  }
  let input = inner_in;
  let out = inner_out;
  let to = p.result_at + split * p.result_split + (out + own_out) / 4u
    + (tap * p.in_channels + input + lane_in) * p.result_row;
  //! end

  //! for j in 0..INPUTS
  var a$j = vec4f();
  //! if WIDE
  var b$j = vec4f();
  //! end
  //! end

  // The rows and columns of the gradient that this tap finds an input pixel for.
  let dy = i32(tap / p.kernel) - p.pad;
  let dx = i32(tap % p.kernel) - p.pad;
  let split_row = split * p.rows_per_split;
  let first_row = max(split_row, u32(dy < 0));
  let first_column = u32(dx < 0);
  let last_row = min(
    min(split_row + p.rows_per_split, p.gradient_height),
    u32(i32(p.source_height + p.stride - 1u) - dy) / p.stride,
  );
  let last_column =
    min(p.gradient_width, u32(i32(p.source_width + p.stride - 1u) - dx) / p.stride);
  let columns = max(last_column, first_column) - first_column;
  let count = (max(last_row, first_row) - first_row) * columns * p.batch4;
  let source_plane = p.source_height * p.source_width * p.batch4;
  let gradient_plane = p.gradient_height * p.gradient_width * p.batch4;

  let d = lane % DEPTH;
  for (var chunk = 0u; chunk < count; chunk += DEPTH) {
    let n = (chunk + d) % p.batch4;
    let column = first_column + (chunk + d) / p.batch4 % max(columns, 1u);
    let row = first_row + (chunk + d) / p.batch4 / max(columns, 1u);
    let at_gradient = (row * p.gradient_width + column) * p.batch4 + n;
    let x = u32(i32(column * p.stride) + dx);
    let y = u32(i32(row * p.stride) + dy);
    let at_source = (y * p.source_width + x) * p.batch4 + n;
    let live = chunk + d < count;
    // Nobody brings a chunk while another lane still sums up the one before.
    workgroupBarrier();
    for (var o = lane / DEPTH; o < TILE_OUT; o += 64u / DEPTH) {
      var value = vec4f();
      if (live && out + o < p.out_channels) {
        value = gradient[(out + o) * gradient_plane + at_gradient];
      }
      tile_gradient[o * STRIDE + d] = value;
    }
    for (var i = lane / DEPTH; i < TILE_IN; i += 64u / DEPTH) {
      var value = vec4f();
      if (live && input + i < p.in_channels) {
        value = read_source((input + i) * source_plane + at_source);
      }
      tile_source[i * STRIDE + d] = value;
    }
    workgroupBarrier();
    for (var k = part; k < DEPTH; k += PARTS) {
      let ga = transpose(mat4x4f(
        tile_gradient[own_out * STRIDE + k],
        tile_gradient[(own_out + 1u) * STRIDE + k],
        tile_gradient[(own_out + 2u) * STRIDE + k],
        tile_gradient[(own_out + 3u) * STRIDE + k],
      ));
      //! if WIDE
      let gb = transpose(mat4x4f(
        tile_gradient[(own_out + 4u) * STRIDE + k],
        tile_gradient[(own_out + 5u) * STRIDE + k],
        tile_gradient[(own_out + 6u) * STRIDE + k],
        tile_gradient[(own_out + 7u) * STRIDE + k],
      ));
      //! end
      //! for j in 0..INPUTS
      let s$j = tile_source[(lane_in + $ju * LANES_IN) * STRIDE + k];
      a$j += ga * s$j;
      //! if WIDE
      b$j += gb * s$j;
      //! end
      //! end
    }
  }

  //! for j in 0..INPUTS
  {
    let first = over_parts(lane, a$j);
    //! if WIDE
    let second = over_parts(lane, b$j);
    //! end
    //! if BLOCKS
    if (part == 0u) {
    //! else
    if (part == 0u && input + lane_in + $ju * LANES_IN < p.in_channels) {
    //! end
      //! if BLOCKS
      store(to + $ju * LANES_IN * p.result_row, first);
      //! if WIDE
      store(to + $ju * LANES_IN * p.result_row + 1u, second);
      //! end
      //! else
      if ((out + own_out) / 4u < p.result_row) {
        store(to + $ju * LANES_IN * p.result_row, first);
      }
      //! if WIDE
      if ((out + own_out) / 4u + 1u < p.result_row) {
        store(to + $ju * LANES_IN * p.result_row + 1u, second);
      }
      //! end
      //! end
    }
  }
  //! end
}
