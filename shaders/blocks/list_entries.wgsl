// Writes the entries of the lists by block row and by block column, and where each line of
// them begins: pairs (tap + 16 · first channel of the other side, slot).
//
// live, ranks: live blocks in the order of block indices, then in the order (column, row,
// tap), and how many there are before each word. A word of either order an invocation. Writes:
// lists (rowStart, rowEntries, columnStart, columnEntries). Workgroup 64. Base profile.
//! use bits
//! use block_table
//! use dispatch
//! use ranks

struct Params {
  first_workgroup: u32,
  layers: u32,
  block_words: u32,
  rank_runs: u32,
  rank_tops: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> layers: array<BlockLayer>;
@group(0) @binding(2) var<storage, read> live: array<u32>;
@group(0) @binding(3) var<storage, read> ranks: array<u32>;
@group(0) @binding(4) var<storage, read_write> lists: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= 2u * p.block_words) {
    return;
  }
  let by_column = id >= p.block_words;
  let half = select(0u, p.block_words, by_column);
  let layer = layers[layer_of_block_word(id - half, p.layers)];
  let first = (id - half - layer.block_word_at) * 32u;
  let by_row_line = layer.taps * layer.block_columns;
  let by_column_line = layer.block_rows * layer.taps;
  let line = select(by_row_line, by_column_line, by_column);
  let starts = select(layer.row_start, layer.column_start, by_column);
  let entries = select(layer.row_entries, layer.column_entries, by_column);
  let bits = live[id];
  var rank = rank_before(id) - rank_before(half + layer.block_word_at);
  for (var i = 0u; i < min(32u, layer.blocks - first); i++) {
    let order = first + i;
    if (order % line == 0u) {
      lists[starts + order / line] = rank;
    }
    if (bit_of(bits, i) == 1u) {
      let transposed = order % line * layer.block_columns + order / line;
      let block = select(order, transposed, by_column);
      let place = place_of(layer, block);
      let channel = select(place.c * layer.columns, place.r * layer.rows, by_column);
      lists[entries + 2u * rank] = place.tap + 16u * channel;
      lists[entries + 2u * rank + 1u] = lists[layer.slot_of_block + block];
      rank++;
    }
  }
  if (first + 32u >= layer.blocks) {
    lists[starts + layer.blocks / line] = rank;
  }
}
