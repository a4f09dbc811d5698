// The score of a block: Σ|x| or Σx² over its vec4s of output channels, whose padding is 0,
// then the mean over its real entries, and the root of it for the squares. A kernel that uses
// this binds `layers` and `values`.
//! use block_table

// First vec4 of the block, and vec4s from one input channel to the next.
fn block_score(layer: BlockLayer, place: Place, at: u32, stride: u32, squares: u32) -> f32 {
  let rows = min(layer.rows, layer.out_channels - place.r * layer.rows);
  let columns = min(layer.columns, layer.in_channels - place.c * layer.columns);
  let vectors = (rows + 3u) / 4u;
  var sum = vec4f();
  for (var column = 0u; column < columns; column++) {
    for (var v = 0u; v < vectors; v++) {
      let x = values[at + column * stride + v];
      sum += select(abs(x), x * x, squares == 1u);
    }
  }
  let mean = (sum.x + sum.y + sum.z + sum.w) / f32(rows * columns);
  return select(mean, sqrt(mean), squares == 1u);
}
