// The sparse layers of a net as kernels find them: a record a layer, in the order of
// src/sparse/ block-table.ts. Flat spaces number the blocks, slots and mask words of all
// layers; in the first two each layer begins at a whole word of 32. A kernel that uses this
// binds `layers`.

struct BlockLayer {
  // First word of the layer in the space of blocks, of slots, and of the live mask's words.
  block_word_at: u32,
  slot_word_at: u32,
  mask_word_at: u32,
  blocks: u32,
  capacity: u32,
  block_rows: u32,
  block_columns: u32,
  taps: u32,
  // Of a block.
  rows: u32,
  columns: u32,
  out_channels: u32,
  in_channels: u32,
  // First vec4 in the parameter arena.
  weights_at: u32,
  // First words of the lists in the index arena.
  block_of_slot: u32,
  slot_of_block: u32,
  row_start: u32,
  row_entries: u32,
  column_start: u32,
  column_entries: u32,
}

const NONE = 0xffffffffu;

// Block (r, tap, c) of an index.
struct Place {
  r: u32,
  tap: u32,
  c: u32,
}

fn place_of(layer: BlockLayer, block: u32) -> Place {
  let line = block / layer.block_columns;
  return Place(line / layer.taps, line % layer.taps, block % layer.block_columns);
}

fn words_of(bits: u32) -> u32 {
  return (bits + 31u) / 32u;
}

// The last layer that begins at or before `word` in the space of blocks.
fn layer_of_block_word(word: u32, count: u32) -> u32 {
  var low = 0u;
  var high = count;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (layers[middle].block_word_at <= word) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

// The same in the space of slots.
fn layer_of_slot_word(word: u32, count: u32) -> u32 {
  var low = 0u;
  var high = count;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (layers[middle].slot_word_at <= word) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}
