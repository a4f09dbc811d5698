// Weight gradient of a convolution: for every tap, output channel o and input channel i,
//   grad[tap][i][o] = Σ_pixels Σ_n gradient[o, pixel, n] · source[i, pixel shifted by tap, n]
// with gradient [Co][H'][W'][N] and source [Ci][H][W][N], N = 4·batch4.
//
// An invocation owns OUT output × INPUTS input channels at one tap, over a range of output rows (a
// split): four output channels are transposed in registers so that each input vector makes one
// matrix-vector product, and the sums come out as the vec4s that are stored. Lanes differ in the
// weight tile, not along the batch, so nothing is reduced across lanes and there is no barrier (the
// barrier version was 4× slower on SwiftShader). With splits > 1 each split writes its own partial
// result and `reduce_partials` adds them in order.
// With ROW it is the three taps of one row of the kernel instead of one tap (TAPS), so that the
// gradient is read once for them: what pays where inputs are few. A tap beside the image adds 0.
// With BLOCKS only live blocks are visited (src/sparse/layouts/block/block-lists.ts): `lists` holds
// the block of each slot, tiles are those of the slots, and the result is
// [slot][block_in][block_out]. With CHOSEN some slots alone, those that `chosen` lists; the
// results of others stay as they are, and partial results are those of the chosen ones in the
// order of the list (`reduce_slots` puts them where they belong).
// SOURCE_HALF: the source as pairs of halves; NATIVE_HALF: bound as such, the same bytes.
// With SPREAD so many neighbouring lanes share a tile, each every SPREADth vec4 of the batch, and
// add up by shuffles: neighbouring lanes then read neighbouring addresses.
// Writes: [split][tap][i][ceil(Co/4)] vec4f, or slots; padded channels get 0, and so does a slot
// without a block. Workgroup WORKGROUP. Base profile, but for SPREAD (the feature `subgroups`,
// which must have SPREAD lanes at least, in the order of the workgroup's) and NATIVE_HALF
// (`shader-f16`).
//! if SPREAD
enable subgroups;
// A tile's lanes branch alike, which the uniformity analysis cannot see.
diagnostic(off, subgroup_uniformity);
//! end
//! if NATIVE_HALF
enable f16;
//! end
//! use dispatch

//! if SPREAD
const SPREAD = $SPREADu;
//! else
const SPREAD = 1u;
//! end

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

//! if SPREAD
// The sum over the lanes that share a tile; each of them gets it.
fn over_lanes(value: vec4f) -> vec4f {
  var sum = value;
  for (var apart = 1u; apart < SPREAD; apart *= 2u) {
    sum += subgroupShuffleXor(sum, apart);
  }
  return sum;
}
//! end

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  var id = (workgroup_index(wid, p.first_workgroup) * $WORKGROUPu + lane) / SPREAD;
  let share = lane % SPREAD;
  let inner_in = (id % p.in_tiles) * $INPUTSu;
  id /= p.in_tiles;
  let inner_out = (id % p.out_tiles) * $OUTu;
  id /= p.out_tiles;
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
  let to = p.result_at + split * p.result_split + inner_out / 4u
    + (line + inner_in) * p.result_row;
  if (block == 0xffffffffu) {
    if (share == 0u) {
      //! for j in 0..INPUTS
      store(to + $ju * p.result_row, vec4f());
      //! if WIDE
      store(to + $ju * p.result_row + 1u, vec4f());
      //! end
      //! end
    }
    return;
  }
  let taps = p.kernel * p.kernel;
  let tap = (block / p.block_columns) % taps;
  let input = (block % p.block_columns) * p.block_in + inner_in;
  let out = block / p.block_columns / taps * p.block_out + inner_out;
  //! else
  //! if ROW
  let tap = id % p.kernel * p.kernel;
  let split = id / p.kernel;
  //! else
  let tap = id % (p.kernel * p.kernel);
  let split = id / (p.kernel * p.kernel);
  //! end
  if (split >= p.splits) {
    return;
  }
  let input = inner_in;
  let out = inner_out;
  let to = p.result_at + split * p.result_split + out / 4u
    + (tap * p.in_channels + input) * p.result_row;
  //! end
  let dy = i32(tap / p.kernel) - p.pad;
  let dx = i32(tap % p.kernel) - p.pad;
  let plane = p.source_height * p.source_width * p.batch4;
  let out_plane = p.gradient_height * p.gradient_width * p.batch4;

  // Channels past the end read the last one; what comes of it is not stored, or stored as 0.
  //! for k in 0..OUT
  let g$k = min(out + $ku, p.out_channels - 1u) * out_plane;
  //! end
  //! for j in 0..INPUTS
  let s$j = min(input + $ju, p.in_channels - 1u) * plane;
  //! for c in 0..TAPS
  var a$c_$j = vec4f();
  //! if WIDE
  var b$c_$j = vec4f();
  //! end
  //! end
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
      //! if ROW
      //! for c in 0..TAPS
      let inside$c = bitcast<u32>(x + $c) < p.source_width;
      //! end
      //! else
      if (x < 0 || x >= i32(p.source_width)) {
        continue;
      }
      //! end
      var at_source = bitcast<u32>(y * i32(p.source_width) + x) * p.batch4 + share;
      var at_gradient = (row * p.gradient_width + column) * p.batch4 + share;
      for (var n = share; n < p.batch4; n += SPREAD) {
        let ga = transpose(mat4x4f(
          gradient[g0 + at_gradient],
          gradient[g1 + at_gradient],
          gradient[g2 + at_gradient],
          gradient[g3 + at_gradient],
        ));
        //! if WIDE
        let gb = transpose(mat4x4f(
          gradient[g4 + at_gradient],
          gradient[g5 + at_gradient],
          gradient[g6 + at_gradient],
          gradient[g7 + at_gradient],
        ));
        //! end
        //! for c in 0..TAPS
        //! for j in 0..INPUTS
        //! if ROW
        let near$c_$j = read_source(s$j + at_source + $cu * p.batch4);
        let x$c_$j = select(vec4f(0.0), near$c_$j, inside$c);
        //! else
        let x$c_$j = read_source(s$j + at_source);
        //! end
        a$c_$j += ga * x$c_$j;
        //! if WIDE
        b$c_$j += gb * x$c_$j;
        //! end
        //! end
        //! end
        at_source += SPREAD;
        at_gradient += SPREAD;
      }
    }
  }

  //! if SPREAD
  //! for c in 0..TAPS
  //! for j in 0..INPUTS
  a$c_$j = over_lanes(a$c_$j);
  //! if WIDE
  b$c_$j = over_lanes(b$c_$j);
  //! end
  //! end
  //! end
  if (share != 0u) {
    return;
  }
  //! end
  let channel = vec4u(out) + vec4u(0u, 1u, 2u, 3u);
  let live_a = select(vec4f(0.0), vec4f(1.0), channel < vec4u(p.out_channels));
  let live_b = select(vec4f(0.0), vec4f(1.0), channel + 4u < vec4u(p.out_channels));
  //! for c in 0..TAPS
  //! for j in 0..INPUTS
  //! if BLOCKS
  {
    let live = f32(input + $ju < p.in_channels);
    store(to + $ju * p.result_row, a$c_$j * live_a * live);
    //! if WIDE
    store(to + $ju * p.result_row + 1u, b$c_$j * live_b * live);
    //! end
  }
  //! else
  if (input + $ju < p.in_channels) {
    let at = to + ($cu * p.in_channels + $ju) * p.result_row;
    store(at, a$c_$j * live_a);
    //! if WIDE
    if (out + 4u < p.out_channels) {
      store(at + 1u, b$c_$j * live_b);
    }
    //! end
  }
  //! end
  //! end
  //! end
}
